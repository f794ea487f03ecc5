// SPDX-License-Identifier: MIT
// What devices do: the till's own sale (`web/src/sale/complete-sale.ts`), and edits of products. The records of what was
// promised are made when a write has resolved, never before.
import { defineSchema, integer, newId, text } from 'sawa';
import { conflictRecords } from 'sawa/conflicts';

import { loadModule } from '../../web/load-module.mjs';

const { shopSchema } = await loadModule('data/schema.ts');
const { formatReceiptNumber, receiptSeries, receiptYear } = await loadModule('receipt/receipt-number.ts');

/** What became of mutations that need a person: docs/protocol.md, "Quarantine". */
const quarantineRecords = {
  fields: {
    mutation_id: text(),
    name: text(),
    device_id: text.optional(),
    code: text(),
    state: text(),
    reason: text.optional(),
    resolved_by: text.optional(),
    at_ms: integer(),
  },
};

/** All that the server has. */
export const schema = defineSchema({
  ...shopSchema,
  collections: { ...shopSchema.collections, sawa_conflicts: conflictRecords, sawa_quarantine: quarantineRecords },
});

const METHODS = ['cash', 'mobile_money', 'card', 'credit'];

/** One sale, of products on the shelf, in one write. Gives what the till may print. */
async function sell(database, choices, shelf) {
  const { device, shop, actor } = database.enrolment;
  const basket = choices.someOf(shelf, choices.between(1, 3)).map((id) => ({ id, quantity: choices.between(1, 4) }));
  const method = choices.oneOf(METHODS);
  const [saleId, now] = [newId(), Date.now()];
  return database.write('sale.complete', async (transaction) => {
    const lines = [];
    for (const { id, quantity } of basket) {
      const { jina, price } = await transaction.get('bidhaas', id);
      lines.push({ bidhaa_id: id, jina, unit_price: price, quantity, line_total: price * quantity });
    }
    const total = lines.reduce((sum, line) => sum + line.line_total, 0);
    const itemCount = lines.reduce((sum, line) => sum + line.quantity, 0);
    const year = receiptYear(now, shop.time_zone);
    const number = await transaction.nextNumber(receiptSeries(year));
    const receipt = formatReceiptNumber(device.series, year, number);
    transaction.put('sales', {
      ...{ id: saleId, receipt_number: receipt, sold_at_ms: now, status: 'completed' },
      ...{ customer_id: null, customer_name: null, customer_phone: null, cashier: actor.name, device_id: device.id },
      ...{ total, item_count: itemCount, currency: shop.currency },
    });
    for (const [index, line] of lines.entries()) {
      transaction.put('sale_items', { sale_id: saleId, line_number: index + 1, ...line });
      transaction.increment('bidhaas', line.bidhaa_id, 'stock', -line.quantity);
    }
    transaction.put('payments', {
      ...{ sale_id: saleId, method, amount: total, tendered: method === 'cash' ? total : 0, change: 0 },
      ...{ reference: null, paid_at_ms: now },
    });
    return { id: saleId, receipt, total, itemCount, method, lines };
  });
}

/** What all tills do: they sell, and now and then correct a price. `promised` takes each sale that was stored. */
export function selling(shelf, promised) {
  return async (database, choices) => {
    promised.push(await sell(database, choices, shelf));
    if (choices.number() < 0.1) {
      await database.patch('bidhaas', choices.oneOf(shelf), { price: choices.between(1, 50) * 100 });
    }
  };
}

/** What the office does: it edits products. `names` takes the last name it gave to each; nobody else gives any. */
export function editing(shelf, names) {
  let edits = 0;
  return async (database, choices) => {
    const id = choices.oneOf(shelf);
    edits += 1;
    const jina = `Bidhaa ${edits}`;
    await database.patch('bidhaas', id, {
      ...{ jina, price: choices.between(1, 50) * 100, category: choices.oneOf(['Vyakula', 'Vinywaji', null]) },
      low_stock_at: choices.between(0, 20),
    });
    names.set(id, jina);
  };
}
