// SPDX-License-Identifier: MIT
// A client of the plain REST API: reads the list page by page, and posts one sale after the other.
import { randomUUID } from 'node:crypto';

import { Connection } from './connection.mjs';
import { plainSale } from './sales.mjs';

export class PlainSide {
  static name = 'plain';
  static settings = 'plain.settings';

  #deviceId = randomUUID();
  #headers;

  constructor(port, compressed) {
    this.connection = new Connection(port);
    this.#headers = compressed ? { 'Accept-Encoding': 'gzip' } : {};
  }

  static async open(port, { compressed = true } = {}) {
    const side = new PlainSide(port, compressed);
    // Like enrolment: the server has loaded everything and answered once when it starts to be measured.
    await side.connection.send('GET', '/sales/', { headers: side.#headers });
    return side;
  }

  async pull() {
    const products = [];
    for (let address = '/products/'; address; ) {
      const page = await this.#send('GET', address);
      for (const product of page.results) products.push(product);
      address = page.next && page.next.slice(page.next.indexOf('/products/'));
    }
    return products;
  }

  prepareSales(sales) {
    return sales.map((sale) => ({
      method: 'POST',
      address: '/sales/',
      body: plainSale(sale, this.#deviceId, Date.now()),
    }));
  }

  preparePriceEdit(product, price) {
    return [{ method: 'PATCH', address: `/products/${product.id}/`, body: { price } }];
  }

  async push(outbox) {
    for (const { method, address, body } of outbox) await this.#send(method, address, body);
  }

  async pullOne(product) {
    return this.#send('GET', `/products/${product.id}/`);
  }

  close() {
    this.connection.close();
  }

  #send(method, address, body) {
    return this.connection.send(method, address, { body, headers: this.#headers });
  }
}
