// SPDX-License-Identifier: MIT
// Sawa: the package of this repository, as it has been built.
import { boolean, counter, defineSchema, integer, json, number, openDatabase, text } from 'sawa';

import { NotAvailable } from './contract.mjs';

const schema = defineSchema({
  version: 1,
  collections: {
    products: {
      fields: {
        sku: text(),
        barcode: text(),
        name: text(),
        category: text(),
        brand: text(),
        price: integer(),
        cost: integer(),
        tax_rate: number(),
        unit: text(),
        tags: json(),
        stock: counter(),
        supplier: text(),
        updated_at: text(),
        active: boolean(),
      },
      search: ['name'],
      indexes: [['barcode'], ['category', 'name'], ['price']],
    },
    stock: { fields: { product_id: text(), location: text(), quantity: integer(), updated_at: text() } },
    sales: {
      fields: {
        receipt: text(),
        cashier: text(),
        method: text(),
        total: integer(),
        paid: integer(),
        created_at: text(),
      },
    },
    sale_items: {
      fields: {
        sale_id: text(),
        product_id: text(),
        name: text(),
        quantity: integer(),
        price: integer(),
        total: integer(),
      },
      indexes: [['sale_id']],
    },
  },
});

class SawaDatabase {
  #database;

  static async open(name) {
    const adapter = new SawaDatabase();
    const wasm = new URL('sawa.wasm', import.meta.url);
    adapter.#database = await openDatabase({ name, schema, autoSync: false, wasm });
    return adapter;
  }

  /** A function of the package that this build of it may not have yet. */
  #method(name) {
    if (typeof this.#database[name] !== 'function') throw new NotAvailable('not in this build');
    return this.#database[name].bind(this.#database);
  }

  async hydrate(bytes) {
    await this.#method('load')('products', bytes);
  }

  get(id) {
    return this.#database.get('products', id);
  }

  async findByBarcode(barcode) {
    const [product] = await this.#database.find('products', { where: { barcode }, limit: 1 });
    return product;
  }

  async countByPrice(atLeast, lessThan) {
    return this.#method('count')('products', { where: { price: { atLeast, lessThan } } });
  }

  pageOfCategory(category, limit) {
    return this.#database.find('products', { where: { category }, orderBy: [{ field: 'name' }], limit });
  }

  typeAhead(word, limit) {
    return this.#database.find('products', { search: word, limit });
  }

  async completeSale({ sale, items }) {
    await this.#database.write('sale.complete', (transaction) => {
      transaction.put('sales', sale);
      for (const item of items) {
        transaction.put('sale_items', item);
        transaction.increment('products', item.product_id, 'stock', -item.quantity);
      }
    });
  }

  async watchPage(category, limit, listener) {
    const query = { where: { category }, orderBy: [{ field: 'name' }], limit };
    return this.#database.watch('products', query, listener);
  }

  changePrice(id, price) {
    return this.#database.patch('products', id, { price });
  }

  async loadChunk(collection, bytes) {
    await this.#method('load')(collection, bytes);
  }

  close() {
    return this.#database.close();
  }
}

/** @type {import('./contract.mjs').Contender} */
export default {
  durabilities: ['strict'],
  durabilityNote: 'writes are always strict',
  open: SawaDatabase.open,
};
