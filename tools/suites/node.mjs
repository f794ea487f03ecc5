// SPDX-License-Identifier: MIT
// Tests of the built npm package under Node.
import { buildAll } from '../build.mjs';
import { runNodeTests } from '../lib/node_tests.mjs';

export async function runSuite() {
  await buildAll({ web: false });
  return runNodeTests(['tests/wasm', 'tests/packaging']);
}
