// SPDX-License-Identifier: MIT
// Lists of files, and the memory of what has been done already for the same inputs.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { BUILD, inRoot, ROOT } from './paths.mjs';
import { runOrFail } from './process.mjs';

const NEVER_INPUTS = new Set(['node_modules', 'dist', 'build', '__pycache__']);

/** All files below a file or folder (absolute paths, sorted), without what tools have put there. */
export function listFiles(start, matches = () => true) {
  if (!existsSync(start)) return [];
  if (statSync(start).isFile()) return [start];
  const found = [];
  for (const entry of readdirSync(start, { withFileTypes: true })) {
    if (NEVER_INPUTS.has(entry.name)) continue;
    const file = path.join(start, entry.name);
    if (entry.isDirectory()) found.push(...listFiles(file, matches));
    else if (matches(entry.name)) found.push(file);
  }
  return found.sort();
}

/** The files of the repository: those that git tracks, and new ones that it does not ignore. */
export async function repositoryFiles() {
  const options = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const { stdout } = await runOrFail('git', options, { quiet: true, cwd: ROOT });
  const names = [...new Set(stdout.split('\0'))].filter((name) => name && existsSync(inRoot(name)));
  return names.sort();
}

/** One hash over names and contents of files, and over any extra text. */
export function hashInputs(files, extra = '') {
  const hash = createHash('sha256').update(extra);
  for (const file of files) hash.update(`\0${file}\0`).update(readFileSync(file));
  return hash.digest('hex');
}

const stampFile = (name) => path.join(BUILD, 'stamps', name);

/**
 * Runs the action unless it has already succeeded for the same inputs and all its outputs are still there.
 * Resolves to true when it ran.
 */
export async function onceForInputs(name, { inputs, extra = '', outputs }, action) {
  const files = inputs.flatMap((input) => listFiles(inRoot(input)));
  const hash = hashInputs(files, extra);
  const stamp = stampFile(name);
  const isDone = existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
  if (isDone && outputs.every((output) => existsSync(inRoot(output)))) return false;
  await action();
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
  return true;
}
