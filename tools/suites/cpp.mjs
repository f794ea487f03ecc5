// SPDX-License-Identifier: MIT
// The C++ tests, natively, under AddressSanitizer and UBSan.
import { buildPreset } from '../build.mjs';
import { runCtest } from '../lib/ctest.mjs';
import { progress } from '../lib/process.mjs';
import { ensureCppTools } from '../setup.mjs';

export async function runSuite() {
  await ensureCppTools();
  progress('building the C++ tests with sanitizers');
  await buildPreset('native-asan');
  return runCtest('cpp', 'build/native-asan');
}
