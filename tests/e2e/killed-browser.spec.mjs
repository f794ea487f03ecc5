// SPDX-License-Identifier: MIT
// "Complete" is a promise: a sale that the screen has called complete is there, whatever happens next.
import assert from 'node:assert/strict';

import { scenario } from './support/scenario.mjs';

const ROUNDS = 5;

scenario('a sale outlives a browser that is killed the moment it shows "complete"', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address);
  const [product] = await shop.products(1);
  await device.enrolledTill();
  await device.restart();
  // Not only the browser's own switch: a background sync may run before a starting browser knows of it.
  await shop.stopServer();
  await device.setOffline(true);
  let till = await device.openTill();

  const receipts = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    await till.add(product.sku, round);
    // In the page, so that nothing lies between the words on the screen and the kill but one message.
    const shown = till.page.evaluate(
      () =>
        new Promise((resolve) => {
          const observer = new MutationObserver(() => {
            const number = document.querySelector('[data-testid=receipt-number]');
            if (number) resolve(number.textContent);
          });
          observer.observe(document.body, { childList: true, subtree: true });
        }),
    );
    await till.at('pay').click({ noWaitAfter: true });
    receipts.push(await shown);
    await device.killBrowser();

    await device.start({ offline: true });
    till = await device.openTill();
    await till.untilChip('offline', round);
    const listed = await till.sales(round);
    assert.deepEqual(
      listed.map(({ receipt }) => receipt),
      receipts.toReversed(),
      `round ${round}`,
    );
    await till.openTillScreen();
    assert.equal(await till.at('pay').count(), 0, 'the cart of a completed sale must not come back');
  }
  assert.equal(new Set(receipts).size, ROUNDS);

  await shop.startServer();
  await device.setOffline(false);
  await till.untilSynced();
  assert.deepEqual(await shop.receipts(), receipts);
  assert.equal(await shop.stockOf(product.sku), product.stock - (ROUNDS * (ROUNDS + 1)) / 2);
});
