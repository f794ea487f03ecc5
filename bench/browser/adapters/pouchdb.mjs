// SPDX-License-Identifier: MIT
// PouchDB with its query plugin: documents with revisions in IndexedDB. One database holds all collections, so that
// one call writes a whole sale; the feed of its changes is the outbox.
import PouchDB from 'pouchdb-browser';
import PouchFind from 'pouchdb-find';

import { notAvailable, parseRecords, typedPattern } from './contract.mjs';

PouchDB.plugin(PouchFind);

const BATCH_LENGTH = 5000;
const INDEXES = [['barcode'], ['category', 'name'], ['price']];
const STATUS_CONFLICT = 409;
/** It wants a number, and hands it on to IndexedDB, where it must fit 32 bits. */
const LIMIT_NONE = 1_000_000_000;

const documentOf = ({ id, ...fields }) => ({ _id: id, ...fields });
const recordOf = ({ _id: id, _rev, ...fields }) => ({ id, ...fields });

class PouchDatabase {
  #database;

  static async open(name) {
    const adapter = new PouchDatabase();
    adapter.#database = new PouchDB(name);
    await adapter.#database.info();
    return adapter;
  }

  async hydrate(json) {
    const records = parseRecords(json);
    for (let start = 0; start < records.length; start += BATCH_LENGTH) {
      await this.#add(records.slice(start, start + BATCH_LENGTH));
    }
    for (const fields of INDEXES) {
      await this.#database.createIndex({ index: { fields } });
      // An index is built by the first question to it.
      await this.#database.find({ selector: { [fields[0]]: { $gt: null } }, limit: 1 });
    }
  }

  async #add(records) {
    const answers = await this.#database.bulkDocs(records.map(documentOf));
    const failure = answers.find(({ error }) => error);
    if (failure) throw new Error(`bulkDocs: ${failure.message}`);
  }

  async #find(selector, options) {
    const { docs } = await this.#database.find({ selector, ...options });
    return docs.map(recordOf);
  }

  async get(id) {
    return recordOf(await this.#database.get(id));
  }

  async findByBarcode(barcode) {
    const [product] = await this.#find({ barcode }, { limit: 1 });
    return product;
  }

  async countByPrice(atLeast, lessThan) {
    const selector = { price: { $gte: atLeast, $lt: lessThan } };
    const { docs } = await this.#database.find({ selector, fields: ['_id'], limit: LIMIT_NONE });
    return docs.length;
  }

  pageOfCategory(category, limit) {
    return this.#find({ category, name: { $gt: null } }, { sort: ['category', 'name'], limit });
  }

  typeAhead(word, limit) {
    return this.#find({ name: { $regex: new RegExp(typedPattern(word), 'i') } }, { limit });
  }

  async completeSale({ sale, items }) {
    const changed = await this.#withStockTaken(items);
    const answers = await this.#database.bulkDocs([documentOf(sale), ...items.map(documentOf), ...changed]);
    const lost = items.filter(({ product_id: id }) => answers.some((answer) => hasConflict(answer, id)));
    await this.#takeStock(lost);
  }

  async #withStockTaken(items) {
    const keys = items.map((item) => item.product_id);
    const { rows } = await this.#database.allDocs({ keys, include_docs: true });
    return rows.map(({ doc }, index) => ({ ...doc, stock: doc.stock - items[index].quantity }));
  }

  /** Another sale changed the same products meanwhile: reads them again, as its documentation says. */
  async #takeStock(items) {
    let left = items;
    while (left.length > 0) {
      const answers = await this.#database.bulkDocs(await this.#withStockTaken(left));
      left = left.filter(({ product_id: id }) => answers.some((answer) => hasConflict(answer, id)));
    }
  }

  watchPage = notAvailable('has a feed of changes, and no live queries');

  changePrice = notAvailable('has a feed of changes, and no live queries');

  loadChunk(collection, json) {
    return this.#add(parseRecords(json));
  }

  async close() {
    await this.#database.close();
  }
}

const hasConflict = (answer, id) => answer.status === STATUS_CONFLICT && answer.id === id;

/** @type {import('./contract.mjs').Contender} */
export default {
  durabilities: ['relaxed'],
  durabilityNote: "no choice: the browser's default",
  notes: {
    'query.countByPrice': 'finds the ids and counts them: it has no count',
    'query.typeAheadCommon': 'no text search: $regex over all documents',
    'query.typeAheadRare': 'no text search: $regex over all documents',
    'sale.relaxed.sequential': 'not atomic: each document for itself',
  },
  open: PouchDatabase.open,
};
