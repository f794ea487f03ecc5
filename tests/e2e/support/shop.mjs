// SPDX-License-Identifier: MIT
// A real server with a demo shop of its own.
import { createServer } from 'node:net';

import { startServer } from '../../../tools/lib/server.mjs';
import { copyDemoDatabase, DatabaseReader, runInDjango, serverEnvironment } from './shop-database.mjs';
import { untilValue } from './waiting.mjs';

/** A port that nobody listens on. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

export class Shop {
  #folder;
  #server = null;
  #database;

  /** A fresh shop in `folder`, already serving. `env`: more for the server's environment. */
  static async start(folder, env = {}) {
    await copyDemoDatabase(folder);
    const shop = new Shop(folder, await freePort());
    await shop.startServer(env);
    return shop;
  }

  constructor(folder, port) {
    this.#folder = folder;
    this.port = port;
    this.#database = new DatabaseReader(folder);
  }

  /** The host name matters: browsers treat `localhost` as a secure place. */
  get address() {
    return `http://localhost:${this.port}`;
  }

  async startServer(env = {}) {
    const environment = { ...serverEnvironment(this.#folder), ...env };
    const stdio = ['ignore', 'ignore', process.env.SAWA_TEST_LOG ? 'inherit' : 'ignore'];
    this.#server = await startServer({ port: this.port, env: environment, stdio, logLevel: 'warning' });
  }

  /** Ends the server process as a power cut would. */
  async stopServer() {
    await this.#server?.stop('SIGKILL');
    this.#server = null;
  }

  async close() {
    await this.stopServer();
    this.#database.close();
  }

  rows(sql, ...parameters) {
    return this.#database.rows(sql, ...parameters);
  }

  runInDjango(code) {
    return runInDjango(this.#folder, code);
  }

  /** Receipt numbers of all sales, in order. A sale that arrived twice is in it twice. */
  async receipts() {
    const rows = await this.rows('SELECT receipt_number FROM bidhaa_sale ORDER BY receipt_number');
    return rows.map((row) => row.receipt_number);
  }

  /** Waits until this many sales have arrived, and gives their receipt numbers. */
  async untilReceipts(count, timeoutMs = 20_000) {
    const arrived = (receipts) => receipts.length >= count;
    return untilValue(`${count} sales are on the server`, () => this.receipts(), arrived, timeoutMs);
  }

  async stockOf(sku) {
    const [row] = await this.rows('SELECT stock FROM bidhaa_bidhaa WHERE sku = ?', sku);
    return row.stock;
  }

  /** Products with at least `stock` pieces, as { sku, stock, price }. */
  products(count, stock = 20) {
    const sql =
      'SELECT sku, jina, stock, price FROM bidhaa_bidhaa WHERE stock >= ? AND archived = 0 ORDER BY sku LIMIT ?';
    return this.rows(sql, stock, count);
  }

  /** What the ledger says was sold of a product: pieces, in how many movements. */
  async soldOf(sku) {
    const [row] = await this.rows(
      `SELECT coalesce(-sum(m.delta), 0) AS pieces, count(*) AS movements FROM bidhaa_stockmovement m
       JOIN bidhaa_bidhaa b ON b.id = m.bidhaa_id WHERE b.sku = ? AND m.delta < 0`,
      sku,
    );
    return row;
  }
}
