// SPDX-License-Identifier: MIT
// The simulator: its seeds, and that it finds each planted defect. Optimised, because the number of seeds counts; the
// suite `cpp` runs some of them under sanitizers.
import { buildPreset } from '../build.mjs';
import { runCtest } from '../lib/ctest.mjs';
import { progress } from '../lib/process.mjs';
import { ensureCppTools } from '../setup.mjs';

export async function runSuite() {
  await ensureCppTools();
  progress('building the simulator, and copies of it with a defect each');
  await buildPreset('native-release', 'sawa_sim_programs');
  return runCtest('sim', 'build/native-release', '^sim/');
}
