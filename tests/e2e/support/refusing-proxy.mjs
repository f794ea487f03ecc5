// SPDX-License-Identifier: MIT
// A proxy in front of a shop's server that keeps mutations from it, and says in its name that they were refused.
import http from 'node:http';

import { bodyOf, forward, isSync, jsonOf, listen, mutationsIn, stopListening } from './proxying.mjs';

export class RefusingProxy {
  /** What is said of the next mutations (`rejected`, `quarantined`); null to let them pass. */
  status = null;
  #target;
  #server;

  static async start(port, targetPort) {
    const proxy = new RefusingProxy(targetPort);
    proxy.address = await listen(proxy.#server, port);
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
    const body = await bodyOf(request);
    const refused = this.status !== null && isSync(request) && mutationsIn(request, body) > 0;
    const answer = refused ? await this.#refuse(request, body) : await this.#ask(request, body);
    response.writeHead(answer.status, { ...answer.headers, connection: 'close' });
    response.end(answer.body);
  }

  async #ask(request, body) {
    const answer = await forward(this.#target, request, body);
    return { status: answer.statusCode, headers: answer.headers, body: await bodyOf(answer) };
  }

  async #refuse(request, body) {
    const { mutations, ...rest } = jsonOf(request, body);
    const asked = Buffer.from(JSON.stringify({ ...rest, mutations: [] }));
    const { 'content-encoding': _, 'accept-encoding': __, ...headers } = request.headers;
    const answer = await this.#ask(
      { method: request.method, url: request.url, headers: { ...headers, 'content-length': String(asked.length) } },
      asked,
    );
    const pulled = JSON.parse(answer.body);
    const verdicts = mutations.map(({ seq }) => {
      return {
        seq,
        status: this.status,
        code: 'mutation_invalid',
        message: 'no',
        version: pulled.version,
        warnings: [],
      };
    });
    const told = Buffer.from(JSON.stringify({ ...pulled, verdicts, last_seq: mutations.at(-1).seq }));
    return { ...answer, headers: { ...answer.headers, 'content-length': String(told.length) }, body: told };
  }
}
