// SPDX-License-Identifier: MIT
// The central promise, with the built package and the real server on each database: docs/testing.md.
import { buildAll } from '../build.mjs';
import { runNodeTests } from '../lib/node_tests.mjs';
import { ensureDatabaseServers, ensurePython, ensureSystemPackages } from '../setup.mjs';

export async function runSuite() {
  await ensureSystemPackages(['python3-venv']);
  await ensureDatabaseServers();
  await ensurePython({ mysql: true });
  await buildAll({ web: false });
  return runNodeTests(['tests/proof']);
}
