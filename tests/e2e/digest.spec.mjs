// SPDX-License-Identifier: MIT
// The till compares itself with the server, by itself and when it is asked, and says what it has found.
import assert from 'node:assert/strict';

import { scenario } from './support/scenario.mjs';

/** Changes a product's price in the server's table, past the feed: no device hears of it. */
const changeUnseen = (shop, id) =>
  shop.runInDjango(
    'from django.db import connection\n' +
      `connection.cursor().execute("UPDATE bidhaa_bidhaa SET price = price + 7 WHERE id = '${id}'")`,
  );

const productsById = (shop) => shop.rows('SELECT id, sku, price FROM bidhaa_bidhaa ORDER BY id');

async function openPanel(till) {
  await till.chip.click();
  await till.at('digest-result').waitFor();
}

const untilOutcome = (till, outcome) =>
  till.page.locator(`[data-testid=digest-result][data-outcome=${outcome}]`).waitFor();

async function checkNow(till, outcome) {
  await till.at('digest-check').click();
  await untilOutcome(till, outcome);
  await till.page.locator('[data-testid=digest-check]:not([disabled])').waitFor();
}

const result = async (till) => (await till.at('digest-result').innerText()).replaceAll(/\s+/g, ' ');

async function untilPrice(till, { sku, price }) {
  await till.page.keyboard.press('Escape');
  await (await till.find(sku)).getByText(price.toLocaleString('en')).waitFor();
}

scenario('a person checks: all is equal, then a row differs and is repaired, then all is equal', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address);
  const till = await device.enrolledTill();
  const [product] = await productsById(shop);
  await openPanel(till);
  await untilOutcome(till, 'none');
  // By keyboard alone.
  await till.at('digest-check').focus();
  await till.page.keyboard.press('Enter');
  await untilOutcome(till, 'equal');
  assert.match(await result(till), /Sawa: rekodi [\d,.]+ zimelinganishwa/);

  await changeUnseen(shop, product.id);
  await checkNow(till, 'repaired');
  assert.match(await result(till), /Rekodi 1 ilitofautiana na imerekebishwa/);
  await untilPrice(till, { ...product, price: product.price + 7 });

  // What was found outlives the page, and the other language says it too.
  await till.page.evaluate(() => localStorage.setItem('bidhaa.language', 'en'));
  await till.page.reload();
  await till.untilSynced();
  await openPanel(till);
  assert.match(await result(till), /1 record differed and was repaired/);
  await checkNow(till, 'equal');
  assert.match(await result(till), /Equal: [\d,.]+ records compared.* Before that 1 record differed/);

  await device.setOffline(true);
  await till.at('digest-check').click();
  assert.match(await till.codeOf('digest-error'), /^network_/);
  assert.match(await result(till), /Equal/);
});

scenario('the till finds and repairs a difference by itself, but not while something is in the cart', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address);
  const till = await device.enrolledTill();
  const [product] = await productsById(shop);
  const asked = [];
  till.page.on('request', (request) => request.url().endsWith('/sync/v1/digest') && asked.push(request.url()));
  // The pace is one piece a minute: as if the last one were longer ago, and from the first piece again.
  const startAnew = async () => {
    await till.page.evaluate(() => localStorage.removeItem('bidhaa.digest.piece'));
    await till.page.reload();
    await till.untilSynced();
  };
  await till.add(product.sku);
  await startAnew();
  await till.syncNow();
  await till.untilSynced();
  assert.deepEqual(asked, []);
  await changeUnseen(shop, product.id);
  await till.page.getByTestId(`remove-${product.sku}`).click();
  await startAnew();
  await openPanel(till);
  await untilOutcome(till, 'repaired');
  await untilPrice(till, { ...product, price: product.price + 7 });
  const pieces = asked.length;
  await till.syncNow();
  await till.untilSynced();
  assert.equal(asked.length, pieces, 'no second piece within the minute');
});

scenario('what the server cannot tell is not called repaired', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address);
  const till = await device.enrolledTill();
  await till.page.route('**/sync/v1/digest', async (route) => {
    const response = await route.fetch();
    const { digests, ...rest } = await response.json();
    const more = digests.map(({ count, ...range }) => ({ ...range, count: count + 1 }));
    for (const { rows } of more) rows?.push(['ffffffff-ffff-4fff-bfff-ffffffffffff', '0'.repeat(16)]);
    await route.fulfill({ response, json: { ...rest, digests: more } });
  });
  await openPanel(till);
  await checkNow(till, 'differs');
  assert.match(await result(till), /ha(i|zi)kurekebishika/);
});
