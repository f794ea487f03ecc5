// SPDX-License-Identifier: MIT
// TinyBase: tables in memory, saved by its IndexedDB persister, which writes every table whole.
import { createIndexes, createQueries, createStore } from 'tinybase';
import { createIndexedDbPersister } from 'tinybase/persisters/persister-indexed-db';

import { newRowsOf, parseRecords, typedPattern } from './contract.mjs';

const PRODUCTS = 'products';
const PAGE_QUERY = 'page';

class TinyBaseDatabase {
  #store = createStore();
  #indexes;
  #persister;
  #nextSave = null;
  #lastSave = Promise.resolve();

  static async open(name) {
    const adapter = new TinyBaseDatabase();
    adapter.#persister = createIndexedDbPersister(adapter.#store, name, undefined, (error) => {
      // The first load of a new database finds no stores: the persister makes them when it saves.
      if (adapter.#store.hasTables()) throw error;
    });
    await adapter.#persister.load();
    adapter.#indexes = createIndexes(adapter.#store)
      .setIndexDefinition('barcode', PRODUCTS, 'barcode')
      .setIndexDefinition('category', PRODUCTS, 'category', 'name');
    return adapter;
  }

  /** Saves that are asked for while one runs are one: each writes all there is. */
  #save() {
    this.#nextSave ??= this.#lastSave.then(() => {
      this.#nextSave = null;
      this.#lastSave = this.#persister.save();
      return this.#lastSave;
    });
    return this.#nextSave;
  }

  #setRows(collection, rows) {
    for (const { id, ...cells } of rows) this.#store.setRow(collection, id, cells);
  }

  async hydrate(json) {
    const rows = parseRecords(json).map(({ id, ...cells }) => [id, cells]);
    this.#store.setTable(PRODUCTS, Object.fromEntries(rows));
    await this.#save();
  }

  #record(id) {
    return { id, ...this.#store.getRow(PRODUCTS, id) };
  }

  async get(id) {
    return this.#record(id);
  }

  async findByBarcode(barcode) {
    return this.#record(this.#indexes.getSliceRowIds('barcode', barcode)[0]);
  }

  async countByPrice(atLeast, lessThan) {
    let count = 0;
    this.#store.forEachRow(PRODUCTS, (id) => {
      const price = this.#store.getCell(PRODUCTS, id, 'price');
      if (price >= atLeast && price < lessThan) count++;
    });
    return count;
  }

  async pageOfCategory(category, limit) {
    return this.#indexes
      .getSliceRowIds('category', category)
      .slice(0, limit)
      .map((id) => this.#record(id));
  }

  async typeAhead(word, limit) {
    const pattern = new RegExp(typedPattern(word), 'i');
    const found = [];
    for (const id of this.#store.getRowIds(PRODUCTS)) {
      if (found.length >= limit) break;
      if (pattern.test(this.#store.getCell(PRODUCTS, id, 'name'))) found.push(this.#record(id));
    }
    return found;
  }

  async completeSale(sale) {
    this.#store.transaction(() => {
      const { sales, sale_items } = newRowsOf(sale);
      this.#setRows('sales', sales);
      this.#setRows('sale_items', sale_items);
      for (const { product_id: id, quantity } of sale.items) {
        this.#store.setCell(PRODUCTS, id, 'stock', (stock) => stock - quantity);
      }
    });
    await this.#save();
  }

  async watchPage(category, limit, listener) {
    const queries = createQueries(this.#store);
    const cells = this.#store.getTableCellIds(PRODUCTS);
    queries.setQueryDefinition(PAGE_QUERY, PRODUCTS, ({ select, where }) => {
      for (const cell of cells) select(cell);
      where('category', category);
    });
    const tell = () => {
      const ids = queries.getResultSortedRowIds(PAGE_QUERY, 'name', false, 0, limit);
      listener(ids.map((id) => ({ id, ...queries.getResultRow(PAGE_QUERY, id) })));
    };
    queries.addResultTableListener(PAGE_QUERY, tell);
    tell();
    return () => queries.destroy();
  }

  async changePrice(id, price) {
    this.#store.setCell(PRODUCTS, id, 'price', price);
    await this.#save();
  }

  async loadChunk(collection, json) {
    const rows = parseRecords(json);
    this.#store.transaction(() => this.#setRows(collection, rows));
    await this.#save();
  }

  async close() {
    await this.#persister.destroy();
  }
}

const SCAN = 'no such index: a loop over all rows in memory';

/** @type {import('./contract.mjs').Contender} */
export default {
  durabilities: ['relaxed'],
  durabilityNote: "no choice: the browser's default",
  notes: {
    'query.countByPrice': SCAN,
    'query.typeAheadCommon': SCAN,
    'query.typeAheadRare': SCAN,
    'sale.relaxed.concurrent': 'sales made while a save runs share the next save',
  },
  open: TinyBaseDatabase.open,
};
