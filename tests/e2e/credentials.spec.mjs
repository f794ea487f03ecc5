// SPDX-License-Identifier: MIT
// (g) A device whose credential has ended keeps selling, and sends everything once somebody has logged in again.
import assert from 'node:assert/strict';

import { scenario } from './support/scenario.mjs';

const REFUSED = /^Failed to load resource: the server responded with a status of (401|403)/;

async function logInAgain(till) {
  await till.chip.click();
  await till.fillLogin();
  await till.at('status-panel').waitFor({ state: 'detached' });
  await till.untilSynced();
}

scenario('an expired credential costs a log-in and no sale', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address, { allow: [REFUSED] });
  const [product] = await shop.products(1);
  const till = await device.enrolledTill();
  await device.setOffline(true);
  const receipts = [await till.sell(product.sku, 2)];

  await shop.runInDjango(
    'from sawa.models import DeviceToken; from django.utils import timezone; ' +
      'DeviceToken.objects.update(expires_at=timezone.now() - timezone.timedelta(days=1))',
  );
  await device.setOffline(false);
  await till.untilChip('login', 1);
  receipts.push(await till.sell(product.sku));
  await till.untilChip('login', 2);
  assert.deepEqual(await shop.receipts(), []);

  await till.chip.click();
  await till.fillLogin({ password: 'not-the-password' });
  assert.equal(await till.codeOf('enrol-error'), 'auth_invalid_credentials');
  await till.page.keyboard.press('Escape');
  await logInAgain(till);
  assert.deepEqual(await shop.receipts(), receipts);
  assert.equal(await shop.stockOf(product.sku), product.stock - 3);
  const devices = await shop.rows('SELECT series FROM sawa_device');
  assert.deepEqual(devices, [{ series: 'A1' }], 'it is still the same device');
});

scenario('a device that was shut out keeps its sales until it is let in again', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address, { allow: [REFUSED] });
  const [product] = await shop.products(1);
  const till = await device.enrolledTill();
  await shop.runInDjango(
    'from sawa.models import Device; from sawa.services.devices import revoke; revoke(Device.objects.get())',
  );
  const receipts = [await till.sell(product.sku)];
  await till.untilChip('problem', 1);
  await till.chip.click();
  assert.equal(await till.codeOf('last-error'), 'device_revoked');
  await till.page.keyboard.press('Escape');
  receipts.push(await till.sell(product.sku));
  await till.untilWaiting(2);
  assert.deepEqual(await shop.receipts(), []);

  await shop.runInDjango('from sawa.models import Device; Device.objects.update(state="active")');
  await till.syncNow();
  await till.untilSynced();
  assert.deepEqual(await shop.receipts(), receipts);
});

scenario('a browser killed right after enrolling may forget the credential, and nothing else', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address, { allow: [REFUSED] });
  const [product] = await shop.products(1);
  let till = await device.enrolledTill();
  await device.setOffline(true);
  const receipt = await till.sell(product.sku);
  await device.killBrowser();
  // The cookie file, as Chromium leaves it when it is killed before it has written its cookies.
  device.forgetCookies();

  await device.start();
  till = await device.openTill();
  await till.untilChip('login', 1);
  await logInAgain(till);
  assert.deepEqual(await shop.receipts(), [receipt]);
});
