// SPDX-License-Identifier: MIT
// The floor of those who keep packed pages: records in ArrayBuffers of 1 MiB, made by JavaScript, and one ArrayBuffer
// for each commit. The indexes by id and barcode are made anew at every opening.
import { notAvailable, parseRecords } from './contract.mjs';
import { answerOf, completionOf, openIndexedDb } from './indexed-db.mjs';
import { PageReader, PageWriter } from './packed-records.mjs';

const PAGE_LENGTH = 1 << 20;
const PRODUCTS = 'products';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function createStores(database) {
  database.createObjectStore('pages', { autoIncrement: true });
  database.createObjectStore('log', { autoIncrement: true });
}

class PackedDatabase {
  #database;
  #durability;
  #keys = null;
  #readers = [];
  #placeOfId = new Map();
  #placeOfBarcode = new Map();
  #soldOfId = new Map();

  static async open(name, durability) {
    const adapter = new PackedDatabase();
    adapter.#durability = durability;
    adapter.#database = await openIndexedDb(name, createStores);
    await adapter.#load();
    return adapter;
  }

  async #load() {
    const transaction = this.#database.transaction(['pages', 'log']);
    const [pages, log] = await Promise.all([
      answerOf(transaction.objectStore('pages').getAll()),
      answerOf(transaction.objectStore('log').getAll()),
    ]);
    for (const stored of pages) if (stored.collection === PRODUCTS) this.#indexPage(stored);
    for (const commit of log) this.#apply(JSON.parse(decoder.decode(commit)));
  }

  #indexPage({ keys, page }) {
    this.#keys = keys;
    const reader = new PageReader(page);
    const positions = [keys.indexOf('id'), keys.indexOf('barcode')];
    while (!reader.atEnd) {
      const place = { page: this.#readers.length, offset: reader.offset };
      const [id, barcode] = reader.valuesAt(positions, keys.length);
      this.#placeOfId.set(id, place);
      this.#placeOfBarcode.set(barcode, place);
    }
    this.#readers.push(reader);
  }

  #apply({ items }) {
    for (const { product_id: id, quantity } of items) this.#soldOfId.set(id, (this.#soldOfId.get(id) ?? 0) + quantity);
  }

  async #store(name, values) {
    const transaction = this.#database.transaction(name, 'readwrite', { durability: this.#durability });
    for (const value of values) transaction.objectStore(name).add(value);
    transaction.commit();
    await completionOf(transaction);
  }

  hydrate(json) {
    return this.loadChunk(PRODUCTS, json);
  }

  async loadChunk(collection, json) {
    const records = parseRecords(json);
    const keys = Object.keys(records[0]);
    const writer = new PageWriter(PAGE_LENGTH);
    const places = records.map((record) => writer.add(record, keys));
    const pages = writer.finish();
    await this.#store(
      'pages',
      pages.map((page) => ({ collection, keys, page })),
    );
    if (collection === PRODUCTS) this.#addProducts(keys, pages, records, places);
  }

  #addProducts(keys, pages, records, places) {
    this.#keys = keys;
    const firstPage = this.#readers.length;
    this.#readers.push(...pages.map((page) => new PageReader(page)));
    for (const [index, { page, offset }] of places.entries()) {
      const place = { page: firstPage + page, offset };
      this.#placeOfId.set(records[index].id, place);
      this.#placeOfBarcode.set(records[index].barcode, place);
    }
  }

  #read({ page, offset }) {
    const record = this.#readers[page].recordAt(offset, this.#keys);
    record.stock -= this.#soldOfId.get(record.id) ?? 0;
    return record;
  }

  async get(id) {
    return this.#read(this.#placeOfId.get(id));
  }

  async findByBarcode(barcode) {
    return this.#read(this.#placeOfBarcode.get(barcode));
  }

  countByPrice = notAvailable('a floor for storage: has no queries');

  pageOfCategory = notAvailable('a floor for storage: has no queries');

  typeAhead = notAvailable('a floor for storage: has no queries');

  async completeSale(sale) {
    await this.#store('log', [encoder.encode(JSON.stringify(sale)).buffer]);
    this.#apply(sale);
  }

  watchPage = notAvailable('has no live queries');

  changePrice = notAvailable('has no live queries');

  async close() {
    this.#database.close();
  }
}

/** @type {import('./contract.mjs').Contender} */
export default {
  durabilities: ['strict', 'relaxed'],
  durabilityNote: "IndexedDB's own option durability",
  open: PackedDatabase.open,
};
