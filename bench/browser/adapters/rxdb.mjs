// SPDX-License-Identifier: MIT
// RxDB on its free storage, Dexie: documents with revisions in IndexedDB, a database each collection. What changed
// since a checkpoint is what its replication sends, so it needs no outbox.
import { createRxDatabase } from 'rxdb/plugins/core';
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie';

import { parseRecords, typedPattern } from './contract.mjs';
import { SCHEMAS } from './rxdb-schemas.mjs';

const BATCH_LENGTH = 10_000;

const plain = (document) => document.toMutableJSON();

class RxDbDatabase {
  #database;
  #asked = 0;

  static async open(name, durability) {
    const adapter = new RxDbDatabase();
    const storage = getRxStorageDexie({ chromeTransactionDurability: durability });
    adapter.#database = await createRxDatabase({ name, storage, multiInstance: false });
    await adapter.#database.addCollections(SCHEMAS);
    return adapter;
  }

  get #products() {
    return this.#database.products;
  }

  async #insert(collection, rows) {
    const { error } = await this.#database[collection].bulkInsert(rows);
    if (error.length > 0) throw new Error(`bulkInsert: status ${error[0].status}`);
  }

  async hydrate(json) {
    const records = parseRecords(json);
    for (let start = 0; start < records.length; start += BATCH_LENGTH) {
      await this.#insert('products', records.slice(start, start + BATCH_LENGTH));
    }
  }

  async #find(query) {
    const documents = await this.#products.find(query).exec();
    return documents.map(plain);
  }

  async get(id) {
    return plain(await this.#products.findOne(id).exec());
  }

  async findByBarcode(barcode) {
    return plain(await this.#products.findOne({ selector: { barcode } }).exec());
  }

  countByPrice(atLeast, lessThan) {
    return this.#products.count({ selector: { price: { $gte: atLeast, $lt: lessThan } }, index: ['price'] }).exec();
  }

  /** A condition that every product meets and no question had before: it would answer a repeated one from its cache. */
  #newQuestion() {
    return { price: { $gte: -++this.#asked } };
  }

  #page(selector, limit) {
    return { selector, sort: [{ category: 'asc' }, { name: 'asc' }], index: ['category', 'name'], limit };
  }

  pageOfCategory(category, limit) {
    return this.#find(this.#page({ category, ...this.#newQuestion() }, limit));
  }

  typeAhead(word, limit) {
    const name = { $regex: typedPattern(word), $options: 'i' };
    return this.#find({ selector: { name, ...this.#newQuestion() }, limit });
  }

  async completeSale({ sale, items }) {
    const takeStock = async ({ product_id: id, quantity }) => {
      const product = await this.#products.findOne(id).exec();
      await product.incrementalModify((data) => ({ ...data, stock: data.stock - quantity }));
    };
    await Promise.all([this.#insert('sales', [sale]), this.#insert('sale_items', items), ...items.map(takeStock)]);
  }

  async watchPage(category, limit, listener) {
    const query = this.#products.find(this.#page({ category }, limit));
    const subscription = query.$.subscribe((documents) => listener(documents.map(plain)));
    return () => subscription.unsubscribe();
  }

  async changePrice(id, price) {
    const product = await this.#products.findOne(id).exec();
    await product.incrementalPatch({ price });
  }

  loadChunk(collection, json) {
    return this.#insert(collection, parseRecords(json));
  }

  async close() {
    await this.#database.close();
  }
}

const SCAN = 'no free text search: $regex over all documents';
const CACHE = 'every question is a new one: repeated ones are answered from its query cache';
const NOT_ATOMIC = 'not atomic: it has no transactions over documents';

/** @type {import('./contract.mjs').Contender} */
export default {
  durabilities: ['strict', 'relaxed'],
  durabilityNote: "option of its Dexie storage; the browser's default unless told",
  notes: {
    'query.pageOfCategory': CACHE,
    'query.typeAheadCommon': `${SCAN}; ${CACHE}`,
    'query.typeAheadRare': `${SCAN}; ${CACHE}`,
    'sale.strict.sequential': NOT_ATOMIC,
    'sale.relaxed.sequential': NOT_ATOMIC,
  },
  open: RxDbDatabase.open,
};
