// SPDX-License-Identifier: MIT
// A device of Sawa, as its engine behaves: the limits are those of src/protocol/messages.h.
import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';

import { DEMO_PASSWORD, DEMO_USER } from '../../../tests/e2e/support/shop-database.mjs';
import { Connection } from './connection.mjs';
import { saleOperations, stampAt } from './sales.mjs';

const CHANGES_PER_RESPONSE = 2000;
const MUTATIONS_PER_REQUEST_MAX = 200;
const REQUEST_BYTES_MAX = 512 * 1024;
const COMPRESS_FROM_LENGTH = 1024;

export class SawaSide {
  static name = 'sawa';
  static settings = 'config.settings';

  #connection;
  #headers = { 'Sawa-Client': 'bench/1', 'Accept-Encoding': 'gzip' };
  #incarnation = randomUUID();
  #seq = 0;
  #cursor = null;
  #deviceId;

  /** Enrols a new device. Its connection has carried a request when it starts to be measured. */
  static async open(port) {
    const side = new SawaSide();
    await side.#enrol(port);
    return side;
  }

  get connection() {
    return this.#connection;
  }

  async #enrol(port) {
    this.#connection = new Connection(port);
    const who = { username: DEMO_USER, password: DEMO_PASSWORD, device_name: 'Bench', credential: 'body', shop: null };
    const body = { protocol: 1, ...who };
    const granted = await this.#connection.send('POST', '/sync/v1/enroll', { body, headers: this.#headers });
    this.#deviceId = granted.device.id;
    this.#headers.Authorization = `Bearer ${granted.token}`;
    await this.#connection.send('GET', '/sync/v1/hello', { headers: this.#headers });
  }

  /** Pulls until there is no more, and gives the products that came. */
  async pull() {
    const products = [];
    for (let more = true; more; ) {
      const response = await this.#sync([]);
      for (const block of response.blocks) if (block.collection === 'bidhaas') appendRecords(products, block);
      for (const { collection, id, fields } of response.changes)
        if (collection === 'bidhaas') products.push({ id, ...fields });
      more = response.more;
    }
    return products;
  }

  /** The till's outbox: sales that were completed while there was no network. */
  prepareSales(sales) {
    return sales.map((sale) => this.#mutation('sale.complete', (nowMs) => saleOperations(sale, this.#deviceId, nowMs)));
  }

  preparePriceEdit(product, price) {
    const patch = { op: 'patch', collection: 'bidhaas', id: product.id, fields: { price } };
    return [this.#mutation('product.edit', () => [patch])];
  }

  /** Sends an outbox. What the pushes changed comes back with the answers, as it does to a till. */
  async push(outbox) {
    let more = true;
    for (let start = 0; start < outbox.length || more; ) {
      const batch = nextBatch(outbox, start);
      const response = await this.#sync(batch);
      const refused = response.verdicts.find((verdict) => verdict.status !== 'applied');
      if (refused || response.verdicts.length !== batch.length)
        throw new Error(`A mutation was not applied: ${JSON.stringify(refused)}`);
      start += batch.length;
      more = response.more;
    }
  }

  close() {
    this.#connection.close();
  }

  #mutation(name, operationsAt) {
    const nowMs = Date.now();
    this.#seq += 1;
    const head = { seq: this.#seq, id: randomUUID(), name, stamp: stampAt(nowMs, this.#seq), actor: '1' };
    return JSON.stringify({ ...head, base: this.#cursor, ops: operationsAt(nowMs) });
  }

  async #sync(mutationTexts) {
    const head = { protocol: 1, schema: 1, incarnation: this.#incarnation, cursor: this.#cursor };
    const start = JSON.stringify({ ...head, limit: CHANGES_PER_RESPONSE }).slice(0, -1);
    const text = `${start},"mutations":[${mutationTexts.join(',')}]}`;
    const isLong = text.length >= COMPRESS_FROM_LENGTH;
    const headers = { ...this.#headers, ...(isLong ? { 'Content-Encoding': 'gzip' } : {}) };
    const body = isLong ? gzipSync(text) : Buffer.from(text);
    const response = await this.#connection.send('POST', '/sync/v1/sync', { body, headers });
    this.#cursor = response.cursor;
    return response;
  }
}

/** The records of a block as objects, as the plain API sends them. */
function appendRecords(records, { ids, fields }) {
  const columns = Object.entries(fields);
  for (let row = 0; row < ids.length; row += 1) {
    const record = { id: ids[row] };
    for (const [name, column] of columns) record[name] = column[row];
    records.push(record);
  }
}

function nextBatch(outbox, start) {
  let bytesTotal = 0;
  let end = start;
  while (end < outbox.length && end - start < MUTATIONS_PER_REQUEST_MAX) {
    bytesTotal += outbox[end].length;
    if (bytesTotal > REQUEST_BYTES_MAX && end > start) break;
    end += 1;
  }
  return outbox.slice(start, end);
}
