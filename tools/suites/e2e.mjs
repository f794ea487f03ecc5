// SPDX-License-Identifier: MIT
// The till in a real browser against the real server.
import { buildAll } from '../build.mjs';
import { runNodeTests } from '../lib/node_tests.mjs';
import { ensurePython, ensureSystemPackages, findChromium } from '../setup.mjs';

export async function runSuite() {
  await ensureSystemPackages(['chromium', 'python3-venv']);
  await ensurePython();
  await buildAll();
  // One browser at a time: two on a small machine make each other miss their deadlines.
  const options = ['--test-concurrency=1'];
  return runNodeTests(['tests/e2e'], { matches: /\.spec\.mjs$/, options, env: { SAWA_CHROMIUM: findChromium() } });
}
