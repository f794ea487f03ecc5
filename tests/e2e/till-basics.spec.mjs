// SPDX-License-Identifier: MIT
// (i) What a person at the till does all day.
import assert from 'node:assert/strict';

import { scenario } from './support/scenario.mjs';

scenario('a double press on "complete" makes one sale', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address);
  const [product] = await shop.products(1);
  const till = await device.enrolledTill();

  await till.add(product.sku, 2);
  await till.at('pay').dblclick();
  const first = await till.receiptNumber();
  await till.newSale();
  await till.add(product.sku, 1);
  // Both in one turn of the page: before anything could have been drawn, or disabled.
  await till.at('pay').evaluate((button) => {
    button.click();
    button.click();
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true }));
  });
  const second = await till.receiptNumber();
  await till.untilSynced();
  assert.deepEqual(await shop.receipts(), [first, second]);
  assert.deepEqual((await till.sales(2)).length, 2);
  assert.equal(await shop.stockOf(product.sku), product.stock - 3);
});

scenario('one sale by keyboard alone', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address);
  const [product, other] = await shop.products(2);
  const till = await device.enrolledTill();
  const { keyboard } = till.page;

  await till.page.locator('body').focus();
  await keyboard.press('/');
  await keyboard.type(product.sku);
  await keyboard.press('Enter');
  await till.page.locator(`[data-testid="cart-line-${product.sku}"][data-quantity="1"]`).waitFor();
  await keyboard.type(other.sku);
  await keyboard.press('Enter');
  await till.at(`cart-line-${other.sku}`).waitFor();
  await keyboard.press('Control+Enter');
  const receipt = await till.receiptNumber();
  assert.equal(await till.at('receipt-line').count(), 2);
  assert.equal(await till.at('receipt-total').getAttribute('data-amount'), String(product.price + other.price));
  await keyboard.press('Enter');
  await till.at('search').waitFor();
  await till.untilSynced();
  assert.deepEqual(await shop.receipts(), [receipt]);
});

scenario('the till speaks Swahili first, English when asked, and remembers', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address);
  const till = await device.openTill();
  const submitWords = () => till.at('enrol-submit').innerText();
  assert.equal(await till.page.locator('html').getAttribute('lang'), 'sw');
  const swahili = await submitWords();
  await till.page.locator('label', { has: till.at('language-en') }).click();
  await till.page.locator('html[lang=en]').waitFor();
  const english = await submitWords();
  assert.notEqual(english, swahili);
  await till.enrol();
  assert.match(await till.chip.innerText(), /[A-Za-z]/);
  await till.untilSynced();
  const [product] = await shop.products(1);
  await till.add(product.sku);
  assert.match(await till.at('pay').innerText(), /complete/i);

  await till.page.reload();
  await till.untilSynced();
  assert.match(await till.at('pay').innerText(), /complete/i);
  await till.at('nav-settings').click();
  await till.page.locator('label', { has: till.at('language-sw') }).click();
  await till.page.locator('html[lang=sw]').waitFor();
  await till.at('nav-till').click();
  assert.doesNotMatch(await till.at('pay').innerText(), /complete/i);
});

scenario('payment, customer and stock warning of a sale reach the server as they were', async (world) => {
  const shop = await world.shop();
  const device = await world.device(shop.address);
  const [product] = await shop.products(1, 5);
  const till = await device.enrolledTill();
  const name = `Asha "O'Neil" <b>& Co</b> 🛒`;

  await till.add(product.sku);
  await till.at(`quantity-${product.sku}`).fill(String(product.stock + 1));
  await till.at(`stock-warning-${product.sku}`).waitFor();
  await till.at('customer-name').fill(name);
  await till.at('customer-phone').fill('+255700000001');
  const total = product.price * (product.stock + 1);
  await till.at('tendered').fill(String(total + 500));
  assert.equal(await till.at('change').getAttribute('data-amount'), '500');
  const receipt = await till.pay();
  await till.untilSynced();

  const [sale] = await shop.rows('SELECT receipt_number, customer_name, customer_phone, total, flags FROM bidhaa_sale');
  assert.deepEqual(
    { ...sale, flags: JSON.parse(sale.flags) },
    { receipt_number: receipt, customer_name: name, customer_phone: '+255700000001', total, flags: ['oversold'] },
  );
  const payments = await shop.rows('SELECT method, amount, tendered, change FROM bidhaa_payment');
  assert.deepEqual(payments, [{ method: 'cash', amount: total, tendered: total + 500, change: 500 }]);
  assert.equal(await shop.stockOf(product.sku), -1);
});
