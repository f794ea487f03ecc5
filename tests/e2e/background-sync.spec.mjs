// SPDX-License-Identifier: MIT
// (e) The last tab was closed with a sale still unsent.
import assert from 'node:assert/strict';

import { syncRequest } from './support/requests.mjs';
import { scenario } from './support/scenario.mjs';
import { dispatchBackgroundSync } from './support/service-worker.mjs';

scenario('a sale is sent by the service worker when every page is closed', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address);
  const [product] = await shop.products(1);
  const till = await device.enrolledTill();
  const pushes = [];
  device.context.on('request', (request) => {
    const push = syncRequest(request);
    if (push) pushes.push(push);
  });

  await device.setOffline(true);
  const receipt = await till.sell(product.sku, 2);
  await till.untilChip('offline', 1);
  const blank = await device.context.newPage();
  await till.page.close();
  assert.deepEqual(await shop.receipts(), []);

  const attempted = pushes.filter(({ sender, body }) => sender === 'page' && body.mutations.length > 0);
  pushes.length = 0;
  await device.setOffline(false);
  await dispatchBackgroundSync(blank, shop.address);
  assert.deepEqual(await shop.untilReceipts(1), [receipt]);
  assert.equal(await shop.stockOf(product.sku), product.stock - 2);
  assert.deepEqual(
    device.context.pages().map((page) => page.url()),
    ['about:blank'],
  );
  // The same engine in the worker: it sends, bit for bit, what the page tried to send.
  const sent = pushes.filter(({ body }) => body.mutations.length > 0);
  assert.deepEqual([...new Set(pushes.map(({ sender }) => sender))], ['service worker']);
  assert.ok(attempted.length > 0 && sent.length > 0);
  assert.deepEqual(sent[0].body.mutations, attempted[0].body.mutations);
  assert.equal(sent[0].client, attempted[0].client);

  // The next page finds its outbox empty: nothing is sent a second time.
  const again = await device.openTill();
  await again.untilSynced();
  await again.untilSales(1, 'sent');
  const handled = await shop.rows('SELECT status FROM sawa_receipt');
  assert.deepEqual(handled, [{ status: 'applied' }]);
});
