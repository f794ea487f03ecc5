// SPDX-License-Identifier: MIT
// Where things are in this repository.
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

export const inRoot = (...parts) => path.join(ROOT, ...parts);

export const BUILD = inRoot('build');
export const PYTHON = inRoot('.venv/bin/python');

/** A program that `npm ci` installed. */
export const nodeProgram = (name) => inRoot('node_modules/.bin', name);
/** A program that pip installed into .venv. */
export const pythonProgram = (name) => inRoot('.venv/bin', name);
