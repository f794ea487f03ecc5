// SPDX-License-Identifier: MIT
// SQLite's own WebAssembly build, in a worker, on the origin's private files (the VFS opfs-sahpool).
import { newRowsOf, notAvailable } from './contract.mjs';
import { WorkerClient } from './worker-client.mjs';

const recordOf = ({ number: _, ...row }) => ({ ...row, tags: JSON.parse(row.tags), active: row.active === 1 });

const BY_ID = 'SELECT * FROM products WHERE id = ?';
const BY_BARCODE = 'SELECT * FROM products WHERE barcode = ?';
const BY_PRICE = 'SELECT count(*) AS count FROM products WHERE price >= ? AND price < ?';
const PAGE = 'SELECT * FROM products WHERE category = ? ORDER BY name LIMIT ?';
const TYPE_AHEAD = `
  SELECT products.* FROM product_names JOIN products ON products.number = product_names.rowid
  WHERE product_names MATCH ? LIMIT ?`;
const TAKE_STOCK = 'UPDATE products SET stock = stock - ? WHERE id = ?';

let worker = null;

class SqliteDatabase {
  static async open(name, durability) {
    await worker.call('open', [name, durability]);
    return new SqliteDatabase();
  }

  async hydrate(json) {
    await worker.call('hydrate', [json], [json.buffer]);
  }

  async #records(sql, values) {
    const rows = await worker.call('select', [sql, values]);
    return rows.map(recordOf);
  }

  async get(id) {
    const [product] = await this.#records(BY_ID, [id]);
    return product;
  }

  async findByBarcode(barcode) {
    const [product] = await this.#records(BY_BARCODE, [barcode]);
    return product;
  }

  async countByPrice(atLeast, lessThan) {
    const [{ count }] = await worker.call('select', [BY_PRICE, [atLeast, lessThan]]);
    return count;
  }

  pageOfCategory(category, limit) {
    return this.#records(PAGE, [category, limit]);
  }

  typeAhead(word, limit) {
    return this.#records(TYPE_AHEAD, [`${word}*`, limit]);
  }

  async completeSale(sale) {
    const changes = sale.items.map(({ quantity, product_id: id }) => ({ sql: TAKE_STOCK, values: [quantity, id] }));
    await worker.call('write', [newRowsOf(sale), changes]);
  }

  watchPage = notAvailable('has a hook for changes, and no live queries');

  changePrice = notAvailable('has a hook for changes, and no live queries');

  async loadChunk(collection, json) {
    await worker.call('loadChunk', [collection, json], [json.buffer]);
  }

  async close() {
    await worker.call('close');
  }
}

/** @type {import('./contract.mjs').Contender} */
export default {
  durabilities: ['strict', 'relaxed'],
  durabilityNote: 'WAL with PRAGMA synchronous = FULL (strict) or NORMAL (relaxed)',
  async prepare() {
    worker = await WorkerClient.start(new URL('sqlite-wasm-worker.js', import.meta.url));
  },
  open: SqliteDatabase.open,
};
