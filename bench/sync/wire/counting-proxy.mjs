// SPDX-License-Identifier: MIT
// Stands between a device and the server, and counts the bodies of what they really send each other.
import http from 'node:http';
import { gunzipSync } from 'node:zlib';

import { bodyOf, forward, isSync, listen, stopListening } from '../../../tests/e2e/support/proxying.mjs';

const plainOf = ({ headers }, body) => (headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);

export class CountingProxy {
  /** Of each sync request: { sent, received }, each { wire, plain, text }: bytes as sent, and without compression. */
  exchanges = [];
  #server;

  static async start(port) {
    const proxy = new CountingProxy(port);
    proxy.address = await listen(proxy.#server);
    return proxy;
  }

  constructor(port) {
    this.#server = http.createServer((request, response) => {
      this.#pass(port, request, response).catch(() => request.socket.destroy());
    });
  }

  /** The exchanges that an action leads to. */
  async during(action) {
    this.exchanges = [];
    await action();
    return this.exchanges;
  }

  close() {
    return stopListening(this.#server);
  }

  async #pass(port, request, response) {
    const body = await bodyOf(request);
    const answer = await forward(port, request, body);
    const answerBody = await bodyOf(answer);
    if (isSync(request)) this.exchanges.push({ sent: sizes(request, body), received: sizes(answer, answerBody) });
    response.writeHead(answer.statusCode, answer.headers);
    response.end(answerBody);
  }
}

function sizes(message, body) {
  const plain = plainOf(message, body);
  return { wire: body.length, plain: plain.length, text: plain.toString() };
}
