// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { loadModule } from './load-module.mjs';

const money = await loadModule('i18n/money.ts');
const receipt = await loadModule('receipt/receipt-number.ts');
const category = await loadModule('catalogue/category.ts');
const { stockLevel } = await loadModule('catalogue/stock.ts');

test('money is whole shillings with thousands separated, on one line', () => {
  assert.equal(money.formatMoney(12_500), 'TSh\u00a012,500');
  assert.equal(money.formatMoney(0, 'TZS'), 'TSh\u00a00');
  assert.equal(money.formatMoney(1_234_567, 'USD'), 'USD\u00a01,234,567');
  assert.equal(money.formatMoney(-300), 'TSh\u00a0\u2212300');
});

test('typed amounts lose everything but digits', () => {
  assert.equal(money.digitsOf('12,500 /=', 10), '12500');
  assert.equal(money.digitsOf('abc', 10), '');
  assert.equal(money.digitsOf('123456', 4), '1234');
});

test('receipt numbers: series, year, six digits', () => {
  assert.equal(receipt.formatReceiptNumber('A1', '26', 123), 'A1-26-000123');
  assert.equal(receipt.formatReceiptNumber('A1', '26', 1_234_567), 'A1-26-1234567');
  assert.equal(receipt.receiptSeries('26'), 'receipt-26');
});

test("the receipt's year is the shop's, not the device's", () => {
  const newYearInDar = Date.UTC(2026, 11, 31, 21, 30);
  assert.equal(receipt.receiptYear(newYearInDar, 'Africa/Dar_es_Salaam'), '27');
  assert.equal(receipt.receiptYear(newYearInDar, 'UTC'), '26');
});

test('categories split into a group and a finer part', () => {
  assert.equal(category.groupOf('Furniture / Chairs'), 'Furniture');
  assert.equal(category.leafOf('Furniture / Chairs'), 'Chairs');
  assert.equal(category.leafOf('Vyakula'), 'Vyakula');
  assert.equal(category.groupHue('Furniture / Chairs'), category.groupHue('Furniture / Tables'));
});

test('stock levels', () => {
  const given = [
    [5, null],
    [5, 5],
    [6, 5],
    [0, 5],
    [-1, 5],
  ];
  const levels = given.map(([stock, lowAt]) => stockLevel(stock, lowAt));
  assert.deepEqual(levels, ['enough', 'low', 'enough', 'none', 'negative']);
});
