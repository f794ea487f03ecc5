// SPDX-License-Identifier: MIT
// (b) The server has taken the sale, but its answer never arrives.
import assert from 'node:assert/strict';

import { DroppingProxy } from './support/dropping-proxy.mjs';
import { scenario } from './support/scenario.mjs';
import { freePort } from './support/shop.mjs';
import { until } from './support/waiting.mjs';

const LOST_ANSWER = /^Failed to load resource: net::ERR_(EMPTY_RESPONSE|CONNECTION_RESET|CONNECTION_CLOSED)/;

scenario('a push whose answer is lost five times makes one sale', async (world) => {
  const shop = await world.shop();
  const proxy = await DroppingProxy.start(await freePort(), shop.port);
  world.onEnd(() => proxy.close());
  const device = await world.device(proxy.address, { allow: [LOST_ANSWER] });
  const [product] = await shop.products(1);
  const till = await device.enrolledTill();

  proxy.toDrop = 5;
  const receipt = await till.sell(product.sku, 2);
  for (let lost = 1; lost <= 5; lost += 1) {
    await until(`answer ${lost} has been lost`, () => proxy.dropped >= lost);
    await till.untilWaiting(1);
    assert.deepEqual(await shop.receipts(), [receipt]);
    // The engine would try again by itself, each time a little later: the person at the till need not wait for that.
    if (lost < 5) await till.syncNow();
  }
  await till.syncNow();
  await till.untilSynced();

  assert.equal(proxy.dropped, 5);
  assert.equal(proxy.pushes, 6);
  assert.deepEqual(await shop.receipts(), [receipt]);
  assert.equal(await shop.stockOf(product.sku), product.stock - 2);
  assert.deepEqual(await shop.soldOf(product.sku), { pieces: 2, movements: 1 });
  await till.untilSales(1, 'sent');
  await till.untilStock(product.sku, product.stock - 2);
});

scenario('a push whose answer is lost is sent again without anybody asking', async (world) => {
  const shop = await world.shop();
  const proxy = await DroppingProxy.start(await freePort(), shop.port);
  world.onEnd(() => proxy.close());
  const device = await world.device(proxy.address, { allow: [LOST_ANSWER] });
  const [product] = await shop.products(1);
  const till = await device.enrolledTill();

  proxy.toDrop = 1;
  const receipt = await till.sell(product.sku);
  await until('the answer has been lost', () => proxy.dropped === 1);
  await till.untilSynced();
  assert.deepEqual(await shop.receipts(), [receipt]);
  assert.equal(await shop.stockOf(product.sku), product.stock - 1);
});
