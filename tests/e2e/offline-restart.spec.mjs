// SPDX-License-Identifier: MIT
// (a) A shop that loses its network, and then its browser, loses nothing else.
import assert from 'node:assert/strict';

import { scenario } from './support/scenario.mjs';

scenario('sales made offline survive a killed browser, and arrive once each', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address);
  const [first, second] = await shop.products(2);
  await device.enrolledTill();
  await device.restart();
  let till = await device.openTill();
  await till.untilSynced();

  await device.setOffline(true);
  await shop.stopServer();
  await till.untilChip('offline', 0);
  const receipts = [await till.sell(first.sku, 2), await till.sell(second.sku, 1), await till.sell(first.sku, 3)];
  await device.killBrowser();

  await device.start({ offline: true });
  till = await device.openTill();
  await till.untilChip('offline', 3);
  assert.deepEqual(
    await till.sales(3),
    receipts.toReversed().map((receipt) => ({ receipt, sync: 'pending' })),
  );
  assert.equal(await till.stockOf(first.sku), first.stock - 5);
  receipts.push(await till.sell(second.sku, 4));
  assert.deepEqual(
    receipts.map((receipt) => receipt.slice(-6)),
    ['000001', '000002', '000003', '000004'],
  );
  assert.equal(new Set(receipts.map((receipt) => receipt.slice(0, -6))).size, 1);

  await shop.startServer();
  await device.setOffline(false);
  await till.untilSynced();
  assert.deepEqual(await shop.receipts(), receipts);
  assert.equal(await shop.stockOf(first.sku), first.stock - 5);
  assert.equal(await shop.stockOf(second.sku), second.stock - 5);
  assert.deepEqual(await shop.soldOf(first.sku), { pieces: 5, movements: 2 });
  assert.deepEqual(await shop.soldOf(second.sku), { pieces: 5, movements: 2 });
  await till.untilSales(4, 'sent');
  assert.equal((await till.sales(4)).length, 4);
  const [lines] = await shop.rows('SELECT count(*) AS items, sum(line_total) AS total FROM bidhaa_saleitem');
  const [money] = await shop.rows('SELECT count(*) AS payments, sum(amount) AS total FROM bidhaa_payment');
  const sold = 5 * first.price + 5 * second.price;
  assert.deepEqual({ ...lines, ...money }, { items: 4, payments: 4, total: sold });
  assert.equal(lines.total, sold);
});
