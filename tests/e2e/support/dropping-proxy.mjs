// SPDX-License-Identifier: MIT
// A proxy in front of a shop's server that lets the server do its work and then loses the answer.
import http from 'node:http';

import { bodyOf, forward, listen, mutationsIn, stopListening } from './proxying.mjs';

export class DroppingProxy {
  /** Answers to pushes that are still to be lost, and those that were. */
  toDrop = 0;
  dropped = 0;
  /** Pushes that the server has answered. */
  pushes = 0;
  #target;
  #server;

  static async start(port, targetPort) {
    const proxy = new DroppingProxy(targetPort);
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
    const answer = await forward(this.#target, request, body);
    const answerBody = await bodyOf(answer);
    if (mutationsIn(request, body) > 0) {
      this.pushes += 1;
      if (this.toDrop > 0) {
        this.toDrop -= 1;
        this.dropped += 1;
        request.socket.destroy();
        return;
      }
    }
    // On a connection used before, the browser itself would repeat the request, unseen by the engine.
    response.writeHead(answer.statusCode, { ...answer.headers, connection: 'close' });
    response.end(answerBody);
  }
}
