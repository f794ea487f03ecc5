// SPDX-License-Identifier: MIT
// The page's half of an adapter whose product runs in a worker: calls by message.

export class WorkerClient {
  #worker;
  #waiting = new Map();
  #lastId = 0;
  /** Called with what the worker tells on its own account. */
  onNews = () => {};

  /** Resolves when the worker's code has been loaded. */
  static start(address) {
    const client = new WorkerClient();
    client.#worker = new Worker(address, { type: 'module' });
    client.#worker.onmessage = ({ data }) => client.#hear(data);
    return new Promise((resolve) => client.#waiting.set(0, { resolve: () => resolve(client) }));
  }

  call(method, parameters = [], transfer = []) {
    const id = ++this.#lastId;
    this.#worker.postMessage({ id, method, parameters }, transfer);
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #hear({ id, result, error, news }) {
    if (news !== undefined) {
      this.onNews(news);
      return;
    }
    const { resolve, reject } = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) resolve(result);
    else reject(new Error(error));
  }
}
