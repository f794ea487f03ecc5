// SPDX-License-Identifier: MIT
// The central promise, with the built package and the real server on each database, and the simulator's scripts:
// docs/testing.md.
import { buildAll, buildPreset } from '../build.mjs';
import { runNodeTests } from '../lib/node_tests.mjs';
import { ensureCppTools, ensureDatabaseServers, ensurePython, ensureSystemPackages } from '../setup.mjs';

export async function runSuite() {
  await ensureSystemPackages(['python3-venv']);
  await ensureDatabaseServers();
  await ensurePython({ mysql: true });
  await ensureCppTools();
  await buildPreset('native-release', 'sawa_sim');
  await buildAll({ web: false });
  return runNodeTests(['tests/proof']);
}
