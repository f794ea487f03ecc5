// SPDX-License-Identifier: MIT
// A till alarms when something has not reached the server for more than a day, and stops when it has.
import assert from 'node:assert/strict';

import { scenario } from './support/scenario.mjs';

const AGO_MS = 25 * 60 * 60 * 1000;

scenario('a sale that has waited for more than a day is told above every screen, until it is sent', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address);
  const [product] = await shop.products(1);
  // What the till sells now, it sells by a clock of yesterday.
  await device.context.addInitScript((agoMs) => {
    const now = Date.now.bind(Date);
    Date.now = () => now() - (localStorage.getItem('test.today') ? 0 : agoMs);
  }, AGO_MS);
  const till = await device.enrolledTill();
  await device.setOffline(true);
  const receipt = await till.sell(product.sku);
  await till.untilChip('offline', 1);
  assert.equal(await till.at('late-banner').count(), 0);

  await till.page.evaluate(() => localStorage.setItem('test.today', 'yes'));
  await till.page.reload();
  await till.untilChip('late', 1);
  const banner = till.at('late-banner');
  assert.equal(await banner.getAttribute('data-waiting'), '1');
  assert.equal(await banner.getAttribute('role'), 'alert');
  await till.at('nav-settings').click();
  assert.match(await banner.innerText(), /Badiliko 1 halijafika/);
  await till.openTillScreen();
  await till.sell(product.sku);
  await till.page.locator('[data-testid=late-banner][data-waiting="2"]').waitFor();

  await device.setOffline(false);
  await till.untilSynced();
  await banner.waitFor({ state: 'detached' });
  assert.ok((await shop.untilReceipts(2)).includes(receipt));
});
