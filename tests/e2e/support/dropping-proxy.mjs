// SPDX-License-Identifier: MIT
// A proxy in front of a shop's server that lets the server do its work and then loses the answer.
import http from 'node:http';
import { gunzipSync } from 'node:zlib';

async function bodyOf(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** How many mutations a request to the sync endpoint carries; 0 for any other request. */
function mutationsIn(request, body) {
  if (request.url !== '/sync/v1/sync') return 0;
  const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
  return JSON.parse(text).mutations.length;
}

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
    await new Promise((resolve) => proxy.#server.listen(port, '127.0.0.1', resolve));
    proxy.address = `http://localhost:${port}`;
    return proxy;
  }

  constructor(targetPort) {
    this.#target = targetPort;
    this.#server = http.createServer((request, response) => {
      this.#pass(request, response).catch(() => request.socket.destroy());
    });
  }

  async close() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #pass(request, response) {
    const body = await bodyOf(request);
    const answer = await this.#forward(request, body);
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

  #forward(request, body) {
    return new Promise((resolve, reject) => {
      const { method, url: path, headers } = request;
      const forwarded = http.request({ host: '127.0.0.1', port: this.#target, method, path, headers, agent: false });
      forwarded.once('response', resolve).once('error', reject);
      forwarded.end(body);
    });
  }
}
