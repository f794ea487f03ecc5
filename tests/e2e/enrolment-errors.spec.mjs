// SPDX-License-Identifier: MIT
// (g) What can go wrong before a device is part of the shop. Each has its own code and its own words.
import assert from 'node:assert/strict';

import { scenario } from './support/scenario.mjs';

const REFUSED = /^Failed to load resource: the server responded with a status of (401|403|429)/;
const NOT_FOUND = /^Failed to load resource: the server responded with a status of 404/;

/** Code and words of what the log-in form says, once it says something new. */
async function failureAfter(till, act) {
  await act();
  await till.at('enrol-error').waitFor();
  return { code: await till.codeOf('enrol-error'), words: await till.at('enrol-error').innerText() };
}

scenario('a wrong password and a server that is away have codes and words of their own', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address, { allow: [REFUSED] });
  const till = await device.openTill();

  const wrong = await failureAfter(till, () => till.fillLogin({ password: 'not-the-password' }));
  assert.equal(wrong.code, 'auth_invalid_credentials');

  await shop.stopServer();
  const away = await failureAfter(till, async () => {
    await till.fillLogin();
    await till.page.locator('[data-testid=enrol-error]:not([data-code=auth_invalid_credentials])').waitFor();
  });
  assert.equal(away.code, 'network_unreachable');
  assert.notEqual(away.words, wrong.words);

  await shop.startServer();
  await device.setOffline(true);
  await till.at('enrol-submit').click();
  await till.page.locator('[data-testid=enrol-submit]:not([disabled])').waitFor();
  assert.equal(await till.codeOf('enrol-error'), 'network_unreachable');
  await device.setOffline(false);
  await till.enrol();
  await till.untilSynced();
  const devices = await shop.rows('SELECT series FROM sawa_device');
  assert.deepEqual(devices, [{ series: 'A1' }], 'only the attempt that worked made a device');
});

scenario('an address that is not a Sawa server is told apart from a wrong password', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address, { allow: [NOT_FOUND] });
  const till = await device.openTill();
  await device.context.route('**/sync/v1/enroll', (route) =>
    route.fulfill({ status: 404, contentType: 'text/html', body: '<h1>Hotel Wi-Fi</h1>' }),
  );
  const { code } = await failureAfter(till, () => till.fillLogin());
  assert.equal(code, 'not_a_sawa_server');
});
