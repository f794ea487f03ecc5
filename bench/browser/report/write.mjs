// SPDX-License-Identifier: MIT
// Writes browser.md and browser.svg from browser.json. As a command: node bench/browser/report/write.mjs [folder]
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { inRoot } from '../../../tools/lib/paths.mjs';
import { toMarkdown } from './markdown.mjs';
import { toSvg } from './svg.mjs';

export const RESULTS = inRoot('bench/results');

export function writeResults(folder, results) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'browser.json'), `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(path.join(folder, 'browser.md'), toMarkdown(results));
  writeFileSync(path.join(folder, 'browser.svg'), toSvg(results));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] ?? RESULTS;
  writeResults(folder, JSON.parse(readFileSync(path.join(folder, 'browser.json'), 'utf8')));
}
