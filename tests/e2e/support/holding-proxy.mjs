// SPDX-License-Identifier: MIT
// A proxy in front of a shop's server that can hold requests which push, until the test lets them go. It has the built package
// under /dist/ too.
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';

import { inRoot } from '../../../tools/lib/paths.mjs';
import { bodyOf, forward, listen, mutationsIn, stopListening } from './proxying.mjs';

const TYPES = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };

export class HoldingProxy {
  #target;
  #server;
  #release = null;
  #released = Promise.resolve();
  /** The requests that were held: { gone }, true once the browser has given the request up. */
  held = [];

  static async start(targetPort) {
    const proxy = new HoldingProxy(targetPort);
    proxy.address = await listen(proxy.#server);
    return proxy;
  }

  constructor(targetPort) {
    this.#target = targetPort;
    this.#server = http.createServer((request, response) => {
      this.#pass(request, response).catch(() => request.socket.destroy());
    });
  }

  /** From now on what pushes is held. */
  hold() {
    this.#released = new Promise((resolve) => (this.#release = resolve));
  }

  /** Passes on what is held, but for what the browser has given up. */
  release() {
    this.#release();
  }

  async close() {
    await stopListening(this.#server);
  }

  async #pass(request, response) {
    const type = TYPES[path.extname(request.url)];
    if (request.url.startsWith('/dist/') && !request.url.includes('..') && type) {
      response.writeHead(200, { 'Content-Type': type });
      response.end(await readFile(inRoot(request.url.slice(1))));
      return;
    }
    const body = await bodyOf(request);
    if (mutationsIn(request, body) > 0) {
      const entry = { gone: false };
      this.held.push(entry);
      response.once('close', () => (entry.gone = true));
      await this.#released;
      if (entry.gone) return;
    }
    const answer = await forward(this.#target, request, body);
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  }
}
