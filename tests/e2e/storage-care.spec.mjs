// SPDX-License-Identifier: MIT
// The till tells the truth about its storage: what was lost, and when room runs out.
import assert from 'node:assert/strict';

import { limitStorage } from './support/full-storage.mjs';
import { scenario } from './support/scenario.mjs';

async function clear(device, page, storageTypes) {
  const session = await device.context.newCDPSession(page);
  await session.send('Storage.clearDataForOrigin', { origin: device.address, storageTypes });
  await session.detach();
}

/** A till with two sales that it could not send. */
async function unsentTill(world) {
  const shop = await world.shop();
  const device = await world.device(shop.address);
  const [product] = await shop.products(1);
  const till = await device.enrolledTill('Kaunta ya mbele');
  const series = await till.page.evaluate(
    () => JSON.parse(localStorage.getItem('sawa:witness:bidhaa')).mark.device.series,
  );
  await device.setOffline(true);
  for (let sale = 0; sale < 2; sale += 1) await till.sell(product.sku);
  await till.untilWaiting(2);
  return { shop, device, till, product, series };
}

for (const [what, storageTypes] of [
  ['its database', 'indexeddb'],
  ['its database and its local storage', 'indexeddb,local_storage'],
]) {
  scenario(`a till that has lost ${what} says what was lost, until somebody has read it`, async (world) => {
    const { device, till, product, series } = await unsentTill(world);
    await clear(device, till.page, storageTypes);
    await till.page.reload();
    const notice = till.at('wiped');
    await notice.waitFor();
    await till.at('enrol-submit').waitFor();
    assert.equal(await notice.getAttribute('data-waiting'), '2');
    const words = await notice.innerText();
    assert.ok(words.includes('Kaunta ya mbele') && words.includes(series), words);

    await till.page.reload();
    await notice.waitFor();
    await device.setOffline(false);
    await till.enrol({ deviceName: 'Kaunta mpya' });
    await till.untilSynced();
    await notice.waitFor();
    await till.sell(product.sku);
    await till.untilSynced();
    assert.equal(await notice.getAttribute('data-waiting'), '2', 'what the new database does is not what was lost');
    await till.at('wiped-read').click();
    await notice.waitFor({ state: 'detached' });
    await till.page.reload();
    await till.untilSynced();
    assert.equal(await notice.count(), 0);
  });
}

scenario('a new device is not told of a loss, nor one that is only started again', async (world) => {
  const { device } = await unsentTill(world);
  await device.restart();
  const again = await device.openTill();
  await again.untilChip(['offline', 'synced']);
  assert.equal(await again.at('wiped').count(), 0);
  // An open till would ask for what has happened, with no credential any more.
  await again.page.goto('about:blank');
  await clear(device, again.page, 'all');
  await device.setOffline(false);
  const first = await device.openTill();
  await first.at('enrol-submit').waitFor();
  assert.equal(await first.at('wiped').count(), 0);
});

scenario('a till whose storage runs full says so, and goes on selling', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address);
  const [product] = await shop.products(1);
  // Chromium tells everybody the same quota: whether there is room shows only when something is stored.
  const limit = await limitStorage(device, 8_000_000);
  const till = await device.enrolledTill();
  await till.page.locator('[data-testid=low-storage][data-level=critical]').waitFor();
  const receipt = await till.sell(product.sku);
  await till.untilSynced();
  assert.deepEqual(await shop.receipts(), [receipt]);
  assert.deepEqual(await till.page.evaluate(() => caches.has('sawa-room')), false);

  await limit.lift();
  await till.page.reload();
  await till.untilSynced();
  await till.at('nav-settings').click();
  await till
    .at('storage-state')
    .getByText(/[1-9].* zimetumika/)
    .waitFor();
  assert.equal(await till.at('low-storage').count(), 0);
});

scenario('a till whose browser says that little room is left tells how much', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address);
  await device.context.addInitScript(() => {
    navigator.storage.estimate = async () => ({ usage: 900_000_000, quota: 1_000_000_001 });
  });
  const till = await device.enrolledTill();
  const banner = till.page.locator('[data-testid=low-storage][data-level=low]');
  await banner.waitFor();
  assert.match(await banner.innerText(), /100/);
});
