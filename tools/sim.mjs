// SPDX-License-Identifier: MIT
// Builds the simulator and runs it: docs/simulator.md.
//
//   npm run sim -- --seeds 10000                 more seeds than the tests run
//   npm run sim -- --seed 42 --trace             one seed, step by step
//   npm run sim -- --fault early_drop            with a planted defect
import { readFileSync } from 'node:fs';

import { buildPreset } from './build.mjs';
import { inRoot } from './lib/paths.mjs';
import { run, runMain } from './lib/process.mjs';
import { ensureCppTools } from './setup.mjs';

/** A defect inside the engine has a program of its own. */
function programFor(fault) {
  const list = readFileSync(inRoot('tests/cpp/sim/CMakeLists.txt'), 'utf8');
  const mutants = [...list.matchAll(/sawa_sim_mutant\(\s*(\w+)/g)].map(([, name]) => name);
  return mutants.includes(fault) ? `sawa_sim_${fault}` : 'sawa_sim';
}

await runMain(async () => {
  const args = process.argv.slice(2);
  const program = programFor(args[args.indexOf('--fault') + 1]);
  await ensureCppTools();
  await buildPreset('native-release', program);
  const { code } = await run(inRoot('build/native-release/tests/cpp/sim', program), args);
  process.exitCode = code === 0 ? 0 : 1;
});
