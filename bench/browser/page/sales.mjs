// SPDX-License-Identifier: MIT
// Sales as a till makes them: one after another, each durable before the next; and many at once.
import { percentile } from '../../lib/statistics.mjs';
import { timeOf } from './timing.mjs';

/** A contender that needs longer is measured on the sales it completed by then. */
const SEQUENCE_MS = 120_000;

async function oneAfterAnother(database, sales) {
  const timesMs = [];
  let spentMs = 0;
  for (const sale of sales) {
    const timeMs = await timeOf(() => database.completeSale(sale));
    timesMs.push(timeMs);
    spentMs += timeMs;
    if (spentMs > SEQUENCE_MS) break;
  }
  return { p50Ms: percentile(timesMs, 0.5), p95Ms: percentile(timesMs, 0.95), sales: timesMs.length };
}

async function atOnce(database, sales) {
  const totalMs = await timeOf(() => Promise.all(sales.map((sale) => database.completeSale(sale))));
  return { totalMs, sales: sales.length };
}

/** Keeps count of what has been sold, and checks that the stock says the same. */
export class Till {
  #sold = new Map();

  constructor(database, initialStock) {
    this.database = database;
    this.initialStock = initialStock;
  }

  async sell(sales, inWhatWay) {
    const measure = { sequential: oneAfterAnother, concurrent: atOnce }[inWhatWay];
    const result = await measure(this.database, sales);
    this.#remember(sales.slice(0, result.sales));
    await this.#checkStock();
    return result;
  }

  #remember(sales) {
    for (const { product_id: id, quantity } of sales.flatMap(({ items }) => items)) {
      this.#sold.set(id, (this.#sold.get(id) ?? 0) + quantity);
    }
  }

  async #checkStock() {
    for (const [id, initial] of Object.entries(this.initialStock)) {
      const { stock } = await this.database.get(id);
      const expected = initial - (this.#sold.get(id) ?? 0);
      if (stock !== expected) throw new Error(`the stock of ${id} is ${stock}, and should be ${expected}`);
    }
  }
}
