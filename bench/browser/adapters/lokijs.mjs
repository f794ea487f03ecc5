// SPDX-License-Identifier: MIT
// LokiJS: objects in memory, saved by its incremental IndexedDB adapter, which writes the chunks of 100 that changed.
import Loki from 'lokijs';
import IncrementalIndexedDBAdapter from 'lokijs/src/incremental-indexeddb-adapter.js';

import { newRowsOf, parseRecords, typedPattern } from './contract.mjs';

const UNIQUE_FIELDS = { products: ['id', 'barcode'], stock: ['id'], sales: ['id'], sale_items: ['id'], outbox: ['id'] };
const INDEXED_FIELDS = ['category', 'price'];

class LokiDatabase {
  #database;

  static open(name) {
    const adapter = new LokiDatabase();
    return new Promise((resolve, reject) => {
      const autoloadCallback = (error) => {
        if (error instanceof Error) reject(error);
        else resolve(adapter.#withCollections());
      };
      const options = { adapter: new IncrementalIndexedDBAdapter(), autoload: true, autoloadCallback };
      adapter.#database = new Loki(name, options);
    });
  }

  #withCollections() {
    for (const [name, unique] of Object.entries(UNIQUE_FIELDS)) {
      if (!this.#database.getCollection(name)) this.#database.addCollection(name, { unique });
    }
    return this;
  }

  #save() {
    return new Promise((resolve, reject) => {
      this.#database.saveDatabase((error) => (error ? reject(error) : resolve()));
    });
  }

  get #products() {
    return this.#database.getCollection('products');
  }

  async hydrate(json) {
    this.#products.insert(parseRecords(json));
    for (const field of INDEXED_FIELDS) this.#products.ensureIndex(field);
    await this.#save();
  }

  async get(id) {
    return this.#products.by('id', id);
  }

  async findByBarcode(barcode) {
    return this.#products.by('barcode', barcode);
  }

  async countByPrice(atLeast, lessThan) {
    return this.#products
      .chain()
      .find({ price: { $between: [atLeast, lessThan - 1] } })
      .count();
  }

  async pageOfCategory(category, limit) {
    return this.#products.chain().find({ category }).simplesort('name').limit(limit).data();
  }

  async typeAhead(word, limit) {
    return this.#products
      .chain()
      .find({ name: { $regex: [typedPattern(word), 'i'] } })
      .limit(limit)
      .data();
  }

  async completeSale(sale) {
    for (const { product_id: id, quantity } of sale.items) {
      const product = this.#products.by('id', id);
      product.stock -= quantity;
      this.#products.update(product);
    }
    for (const [name, rows] of Object.entries(newRowsOf(sale))) this.#database.getCollection(name).insert(rows);
    await this.#save();
  }

  async watchPage(category, limit, listener) {
    const view = this.#products.addDynamicView('page').applyFind({ category }).applySimpleSort('name');
    const tell = () => listener(view.data().slice(0, limit));
    view.on('rebuild', tell);
    tell();
    return () => this.#products.removeDynamicView('page');
  }

  async changePrice(id, price) {
    const product = this.#products.by('id', id);
    product.price = price;
    this.#products.update(product);
    await this.#save();
  }

  async loadChunk(collection, json) {
    this.#database.getCollection(collection).insert(parseRecords(json));
    await this.#save();
  }

  close() {
    return new Promise((resolve) => this.#database.close(resolve));
  }
}

const SCAN = 'no text search: $regex over all objects in memory';

/** @type {import('./contract.mjs').Contender} */
export default {
  durabilities: ['relaxed'],
  durabilityNote: "no choice: the browser's default",
  notes: {
    'query.getById': 'the objects in memory themselves, not copies',
    'query.typeAheadCommon': SCAN,
    'query.typeAheadRare': SCAN,
    'sale.relaxed.concurrent': 'sales made while a save runs share the next save',
  },
  open: LokiDatabase.open,
};
