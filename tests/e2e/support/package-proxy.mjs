// SPDX-License-Identifier: MIT
// A proxy in front of a shop's server that has the built package under /dist/, so that a page of the till can open the
// till's own database once more: for what the till has no screen for.
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';

import { inRoot } from '../../../tools/lib/paths.mjs';
import { loadModule } from '../../web/load-module.mjs';
import { bodyOf, forward, listen, stopListening } from './proxying.mjs';

const TYPES = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };

export class PackageProxy {
  #target;
  #server;

  static async start(targetPort) {
    const proxy = new PackageProxy(targetPort);
    proxy.address = await listen(proxy.#server);
    return proxy;
  }

  constructor(targetPort) {
    this.#target = targetPort;
    this.#server = http.createServer((request, response) => {
      this.#pass(request, response).catch(() => request.socket.destroy());
    });
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
    const answer = await forward(this.#target, request, await bodyOf(request));
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  }
}

/** Opens the till's database in its page by the package itself, as `window.shopDatabase`. Needs the network, once. */
export async function openShopDatabase(page) {
  const { shopSchema } = await loadModule('data/schema.ts');
  const { FIRST_NAME } = await loadModule('data/database-name.ts');
  await page.evaluate(
    async ([name, schema]) => {
      const { openDatabase } = await import('/dist/index.js');
      window.shopDatabase = await openDatabase({ name, schema, autoSync: false });
    },
    [FIRST_NAME, shopSchema],
  );
}
