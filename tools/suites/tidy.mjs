// SPDX-License-Identifier: MIT
// Tests of the repository itself: layers, sizes, tables that must agree.
import { runNodeTests } from '../lib/node_tests.mjs';

export async function runSuite() {
  return runNodeTests(['tests/tidy']);
}
