// SPDX-License-Identifier: MIT
// What the server refuses waits on the till for a person, who sends it again or gives it up.
import assert from 'node:assert/strict';

import { RefusingProxy } from './support/refusing-proxy.mjs';
import { scenario } from './support/scenario.mjs';
import { freePort } from './support/shop.mjs';

// The server has not seen the refused ones, and says that the next sequence leaves a gap.
const GAP = /^Failed to load resource: the server responded with a status of 409/;

async function tillWithRefusedSale(world, status) {
  const shop = await world.shop();
  const proxy = await RefusingProxy.start(await freePort(), shop.port);
  world.onEnd(() => proxy.close());
  const device = await world.device(proxy.address, { allow: [GAP] });
  const [product] = await shop.products(1);
  const till = await device.enrolledTill();
  await till.untilSynced();
  proxy.status = status;
  // Offline, or the answer could come while the receipt is on the screen.
  await device.setOffline(true);
  const receipt = await till.sell(product.sku, 2);
  await device.setOffline(false);
  await till.untilChip('action', 0);
  proxy.status = null;
  await till.untilStock(product.sku, product.stock);
  await till.chip.click();
  assert.equal(await till.codeOf('quarantined'), 'mutation_invalid');
  return { shop, product, receipt, till };
}

scenario('a refused sale that is sent again reaches the server once', async (world) => {
  const { shop, product, receipt, till } = await tillWithRefusedSale(world, 'rejected');
  await till.at('quarantine-resend').click();
  await till.at('quarantined').waitFor({ state: 'detached' });
  await till.page.keyboard.press('Escape');
  await till.untilSynced();
  assert.deepEqual(await shop.receipts(), [receipt]);
  assert.equal(await shop.stockOf(product.sku), product.stock - 2);
  await till.untilStock(product.sku, product.stock - 2);
});

scenario('a refused sale is given up with a reason only', async (world) => {
  const { shop, product, till } = await tillWithRefusedSale(world, 'quarantined');
  assert.equal(await till.at('quarantine-resend').count(), 0, 'the server has it: it could take effect twice');
  await till.at('quarantine-discard').click();
  assert.equal(await till.at('discard-confirm').isDisabled(), true);
  await till.at('discard-reason').fill('rung up twice');
  await till.at('discard-confirm').click();
  await till.at('quarantined').waitFor({ state: 'detached' });
  await till.page.keyboard.press('Escape');
  await till.untilSynced();
  assert.deepEqual(await shop.receipts(), []);
  assert.equal(await shop.stockOf(product.sku), product.stock);
});
