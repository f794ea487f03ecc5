// SPDX-License-Identifier: MIT
// (g) The browser's storage is full, damaged, from the future, or gone. Each has its own code, and nothing is lost that
// was there.
import assert from 'node:assert/strict';

import { corruptLastEntry, logEntries, raiseVersion, restoreEntry } from './support/raw-database.mjs';
import { fillStorage, limitStorage } from './support/full-storage.mjs';
import { scenario } from './support/scenario.mjs';

// The till prints the reason when its database does not open.
const OPEN_FAILED = /^StorageError: storage_/;

const ROOM_BYTES = 8_000_000;

async function openFailure(till) {
  await till.page.reload();
  return till.codeOf('open-failed');
}

scenario('a full storage refuses the sale, keeps the cart, and the sale works once there is room', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address);
  const [product] = await shop.products(1);
  const limit = await limitStorage(device, ROOM_BYTES);
  const till = await device.enrolledTill();
  await till.add(product.sku, 3);

  assert.deepEqual(await fillStorage(till.page), ['QuotaExceededError', 'QuotaExceededError']);
  await till.at('pay').click();
  assert.equal(await till.codeOf('pay-error'), 'storage_quota_exceeded');
  await till.untilChip('storage', 0);
  await till.page.locator(`[data-testid="cart-line-${product.sku}"][data-quantity="3"]`).waitFor();
  await till.at('pay').click();
  assert.equal(await till.codeOf('pay-error'), 'storage_quota_exceeded');
  assert.deepEqual(await shop.receipts(), []);

  await limit.lift();
  const receipt = await till.pay();
  assert.match(receipt, /-000001$/, 'a failed sale must give its number back');
  await till.untilSynced();
  assert.deepEqual(await shop.receipts(), [receipt]);
  assert.equal(await shop.stockOf(product.sku), product.stock - 3);
});

scenario('a damaged entry stops the till and is left as it is', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address, { allow: [OPEN_FAILED] });
  const [product] = await shop.products(1);
  const till = await device.enrolledTill();
  await device.setOffline(true);
  const receipt = await till.sell(product.sku);

  const before = await logEntries(till.page);
  const damage = await corruptLastEntry(till.page);
  const damaged = await logEntries(till.page);
  assert.notDeepEqual(damaged, before);
  assert.equal(await openFailure(till), 'storage_corrupt');
  assert.equal(await openFailure(till), 'storage_corrupt');
  assert.deepEqual(await logEntries(till.page), damaged, 'nothing may be repaired by guessing, or deleted');

  await restoreEntry(till.page, damage);
  await till.page.reload();
  await till.untilChip('offline', 1);
  await device.setOffline(false);
  await till.untilSynced();
  assert.deepEqual(await shop.receipts(), [receipt]);
});

scenario('a database of a newer format is not touched', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address, { allow: [OPEN_FAILED] });
  const [product] = await shop.products(1);
  const till = await device.enrolledTill();
  await device.setOffline(true);
  await till.sell(product.sku);
  await till.add(product.sku, 2);

  // The open till lets go of its database, rather than block the newer app; then it can store no more.
  await raiseVersion(till.page, 99);
  const before = await logEntries(till.page);
  await till.at('pay').click();
  assert.equal(await till.codeOf('pay-error'), 'storage_version_too_new');
  assert.equal(await openFailure(till), 'storage_version_too_new');
  assert.deepEqual(await logEntries(till.page), before);
});

scenario('site data cleared under an open till is noticed, not taken for a new device', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address, { allow: [OPEN_FAILED] });
  const [product] = await shop.products(1);
  const till = await device.enrolledTill();
  await till.add(product.sku, 2);

  const session = await device.context.newCDPSession(till.page);
  await session.send('Storage.clearDataForOrigin', { origin: shop.address, storageTypes: 'indexeddb' });
  await till.at('pay').click();
  assert.equal(await till.codeOf('pay-error'), 'storage_wiped');
  await till.page.locator(`[data-testid="cart-line-${product.sku}"][data-quantity="2"]`).waitFor();
  assert.deepEqual(await shop.receipts(), []);
});
