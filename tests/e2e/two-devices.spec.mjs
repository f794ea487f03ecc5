// SPDX-License-Identifier: MIT
// (d) Two devices sell the same product, each without knowing of the other.
import assert from 'node:assert/strict';

import { scenario } from './support/scenario.mjs';

scenario('what two devices sold offline adds up everywhere', async (world) => {
  const shop = await world.shop();
  const devices = [await world.device(shop.address), await world.device(shop.address)];
  const [product] = await shop.products(1);
  const [left, right] = [await devices[0].enrolledTill('Till 1'), await devices[1].enrolledTill('Till 2')];

  for (const device of devices) await device.setOffline(true);
  const receipts = [await left.sell(product.sku, 3), await right.sell(product.sku, 4), await left.sell(product.sku, 2)];
  assert.equal(new Set(receipts).size, 3);
  assert.notEqual(receipts[0].split('-')[0], receipts[1].split('-')[0], 'each device has a series of its own');
  await left.untilStock(product.sku, product.stock - 5);
  await right.untilStock(product.sku, product.stock - 4);

  for (const device of devices) await device.setOffline(false);
  await left.untilSynced();
  await right.untilSynced();
  assert.deepEqual(await shop.receipts(), receipts.toSorted());
  assert.equal(await shop.stockOf(product.sku), product.stock - 9);
  assert.deepEqual(await shop.soldOf(product.sku), { pieces: 9, movements: 3 });
  for (const till of [left, right]) {
    // Who synced first learns of the other's sales at the next look.
    await till.syncNow();
    await till.untilStock(product.sku, product.stock - 9);
    const listed = (await till.sales(3)).map(({ receipt }) => receipt);
    assert.deepEqual(listed.sort(), receipts.toSorted());
  }
});
