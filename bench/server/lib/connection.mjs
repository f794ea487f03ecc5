// SPDX-License-Identifier: MIT
// One HTTP connection that stays open, and counts what goes over it.
import http from 'node:http';
import { gunzipSync } from 'node:zlib';

export class Connection {
  #agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  #socket;
  #port;

  constructor(port) {
    this.#port = port;
  }

  /** Bytes of whole requests and responses, with their headers, since the connection was made. */
  get sentBytes() {
    return this.#socket?.bytesWritten ?? 0;
  }
  get receivedBytes() {
    return this.#socket?.bytesRead ?? 0;
  }

  /** Sends a body (an object becomes JSON, a Buffer goes as it is) and resolves to the parsed JSON of the answer. */
  async send(method, path, { body, headers = {} } = {}) {
    const content = body === undefined || Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    const length = content ? { 'Content-Type': 'application/json', 'Content-Length': content.length } : {};
    const { status, bytes } = await this.#exchange(method, path, { ...length, ...headers }, content);
    const text = bytes.toString();
    if (status < 200 || status > 299) throw new Error(`${method} ${path} was answered with ${status}: ${text}`);
    return JSON.parse(text);
  }

  close() {
    this.#agent.destroy();
  }

  #exchange(method, path, headers, content) {
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: this.#port, method, path, headers, agent: this.#agent };
      const request = http.request(options, (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const raw = Buffer.concat(parts);
          const isCompressed = response.headers['content-encoding'] === 'gzip';
          resolve({ status: response.statusCode, bytes: isCompressed ? gunzipSync(raw) : raw });
        });
      });
      request.on('socket', (socket) => this.#keep(socket));
      request.on('error', reject);
      request.end(content);
    });
  }

  #keep(socket) {
    // A second connection would cost time that belongs to no request, and its bytes would be missing.
    if (this.#socket && this.#socket !== socket) throw new Error('The server closed the connection between requests.');
    this.#socket = socket;
  }
}
