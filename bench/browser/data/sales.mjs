// SPDX-License-Identifier: MIT
// Sales as a till completes them: a sale, three items, three products whose stock goes down, a row for the server.
import { Random } from '../../lib/random.mjs';
import { FIRST_TIME_MS, timeText } from './products.mjs';

const ITEMS_PER_SALE = 3;

function makeItem(random, saleId, product, timeMs) {
  const quantity = 1 + random.below(3);
  return {
    id: random.id(timeMs),
    sale_id: saleId,
    product_id: product.id,
    name: product.name,
    quantity,
    price: product.price,
    total: quantity * product.price,
  };
}

function makeSale(random, products, number) {
  const timeMs = FIRST_TIME_MS + 90 * 86_400_000 + number * 45_000;
  const id = random.id(timeMs);
  const chosen = random.differentBelow(products.length, ITEMS_PER_SALE).map((index) => products[index]);
  const items = chosen.map((product) => makeItem(random, id, product, timeMs));
  const total = items.reduce((sum, item) => sum + item.total, 0);
  const sale = {
    id,
    receipt: `A-${String(number).padStart(6, '0')}`,
    cashier: `Cashier ${1 + random.below(6)}`,
    method: random.pick(['cash', 'mobile', 'card']),
    total,
    paid: total,
    created_at: timeText(timeMs),
  };
  return { sale, items, outbox: { id: random.id(timeMs), name: 'sale.complete', created_at: sale.created_at } };
}

export function makeSales(count, products, seed = 2) {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, number) => makeSale(random, products, number + 1));
}
