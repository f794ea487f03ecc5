// SPDX-License-Identifier: MIT
// What one till sells, the others of the shop show at once.
import assert from 'node:assert/strict';

import { scenario } from './support/scenario.mjs';
import { until, untilValue } from './support/waiting.mjs';

/** Waits until `count` streams have been asked for by a browser or by one page since this was called. */
function streamsOf(source) {
  let count = 0;
  source.on('request', (request) => {
    if (new URL(request.url()).pathname === '/sync/v1/live') count += 1;
  });
  return (wanted) => until(`${wanted} streams were asked for`, () => count >= wanted);
}

const untilStock = (till, { sku }, stock) =>
  till.page.locator(`[data-testid="product-${sku}"][data-stock="${stock}"]`).waitFor();

scenario('a sale is seen on the other till at once, also after the server was started anew', async (world) => {
  const shop = await world.shop();
  const devices = [await world.device(shop.address), await world.device(shop.address)];
  const streams = streamsOf(devices[1].context);
  const [product] = await shop.products(1);
  const [left, right] = [await devices[0].enrolledTill('Till 1'), await devices[1].enrolledTill('Till 2')];
  await streams(1);
  await right.find(product.sku);
  // The next poll is half a minute away, longer than anything here waits.
  await left.sell(product.sku, 2);
  await untilStock(right, product, product.stock - 2);

  await shop.stopServer();
  await shop.startServer();
  await streams(2);
  await left.sell(product.sku, 1);
  await untilStock(right, product, product.stock - 3);
});

scenario('of two tabs one listens, and the other takes over', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address);
  const first = await device.enrolledTill();
  const second = await device.openTillWindow();
  const streams = streamsOf(second.page);
  await second.untilSynced();
  const locks = () =>
    second.page.evaluate(async () => {
      const { held, pending } = await navigator.locks.query();
      return [held, pending].map((all) => all.filter(({ name }) => name === 'sawa-live:bidhaa').length);
    });
  await untilValue('one listens and one waits for its turn', locks, ([held, pending]) => held === 1 && pending === 1);
  await first.page.close();
  await streams(1);
  assert.deepEqual(await locks(), [1, 0]);
});
