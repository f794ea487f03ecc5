// SPDX-License-Identifier: MIT
// The floor of those who keep objects: IndexedDB itself, called by hand, with no more than the benchmark needs.
import { newRowsOf, notAvailable, parseRecords } from './contract.mjs';
import { answerOf, completionOf, openIndexedDb } from './indexed-db.mjs';

const COLLECTIONS = ['products', 'stock', 'sales', 'sale_items', 'outbox'];

function createStores(database, transaction) {
  for (const name of COLLECTIONS) database.createObjectStore(name, { keyPath: 'id' });
  const products = transaction.objectStore('products');
  products.createIndex('barcode', 'barcode');
  products.createIndex('category_name', ['category', 'name']);
}

class ObjectsDatabase {
  #database;
  #durability;

  static async open(name, durability) {
    const adapter = new ObjectsDatabase();
    adapter.#durability = durability;
    adapter.#database = await openIndexedDb(name, createStores);
    return adapter;
  }

  #begin(names) {
    return this.#database.transaction(names, 'readwrite', { durability: this.#durability });
  }

  #read(name) {
    return this.#database.transaction(name).objectStore(name);
  }

  hydrate(json) {
    return this.loadChunk('products', json);
  }

  get(id) {
    return answerOf(this.#read('products').get(id));
  }

  findByBarcode(barcode) {
    return answerOf(this.#read('products').index('barcode').get(barcode));
  }

  countByPrice = notAvailable('has two indexes, none of them on the price');

  pageOfCategory(category, limit) {
    const range = IDBKeyRange.bound([category], [category, []]);
    return answerOf(this.#read('products').index('category_name').getAll(range, limit));
  }

  typeAhead = notAvailable('has no search');

  async completeSale(sale) {
    const transaction = this.#begin(['products', 'sales', 'sale_items', 'outbox']);
    const products = transaction.objectStore('products');
    for (const item of sale.items) {
      const request = products.get(item.product_id);
      request.onsuccess = () => products.put({ ...request.result, stock: request.result.stock - item.quantity });
    }
    for (const [name, rows] of Object.entries(newRowsOf(sale))) {
      for (const row of rows) transaction.objectStore(name).add(row);
    }
    await completionOf(transaction);
  }

  watchPage = notAvailable('has no live queries');

  changePrice = notAvailable('has no live queries');

  async loadChunk(collection, json) {
    const transaction = this.#begin([collection]);
    const store = transaction.objectStore(collection);
    for (const record of parseRecords(json)) store.put(record);
    transaction.commit();
    await completionOf(transaction);
  }

  async close() {
    this.#database.close();
  }
}

/** @type {import('./contract.mjs').Contender} */
export default {
  durabilities: ['strict', 'relaxed'],
  durabilityNote: "IndexedDB's own option durability",
  open: ObjectsDatabase.open,
};
