// SPDX-License-Identifier: MIT
// Sales to be pushed, as the till completes them (web/src/sale/complete-sale.ts), and what must be there afterwards.
import { randomBytes } from 'node:crypto';

const ITEMS_PER_SALE = 3;
const NODE = '00000000000000aa';

/** A version 7 UUID, as devices make them. */
export function newId(nowMs = Date.now()) {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(nowMs, 0, 6);
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export const stampAt = (nowMs, counter) =>
  `${nowMs.toString(16).padStart(12, '0')}${counter.toString(16).padStart(4, '0')}-${NODE}`;

/** Numbers that are spread over the products, and the same in every run. */
function* spreadNumbers(limit) {
  for (let state = 12345; ; ) {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    yield Math.floor((state / 2 ** 31) * limit);
  }
}

/** Sales of three different products each. `products`: { id, jina, price }. */
export function makeSales(count, products) {
  const numbers = spreadNumbers(products.length);
  return Array.from({ length: count }, (_, index) => {
    const chosen = new Set();
    while (chosen.size < ITEMS_PER_SALE) chosen.add(products[numbers.next().value]);
    const lines = [...chosen].map((product, position) => ({ product, quantity: 1 + ((index + position) % 3) }));
    const total = lines.reduce((sum, { product, quantity }) => sum + product.price * quantity, 0);
    const receiptNumber = `A1-26-${String(index + 1).padStart(6, '0')}`;
    return { receiptNumber, lines, total, pieces: lines.reduce((sum, { quantity }) => sum + quantity, 0) };
  });
}

const saleFields = (sale, deviceId) => ({
  status: 'completed',
  customer_id: null,
  customer_name: null,
  customer_phone: null,
  cashier: 'demo',
  device_id: deviceId,
  total: sale.total,
  item_count: sale.pieces,
  currency: 'TZS',
});

const itemFields = ({ product, quantity }, index) => ({
  line_number: index + 1,
  jina: product.jina,
  unit_price: product.price,
  quantity,
  line_total: product.price * quantity,
});

const paymentFields = ({ total }) => ({ method: 'cash', amount: total, tendered: total, change: 0, reference: null });

/** The operations of the mutation `sale.complete`. */
export function saleOperations(sale, deviceId, nowMs) {
  const saleId = newId(nowMs);
  const put = (collection, id, fields) => ({ op: 'put', collection, id, fields });
  const head = { receipt_number: sale.receiptNumber, sold_at_ms: nowMs, ...saleFields(sale, deviceId) };
  const lines = sale.lines.flatMap((line, index) => [
    put('sale_items', newId(nowMs), { sale_id: saleId, bidhaa_id: line.product.id, ...itemFields(line, index) }),
    { op: 'increment', collection: 'bidhaas', id: line.product.id, field: 'stock', delta: -line.quantity },
  ]);
  const payment = { sale_id: saleId, ...paymentFields(sale), paid_at_ms: nowMs };
  return [put('sales', saleId, head), ...lines, put('payments', newId(nowMs), payment)];
}

/** The same sale as the body of a POST to the plain API. */
export function plainSale(sale, deviceId, nowMs) {
  const at = new Date(nowMs).toISOString();
  return {
    receipt_number: sale.receiptNumber,
    sold_at: at,
    ...saleFields(sale, deviceId),
    items: sale.lines.map((line, index) => ({ bidhaa: line.product.id, ...itemFields(line, index) })),
    payments: [{ ...paymentFields(sale), paid_at: at }],
  };
}

/** What `manage.py bench_count` must answer once these sales are in. */
export function expectedCounts(productCount, sales) {
  const lines = sales.flatMap((sale) => sale.lines);
  const total = sales.reduce((sum, sale) => sum + sale.total, 0);
  const gone = {};
  for (const { product, quantity } of lines) gone[product.id] = (gone[product.id] ?? 0) + quantity;
  return {
    products: productCount,
    sales: sales.length,
    items: lines.length,
    payments: sales.length,
    movements: lines.length,
    sales_total: total,
    payments_total: total,
    gone,
    sold: gone,
    moved: gone,
  };
}
