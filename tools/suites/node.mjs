// SPDX-License-Identifier: MIT
// Tests under Node: of the built npm package, and of the till's plain functions.
import { buildAll } from '../build.mjs';
import { runNodeTests } from '../lib/node_tests.mjs';
import { ensurePython, ensureSystemPackages } from '../setup.mjs';

export async function runSuite() {
  // Some of them start the real server.
  await ensureSystemPackages(['python3-venv']);
  await ensurePython();
  await buildAll({ web: false });
  return runNodeTests(['tests/wasm', 'tests/packaging', 'tests/web']);
}
