// SPDX-License-Identifier: MIT
// The till's own queries: each is answered from an index, in the order that the screen wants.
import assert from 'node:assert/strict';
import test from 'node:test';

import { openDatabase } from 'sawa';

import { loadModule } from './load-module.mjs';

const { shopSchema } = await loadModule('data/schema.ts');
const database = await openDatabase({ name: 'till', schema: shopSchema, storage: 'memory', autoSync: false });
test.after(() => database.close());

const ID = '0190a000-0000-7000-8000-000000000001';
const QUERIES = {
  'a scanned code': ['bidhaas', { where: { archived: false, sku: 'UNGA-2KG' }, limit: 1 }, 'index/bidhaas/sku,'],
  'a scanned barcode': ['bidhaas', { where: { archived: false, barcode: '616' }, limit: 1 }, 'index/bidhaas/barcode,'],
  'all products by name': [
    'bidhaas',
    { where: { archived: false }, orderBy: [{ field: 'jina' }], limit: 60 },
    'index/bidhaas/archived,jina,',
  ],
  'a category by name': [
    'bidhaas',
    { where: { archived: false, category: 'Vyakula' }, orderBy: [{ field: 'jina' }], limit: 60 },
    'index/bidhaas/archived,category,jina,',
  ],
  'the last sales': [
    'sales',
    { orderBy: [{ field: 'sold_at_ms', descending: true }], limit: 50 },
    'index/sales/sold_at_ms,',
  ],
  'the lines of a receipt': [
    'sale_items',
    { where: { sale_id: ID }, orderBy: [{ field: 'line_number' }] },
    'index/sale_items/sale_id,line_number,',
  ],
  'the payments of a receipt': ['payments', { where: { sale_id: ID } }, 'index/payments/sale_id,'],
};

for (const [name, [collection, query, table]] of Object.entries(QUERIES)) {
  test(`${name} comes from ${table}`, async () => {
    const plan = await database.explain(collection, query);
    assert.equal(plan.table, table, JSON.stringify(plan));
    if (query.orderBy) assert.equal(plan.sorted, true);
  });
}
