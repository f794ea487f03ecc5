// SPDX-License-Identifier: MIT
// Running the tests of a CMake build folder.
import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';

import { inRoot } from './paths.mjs';
import { run } from './process.mjs';
import { countJunit } from './reports.mjs';

/** Runs the tests of `folder` whose names match `pattern`, and resolves to their counts. */
export async function runCtest(suite, folder, pattern = '.') {
  const report = inRoot(`build/reports/${suite}.xml`);
  mkdirSync(inRoot('build/reports'), { recursive: true });
  rmSync(report, { force: true });
  const parallel = ['--parallel', String(availableParallelism())];
  const args = ['--output-on-failure', '--output-junit', report, '--tests-regex', pattern, ...parallel];
  const { code } = await run('ctest', args, { cwd: inRoot(folder) });
  const counts = countJunit(report);
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
