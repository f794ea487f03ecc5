// SPDX-License-Identifier: MIT
// A device of the demo shop under Node: its schema, and a sale.
import { counter, defineSchema, integer, text } from 'sawa';
import { conflictRecords } from 'sawa/conflicts';

export const schema = defineSchema({
  version: 1,
  collections: {
    bidhaas: { fields: { jina: text(), sku: text(), price: integer(), stock: counter() }, search: ['jina', 'sku'] },
    customers: { fields: { jina: text(), phone: text.optional() } },
    sales: {
      fields: {
        receipt_number: text(),
        sold_at_ms: integer(),
        status: text(),
        total: integer(),
        item_count: integer(),
        currency: text(),
      },
    },
    sawa_conflicts: conflictRecords,
    sale_items: {
      fields: {
        sale_id: text(),
        line_number: integer(),
        bidhaa_id: text(),
        jina: text(),
        unit_price: integer(),
        quantity: integer(),
        line_total: integer(),
      },
    },
  },
});

/** Sells so many pieces of a product, and gives the receipt number. */
export function sell(database, product, quantity) {
  return database.write('sale.complete', async (transaction) => {
    const number = await transaction.nextNumber('receipt');
    const receipt = `${database.enrolment.device.series}-${number}`;
    const total = product.price * quantity;
    const sale = transaction.put('sales', {
      ...{
        receipt_number: receipt,
        sold_at_ms: Date.now(),
        status: 'completed',
        total,
        item_count: quantity,
        currency: 'TZS',
      },
    });
    transaction.put('sale_items', {
      ...{ sale_id: sale, line_number: 1, bidhaa_id: product.id, jina: product.jina },
      ...{ unit_price: product.price, quantity, line_total: total },
    });
    transaction.increment('bidhaas', product.id, 'stock', -quantity);
    return receipt;
  });
}
