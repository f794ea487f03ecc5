// SPDX-License-Identifier: MIT
// (h) A new version of the till waits until the person at it wants it.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { inRoot } from '../../tools/lib/paths.mjs';
import { scenario } from './support/scenario.mjs';

const CURRENT = process.env.SAWA_WEB_DIST ?? inRoot('web/dist');
const BLOCKED = /^Failed to load resource: net::ERR_FAILED/;

/** Copies the built till as its next version: another index.html, and a service worker that knows it. */
function nextVersion(folder) {
  cpSync(CURRENT, folder, { recursive: true });
  const index = path.join(folder, 'index.html');
  const worker = path.join(folder, 'sw.js');
  const before = readFileSync(index);
  const after = Buffer.from(before.toString().replace('<head>', '<head><meta name="next-version" content="yes" />'));
  const md5 = (bytes) => createHash('md5').update(bytes).digest('hex');
  const script = readFileSync(worker, 'utf8');
  assert.ok(script.includes(md5(before)), 'the service worker does not list this index.html');
  writeFileSync(index, after);
  writeFileSync(worker, script.replace(md5(before), md5(after)));
  return folder;
}

const isNext = (till) => till.page.locator('meta[name=next-version]').count();

scenario('an update waits to be asked for, and keeps the cart and the unsent sales', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address, { allow: [BLOCKED] });
  const [product] = await shop.products(1);
  const till = await device.enrolledTill();
  await till.page.reload();
  await till.untilSynced();
  await device.context.route('**/sync/v1/sync', (route) => route.abort());
  const receipt = await till.sell(product.sku, 2);
  await till.untilWaiting(1);
  await till.add(product.sku, 3);

  await shop.stopServer();
  await shop.startServer({ SAWA_WEB_DIST: nextVersion(world.folder('next')) });
  await till.page.reload();
  await till.at('update-banner').waitFor();
  assert.equal(await isNext(till), 0);
  await till.page.reload();
  await till.at('update-banner').waitFor();
  assert.equal(await isNext(till), 0, 'no reload brings it by itself');

  await till.at('update-apply').click();
  await till.page.locator('meta[name=next-version]').waitFor({ state: 'attached' });
  await till.untilOpen();
  assert.equal(await till.at('update-banner').count(), 0);
  await till.untilWaiting(1);
  await till.page.locator(`[data-testid="cart-line-${product.sku}"][data-quantity="3"]`).waitFor();

  await device.context.unroute('**/sync/v1/sync');
  const second = await till.pay();
  await till.untilSynced();
  assert.deepEqual(await shop.receipts(), [receipt, second]);
  assert.equal(await shop.stockOf(product.sku), product.stock - 5);
});
