// SPDX-License-Identifier: MIT
// Running test files with Node's own test runner.
import { listFiles } from './files.mjs';
import { inRoot, ROOT } from './paths.mjs';
import { run } from './process.mjs';
import { countNodeTests, NO_TESTS } from './reports.mjs';

/** Runs all files of these folders that match, and counts their tests. */
export async function runNodeTests(folders, { matches = /\.test\.mjs$/, options = [], env = {} } = {}) {
  const files = folders.flatMap((folder) => listFiles(inRoot(folder), (name) => matches.test(name)));
  if (files.length === 0) return NO_TESTS;
  const args = ['--test', '--test-reporter=spec', ...options, ...files];
  const { code, stdout } = await run(process.execPath, args, { cwd: ROOT, capture: true, env });
  const counts = countNodeTests(stdout);
  // A runner that dies before its closing lines must not look like a run without failures.
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
