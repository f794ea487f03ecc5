// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { loadModule } from './load-module.mjs';

const maths = await loadModule('cart/cart-maths.ts');

const sugar = { productId: 'a', sku: 'SUK', jina: 'Sukari', unitPrice: 3000 };
const soap = { productId: 'b', sku: 'SAB', jina: 'Sabuni', unitPrice: 750 };
const cartOf = (...lines) => ({ ...maths.emptyCart('sale'), lines });

test('a product added twice is one line of two', () => {
  const lines = maths.addProduct(maths.addProduct(maths.addProduct([], sugar), soap), sugar);
  assert.deepEqual(
    lines.map((line) => [line.productId, line.quantity]),
    [
      ['a', 2],
      ['b', 1],
    ],
  );
  assert.equal(maths.cartTotal(lines), 6750);
  assert.equal(maths.itemCount(lines), 3);
});

test('the price of the moment of adding stays when the same product comes again at another price', () => {
  const lines = maths.addProduct(maths.addProduct([], sugar), { ...sugar, unitPrice: 3500 });
  assert.equal(maths.cartTotal(lines), 6000);
  assert.equal(maths.cartTotal(maths.setUnitPrice(lines, 'a', 3500)), 7000);
});

test('a quantity is whole, at least 1 and bounded', () => {
  const given = [0, -3, 2.9, Number.NaN, 1e9];
  assert.deepEqual(given.map(maths.clampQuantity), [1, 1, 2, 1, maths.MAX_QUANTITY]);
  assert.equal(maths.setQuantity(maths.addProduct([], sugar), 'a', 12)[0].quantity, 12);
});

test('removing a line leaves the others', () => {
  const lines = maths.removeLine(maths.addProduct(maths.addProduct([], sugar), soap), 'a');
  assert.deepEqual(
    lines.map((line) => line.sku),
    ['SAB'],
  );
});

test('cash: exact when nothing is typed, change when it is more, missing when it is less', () => {
  assert.deepEqual(maths.settleCash(12_500, null), { tendered: 12_500, change: 0, missing: 0 });
  assert.deepEqual(maths.settleCash(12_500, 20_000), { tendered: 20_000, change: 7_500, missing: 0 });
  assert.deepEqual(maths.settleCash(12_500, 10_000), { tendered: 10_000, change: 0, missing: 2_500 });
});

test('cash suggestions are above the total, rising, without repeats', () => {
  assert.deepEqual(maths.cashSuggestions(12_500), [13_000, 15_000, 20_000]);
  assert.deepEqual(maths.cashSuggestions(10_000), [50_000, 100_000]);
  assert.deepEqual(maths.cashSuggestions(0), []);
});

test('what stops a payment', () => {
  const line = { ...sugar, quantity: 1 };
  assert.equal(maths.paymentObstacle(cartOf()), 'empty');
  assert.equal(maths.paymentObstacle(cartOf(line)), null);
  assert.equal(maths.paymentObstacle({ ...cartOf(line), tendered: 2999 }), 'too_little_cash');
  assert.equal(maths.paymentObstacle({ ...cartOf(line), tendered: 2999, method: 'card' }), null);
  assert.equal(maths.paymentObstacle({ ...cartOf(line), method: 'credit' }), 'credit_needs_customer');
  const named = { id: null, name: ' Asha ', phone: '' };
  assert.equal(maths.paymentObstacle({ ...cartOf(line), method: 'credit', customer: named }), null);
});
