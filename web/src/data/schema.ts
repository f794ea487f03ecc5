// SPDX-License-Identifier: MIT
// The shop's collections, with the names they have on the wire. The page and the service worker share this file.

import { boolean, counter, defineSchema, integer, text } from 'sawa';
import { conflictRecords } from 'sawa/conflicts';

export const shopSchema = defineSchema({
  version: 2,
  collections: {
    bidhaas: {
      fields: {
        jina: text(),
        sku: text(),
        barcode: text.optional(),
        category: text.optional(),
        price: integer(),
        stock: counter(),
        low_stock_at: integer.optional(),
        archived: boolean(),
      },
      search: ['jina', 'sku', 'barcode'],
      indexes: [['sku'], ['barcode'], ['archived', 'jina'], ['archived', 'category', 'jina']],
    },
    customers: {
      fields: { jina: text(), phone: text.optional(), note: text.optional(), archived: boolean() },
      search: ['jina', 'phone'],
    },
    sales: {
      fields: {
        receipt_number: text(),
        sold_at_ms: integer(),
        status: text(),
        customer_id: text.optional(),
        customer_name: text.optional(),
        customer_phone: text.optional(),
        cashier: text(),
        device_id: text.optional(),
        total: integer(),
        item_count: integer(),
        currency: text(),
      },
      search: ['receipt_number', 'customer_name', 'customer_phone'],
      indexes: [['sold_at_ms']],
    },
    sale_items: {
      fields: {
        sale_id: text(),
        line_number: integer(),
        bidhaa_id: text.optional(),
        jina: text(),
        unit_price: integer(),
        quantity: integer(),
        line_total: integer(),
      },
      indexes: [['sale_id', 'line_number']],
    },
    payments: {
      fields: {
        sale_id: text(),
        method: text(),
        amount: integer(),
        tendered: integer.optional(),
        change: integer.optional(),
        reference: text.optional(),
        paid_at_ms: integer(),
      },
      indexes: [['sale_id']],
    },
    /** Written by the server alone. */
    stock_movements: {
      fields: {
        bidhaa_id: text(),
        delta: integer(),
        balance_after: integer(),
        reason: text(),
        sale_id: text.optional(),
        mutation_id: text.optional(),
        device_id: text.optional(),
        at_ms: integer(),
      },
    },
    sawa_conflicts: conflictRecords,
  },
});

export type ShopSchema = typeof shopSchema;
