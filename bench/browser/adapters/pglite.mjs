// SPDX-License-Identifier: MIT
// PGlite: PostgreSQL in a worker, on the origin's private files (opfs-ahp). A worker of our own is asked by one message
// a query; its PGliteWorker, made for many tabs, sends every part of a query through a BroadcastChannel.
import { newRowsOf, parseRecords } from './contract.mjs';
import { INDEXES, insertOf, SALE, TABLES } from './pglite-schema.mjs';
import { WorkerClient } from './worker-client.mjs';

const BY_ID = 'SELECT * FROM products WHERE id = $1';
const BY_BARCODE = 'SELECT * FROM products WHERE barcode = $1';
const BY_PRICE = 'SELECT count(*)::int AS count FROM products WHERE price >= $1 AND price < $2';
const PAGE = 'SELECT * FROM products WHERE category = $1 ORDER BY name LIMIT $2';
const TYPE_AHEAD = `
  SELECT * FROM products WHERE to_tsvector('simple', name) @@ to_tsquery('simple', $1 || ':*') LIMIT $2`;
const SET_PRICE = 'UPDATE products SET price = $1 WHERE id = $2';

/** All at once is a fifth faster, and needs three times the memory. */
const BATCH_LENGTH = 5000;

const decoder = new TextDecoder();
let worker = null;

class PgliteDatabase {
  #isIndexed = false;

  static async open(name, durability) {
    await worker.call('open', [{ dataDir: `opfs-ahp://${name}`, relaxedDurability: durability === 'relaxed' }]);
    await worker.call('execute', [TABLES]);
    return new PgliteDatabase();
  }

  async #createIndexes() {
    if (!this.#isIndexed) await worker.call('execute', [INDEXES]);
    this.#isIndexed = true;
  }

  /** Faster than inserting into indexes: they are made when all rows are there. */
  async hydrate(json) {
    const records = parseRecords(json);
    await worker.call('execute', ['BEGIN']);
    for (let start = 0; start < records.length; start += BATCH_LENGTH) {
      const batch = records.slice(start, start + BATCH_LENGTH);
      await this.#select(insertOf('products'), [JSON.stringify(batch)]);
    }
    await worker.call('execute', ['COMMIT']);
    await this.#createIndexes();
  }

  #select(sql, values) {
    return worker.call('select', [sql, values]);
  }

  async get(id) {
    const [product] = await this.#select(BY_ID, [id]);
    return product;
  }

  async findByBarcode(barcode) {
    const [product] = await this.#select(BY_BARCODE, [barcode]);
    return product;
  }

  async countByPrice(atLeast, lessThan) {
    const [{ count }] = await this.#select(BY_PRICE, [atLeast, lessThan]);
    return count;
  }

  pageOfCategory(category, limit) {
    return this.#select(PAGE, [category, limit]);
  }

  typeAhead(word, limit) {
    return this.#select(TYPE_AHEAD, [word, limit]);
  }

  async completeSale(sale) {
    const { sales, sale_items, outbox } = newRowsOf(sale);
    const rows = [sales, sale_items, outbox].map((list) => JSON.stringify(list));
    await this.#select(SALE, rows);
  }

  async watchPage(category, limit, listener) {
    worker.onNews = listener;
    await worker.call('watch', [PAGE, [category, limit]]);
    return () => worker.call('unwatch');
  }

  async changePrice(id, price) {
    await this.#select(SET_PRICE, [price, id]);
  }

  async loadChunk(collection, json) {
    await this.#createIndexes();
    await this.#select(insertOf(collection), [decoder.decode(json)]);
  }

  async close() {
    await worker.call('close');
  }
}

/** @type {import('./contract.mjs').Contender} */
export default {
  durabilities: ['strict', 'relaxed'],
  durabilityNote: 'option relaxedDurability; strict by default',
  async prepare() {
    worker = await WorkerClient.start(new URL('pglite-worker.js', import.meta.url));
  },
  open: PgliteDatabase.open,
};
