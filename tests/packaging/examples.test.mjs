// SPDX-License-Identifier: MIT
// The examples for Node, run as their first lines say. The one for browsers: tests/e2e/examples.spec.mjs.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';

import { ROOT } from '../../tools/lib/paths.mjs';
import { runOrFail } from '../../tools/lib/process.mjs';
import { Shop } from '../e2e/support/shop.mjs';

async function linesOf(...args) {
  const program = ['examples/hello-node/index.mjs', ...args];
  const { stdout } = await runOrFail(process.execPath, program, { cwd: ROOT, quiet: true });
  return stdout.trim().split('\n');
}

test('hello-node runs without a server', async () => {
  assert.deepEqual(await linesOf(), ['found: Zuberi Éclair', 'waiting: 1']);
});

test('hello-node syncs with a server', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sawa-example-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const shop = await Shop.start(folder);
  t.after(() => shop.close());
  const lines = await linesOf(shop.address);
  assert.match(lines[2], /^pushed: 1, pulled: \d{3,}, waiting: 0$/);
  const customers = await shop.rows("SELECT jina FROM bidhaa_customer WHERE jina LIKE '%Éclair'");
  assert.deepEqual(customers, [{ jina: 'Zuberi Éclair' }]);
});
