// SPDX-License-Identifier: MIT
// The C++ tests, natively, under AddressSanitizer and UBSan.
import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';

import { buildPreset } from '../build.mjs';
import { inRoot } from '../lib/paths.mjs';
import { progress, run } from '../lib/process.mjs';
import { countJunit } from '../lib/reports.mjs';
import { ensureSystemPackages } from '../setup.mjs';

export async function runSuite() {
  await ensureSystemPackages(['cmake', 'ninja-build', 'g++', 'clang-19', 'libclang-rt-19-dev']);
  progress('building the C++ tests with sanitizers');
  await buildPreset('native-asan');
  const folder = inRoot('build/native-asan');
  const report = inRoot('build/reports/cpp.xml');
  mkdirSync(inRoot('build/reports'), { recursive: true });
  rmSync(report, { force: true });
  const parallel = ['--parallel', String(availableParallelism())];
  const { code } = await run('ctest', ['--output-on-failure', '--output-junit', report, ...parallel], { cwd: folder });
  const counts = countJunit(report);
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
