// SPDX-License-Identifier: MIT
// A field report's first sync: what one shop downloaded while its cashier was already selling.
import { Random } from '../../lib/random.mjs';
import { FIRST_TIME_MS, makeProducts } from './products.mjs';
import { makeSales } from './sales.mjs';

const PRODUCT_COUNT = 6383;
const SALE_COUNT = 2000;
const CHUNK_LENGTH = 500;

const makeStockRow = (random, product) => ({
  id: random.id(FIRST_TIME_MS),
  product_id: product.id,
  location: 'Main shop',
  quantity: product.stock,
  updated_at: product.updated_at,
});

function chunksOf(collection, rows) {
  const chunks = [];
  for (let start = 0; start < rows.length; start += CHUNK_LENGTH) {
    chunks.push({ collection, rows: rows.slice(start, start + CHUNK_LENGTH) });
  }
  return chunks;
}

/** The chunks in the order in which they arrive: [{ collection, rows }]. */
export function makeFieldChunks() {
  const products = makeProducts(PRODUCT_COUNT, 3);
  const random = new Random(5);
  const sales = makeSales(SALE_COUNT, products, 4);
  return [
    ...chunksOf('products', products),
    ...chunksOf(
      'stock',
      products.map((product) => makeStockRow(random, product)),
    ),
    ...chunksOf(
      'sales',
      sales.map(({ sale }) => sale),
    ),
    ...chunksOf(
      'sale_items',
      sales.map(({ items }) => items[0]),
    ),
  ];
}
