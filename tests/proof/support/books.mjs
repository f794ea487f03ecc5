// SPDX-License-Identifier: MIT
// The books: what the tills have promised against what the server's tables hold.
import assert from 'node:assert/strict';

/** Compares two lists without regard to order; a failure shows only what one of them has more often. */
function assertSameItems(actual, expected, what) {
  const surplus = new Map();
  for (const item of actual) surplus.set(item, (surplus.get(item) ?? 0) + 1);
  for (const item of expected) surplus.set(item, (surplus.get(item) ?? 0) - 1);
  const wrong = [...surplus].filter(([, count]) => count !== 0).slice(0, 10);
  assert.deepEqual(wrong, [], `${what}: how often too many (or, below zero, too few)`);
}

const text = (...values) => JSON.stringify(values);

/** Every sale with its lines, payment and movements of stock is there once, and nothing else is. */
export function assertEachSaleOnce(promised, { collections, verdicts, quarantined }) {
  const held = (collection, toText) => collections[collection].records.map(toText);
  const ofLines = (toText) =>
    promised.flatMap((sale) => sale.lines.map((line, index) => toText(sale, line, index + 1)));

  assertSameItems(
    held('sales', (sale) => text(sale.id, sale.receipt_number, sale.total, sale.item_count)),
    promised.map((sale) => text(sale.id, sale.receipt, sale.total, sale.itemCount)),
    'sales',
  );
  assertSameItems(
    held('sale_items', (item) => text(item.sale_id, item.line_number, item.bidhaa_id, item.quantity, item.line_total)),
    ofLines((sale, line, number) => text(sale.id, number, line.bidhaa_id, line.quantity, line.line_total)),
    'sale items',
  );
  assertSameItems(
    held('payments', (payment) => text(payment.sale_id, payment.method, payment.amount)),
    promised.map((sale) => text(sale.id, sale.method, sale.total)),
    'payments',
  );
  assertSameItems(
    held('stock_movements', (movement) => text(movement.sale_id, movement.bidhaa_id, movement.delta)),
    ofLines((sale, line) => text(sale.id, line.bidhaa_id, -line.quantity)),
    'movements of stock',
  );
  assert.deepEqual(verdicts['sale.complete'], { applied: promised.length }, 'the receipts of the sales');
  assert.equal(quarantined, 0);
}

/** No number was given twice, and each series has all its numbers from 1. */
export function assertWithoutGaps(receipts) {
  const bySeries = new Map();
  for (const receipt of receipts) {
    const [, series, number] = /^(.*)-(\d+)$/.exec(receipt);
    bySeries.set(series, [...(bySeries.get(series) ?? []), Number(number)]);
  }
  for (const [series, numbers] of bySeries) {
    const wanted = numbers.map((_, index) => index + 1);
    assert.deepEqual(
      numbers.sort((left, right) => left - right),
      wanted,
      series,
    );
  }
}

/** Each stock is what it was, less what was sold. */
export function assertStocks(promised, before, after) {
  const sold = new Map();
  for (const { bidhaa_id: id, quantity } of promised.flatMap(({ lines }) => lines)) {
    sold.set(id, (sold.get(id) ?? 0) + quantity);
  }
  const wrong = before
    .map(({ id, stock }) => ({ id, expected: stock - (sold.get(id) ?? 0), actual: after.get(id).stock }))
    .filter(({ expected, actual }) => expected !== actual);
  assert.deepEqual(wrong, []);
}
