// SPDX-License-Identifier: MIT
// The real server with the simulator's shop (tests/proof/server). While scripts are replayed it is killed, and so is its
// database; what was under way then is asked again.
import http from 'node:http';
import { gunzipSync, gzipSync } from 'node:zlib';

import { inRoot } from '../../../tools/lib/paths.mjs';
import { manage, startServer } from '../../../tools/lib/server.mjs';
import { bodyOf } from '../../e2e/support/proxying.mjs';
import { freePort } from '../../e2e/support/shop.mjs';

/** The tables of the simulator's shop, which has no migrations, refer to others: they come second. */
const MAKE_TABLES = `
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("migrate", verbosity=0, run_syncdb=True)
`;
const ATTEMPTS_MAX = 5;
const COMPRESS_FROM_LENGTH = 1024;

const isJson = (headers) => headers['content-type'] === 'application/json';

export class ScriptServer {
  /** How many requests were sent, and how many of them met an outage. */
  sent = 0;
  resent = 0;
  #environment;
  #port;
  #server = null;
  #plan;
  #outage = Promise.resolve();
  #agent = new http.Agent({ keepAlive: true });

  /**
   * On an empty database. `crash`: kills the database and starts it again, or null. `outages`: after how many requests the
   * server is killed, and at the last of them the database, if it can be.
   */
  static async start({ environment, crash }, outages) {
    const settings = { DJANGO_SETTINGS_MODULE: 'script_shop.settings', PYTHONPATH: inRoot('tests/proof/server') };
    const server = new ScriptServer({ ...environment, ...settings }, await freePort());
    await manage(['shell', '--no-imports', '-c', MAKE_TABLES], { env: server.#environment });
    server.#plan = outages.map((after) => ({ after, strike: () => server.#restart() }));
    if (crash && server.#plan.length > 0) server.#plan.at(-1).strike = crash;
    await server.#start();
    return server;
  }

  constructor(environment, port) {
    this.#environment = environment;
    this.#port = port;
  }

  /** Fails unless the feeds tell what the tables hold. */
  verify() {
    return manage(['sawa_verify'], { env: this.#environment });
  }

  async stop() {
    await this.#outage.catch(() => undefined);
    this.#agent.destroy();
    await this.#server?.stop('SIGKILL');
  }

  /** Moves the server itself (script_shop/views.py). */
  async control(step, nowMs, body) {
    const { status, json } = await this.post(`/script/${step}`, body, { nowMs });
    if (status !== 200) throw new Error(`${step} was answered with ${status}`);
    return json.value;
  }

  /**
   * Posts until there is an answer. Resolves to { status, json, repeated }: whether the server may have had it before.
   * `unheard`: the connection breaks when the answer begins; then there is no `json`. `defect`: one of
   * script_shop/defects.py.
   */
  async post(path, body, { nowMs, token = null, unheard = false, defect = '' }) {
    for (let attempt = 1; ; attempt += 1) {
      await this.#outage;
      const exchange = this.#exchange(path, body, { nowMs, token, unheard, defect });
      this.sent += 1;
      if (this.sent >= this.#plan[0]?.after) this.#outage = this.#plan.shift().strike();
      try {
        const answer = await exchange;
        // A database that is away makes the server unavailable.
        if (answer.status !== 503) return { ...answer, repeated: attempt > 1 };
      } catch (error) {
        if (attempt === ATTEMPTS_MAX) throw error;
      }
      if (attempt === ATTEMPTS_MAX) throw new Error(`${path} is not answered`);
      this.resent += 1;
    }
  }

  #exchange(path, body, { nowMs, token, unheard, defect }) {
    const text = JSON.stringify(body);
    const isLong = text.length >= COMPRESS_FROM_LENGTH;
    const headers = {
      ...{ 'Content-Type': 'application/json', 'Accept-Encoding': 'gzip', 'Sawa-Client': 'script/1' },
      ...(isLong ? { 'Content-Encoding': 'gzip' } : {}),
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      ...{ 'Script-Now-Ms': String(nowMs), 'Script-Defect': defect },
    };
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: this.#port, method: 'POST', path, headers, agent: this.#agent };
      const request = http.request(options, (response) => {
        const { statusCode: status, headers: given } = response;
        if (unheard) {
          response.destroy();
          resolve({ status, json: null });
          return;
        }
        bodyOf(response)
          .then((raw) => (given['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw))
          .then((content) => resolve({ status, json: isJson(given) ? JSON.parse(content) : null }))
          .catch(reject);
      });
      request.once('error', reject);
      request.end(isLong ? gzipSync(text) : text);
    });
  }

  async #start() {
    const stdio = ['ignore', 'ignore', process.env.SAWA_TEST_LOG ? 'inherit' : 'ignore'];
    this.#server = await startServer({ port: this.#port, env: this.#environment, stdio, logLevel: 'warning' });
  }

  async #restart() {
    await this.#server.stop('SIGKILL');
    await this.#start();
  }
}
