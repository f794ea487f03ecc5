// SPDX-License-Identifier: MIT
// clang-tidy over the C++ sources, leaving out files that were clean before and have not changed since.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';

import { hashInputs } from './files.mjs';
import { BUILD, inRoot, ROOT } from './paths.mjs';
import { progress, run } from './process.mjs';

const CACHE = path.join(BUILD, 'clang-tidy-clean.json');
const COMPILE_FOLDER = path.join(BUILD, 'native-asan');

/** A source and, through its includes, all of our own files that it is made of. */
function collectIncluded(file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, name] of readFileSync(file, 'utf8').matchAll(/^\s*#\s*include\s+"(.+?)"/gm)) {
    const included = [path.join(path.dirname(file), name), inRoot('src', name)].find(existsSync);
    if (included) collectIncluded(included, found);
  }
  return found;
}

function readCompileCommands() {
  const commands = JSON.parse(readFileSync(path.join(COMPILE_FOLDER, 'compile_commands.json'), 'utf8'));
  return commands.filter(({ file }) => file.startsWith(inRoot('src') + path.sep));
}

async function checkOne(file) {
  const args = ['--quiet', '-p', COMPILE_FOLDER, file];
  const { code, stdout, stderr } = await run('clang-tidy-19', args, { quiet: true, cwd: ROOT });
  return code === 0 ? undefined : (stdout || stderr).trim();
}

/** A finding in a header comes back with every source that includes it: it is printed once. */
function printNewFindings(output, printed) {
  for (const finding of output.split(/^(?=\S+:\d+:\d+: (?:error|warning):)/m)) {
    if (!printed.has(finding)) process.stderr.write(`${finding.trimEnd()}\n`);
    printed.add(finding);
  }
}

/** Resolves to true when all sources are clean. The native-asan preset must be configured. */
export async function runClangTidy() {
  const known = new Set(existsSync(CACHE) ? JSON.parse(readFileSync(CACHE, 'utf8')) : []);
  const rules = readFileSync(inRoot('.clang-tidy'), 'utf8');
  const clean = [];
  const waiting = [];
  for (const { file, command } of readCompileCommands()) {
    const key = hashInputs([...collectIncluded(file)].sort(), rules + command);
    if (known.has(key)) clean.push(key);
    else waiting.push({ file, key });
  }
  progress(`clang-tidy: ${waiting.length} files to look at, ${clean.length} unchanged since they were clean`);
  let failures = 0;
  const printed = new Set();
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const findings = await checkOne(next.file);
      if (findings === undefined) clean.push(next.key);
      else {
        failures += 1;
        printNewFindings(findings, printed);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work));
  mkdirSync(BUILD, { recursive: true });
  writeFileSync(CACHE, JSON.stringify(clean));
  return failures === 0;
}
