// SPDX-License-Identifier: MIT
// Dexie: objects in IndexedDB with indexes.
import Dexie, { liveQuery } from 'dexie';

import { newRowsOf, parseRecords, typedPattern } from './contract.mjs';

const STORES = {
  products: 'id, barcode, [category+name], price',
  stock: 'id, product_id',
  sales: 'id',
  sale_items: 'id, sale_id',
  outbox: 'id',
};

class DexieDatabase {
  #database;

  static async open(name, durability) {
    const adapter = new DexieDatabase();
    adapter.#database = new Dexie(name, { chromeTransactionDurability: durability });
    adapter.#database.version(1).stores(STORES);
    await adapter.#database.open();
    return adapter;
  }

  async hydrate(json) {
    await this.#database.products.bulkAdd(parseRecords(json));
  }

  get(id) {
    return this.#database.products.get(id);
  }

  findByBarcode(barcode) {
    return this.#database.products.where('barcode').equals(barcode).first();
  }

  countByPrice(atLeast, lessThan) {
    return this.#database.products.where('price').between(atLeast, lessThan, true, false).count();
  }

  pageOfCategory(category, limit) {
    const names = [category, Dexie.minKey];
    return this.#database.products
      .where('[category+name]')
      .between(names, [category, Dexie.maxKey])
      .limit(limit)
      .toArray();
  }

  typeAhead(word, limit) {
    const pattern = new RegExp(typedPattern(word), 'i');
    return this.#database.products
      .filter(({ name }) => pattern.test(name))
      .limit(limit)
      .toArray();
  }

  async completeSale(sale) {
    const database = this.#database;
    const { products, sales, sale_items, outbox } = database;
    await database.transaction('rw', products, sales, sale_items, outbox, async () => {
      const rows = newRowsOf(sale);
      const sold = await products.bulkGet(sale.items.map((item) => item.product_id));
      sold.forEach((product, index) => (product.stock -= sale.items[index].quantity));
      await Promise.all([
        products.bulkPut(sold),
        sales.bulkAdd(rows.sales),
        sale_items.bulkAdd(rows.sale_items),
        outbox.bulkAdd(rows.outbox),
      ]);
    });
  }

  async watchPage(category, limit, listener) {
    const subscription = liveQuery(() => this.pageOfCategory(category, limit)).subscribe(listener);
    return () => subscription.unsubscribe();
  }

  async changePrice(id, price) {
    await this.#database.products.update(id, { price });
  }

  async loadChunk(collection, json) {
    await this.#database.table(collection).bulkPut(parseRecords(json));
  }

  async close() {
    this.#database.close();
  }
}

/** @type {import('./contract.mjs').Contender} */
export default {
  durabilities: ['strict', 'relaxed'],
  durabilityNote: 'option chromeTransactionDurability; relaxed by default',
  notes: {
    'query.typeAheadCommon': 'no text search: a filter over all',
    'query.typeAheadRare': 'no text search: a filter over all',
  },
  open: DexieDatabase.open,
};
