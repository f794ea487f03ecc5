// SPDX-License-Identifier: MIT
// (c) Two tabs of one browser sell at once.
import assert from 'node:assert/strict';

import { scenario } from './support/scenario.mjs';

const SALES_EACH = 5;

async function sellOneAfterAnother(till, sku, count) {
  const receipts = [];
  while (receipts.length < count) receipts.push(await till.sell(sku));
  return receipts;
}

scenario('two tabs that sell offline at once share one series and lose nothing', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address);
  const [shared] = await shop.products(1);
  const left = await device.enrolledTill();
  const right = await device.openTillWindow();
  await right.untilSynced();

  await device.setOffline(true);
  const sold = await Promise.all([left, right].map((till) => sellOneAfterAnother(till, shared.sku, SALES_EACH)));
  const receipts = sold.flat().sort();
  const numbers = receipts.map((receipt) => Number(receipt.split('-').at(-1)));
  assert.deepEqual(numbers, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  for (const till of [left, right]) {
    await till.untilChip('offline', 2 * SALES_EACH);
    await till.untilStock(shared.sku, shared.stock - 2 * SALES_EACH);
    const listed = (await till.sales(2 * SALES_EACH)).map(({ receipt }) => receipt);
    assert.deepEqual(listed.sort(), receipts);
  }

  const pushed = [];
  device.context.on('request', (request) => {
    if (!request.url().endsWith('/sync/v1/sync')) return;
    pushed.push(request);
  });
  await device.setOffline(false);
  for (const till of [left, right]) await till.untilSynced();
  assert.deepEqual(await shop.receipts(), receipts);
  assert.equal(await shop.stockOf(shared.sku), shared.stock - 2 * SALES_EACH);
  assert.deepEqual(await shop.soldOf(shared.sku), { pieces: 2 * SALES_EACH, movements: 2 * SALES_EACH });

  // One device, one queue: every mutation was handled under one incarnation, once, in an unbroken row.
  const handled = await shop.rows('SELECT incarnation_id, seq, status FROM sawa_receipt ORDER BY seq');
  assert.deepEqual(
    handled.map(({ seq }) => seq),
    numbers,
  );
  assert.deepEqual([...new Set(handled.map(({ status }) => status))], ['applied']);
  assert.equal(new Set(handled.map((receipt) => receipt.incarnation_id)).size, 1);
  for (const till of [left, right]) await till.untilSales(2 * SALES_EACH, 'sent');
});
