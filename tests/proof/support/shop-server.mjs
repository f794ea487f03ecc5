// SPDX-License-Identifier: MIT
// The real server on any database, with a demo shop; it can be killed, and asked what its tables hold.
import { readFileSync } from 'node:fs';

import { inRoot, PYTHON } from '../../../tools/lib/paths.mjs';
import { runOrFail } from '../../../tools/lib/process.mjs';
import { manage, prepareDemoDatabase, startServer } from '../../../tools/lib/server.mjs';
import { freePort } from '../../e2e/support/shop.mjs';

const STATE_SCRIPT = readFileSync(inRoot('tests/proof/support/shop_state.py'), 'utf8');

export class ShopServer {
  #environment;
  #server = null;

  static async start(environment) {
    await prepareDemoDatabase(environment);
    const server = new ShopServer(environment, await freePort());
    await server.start();
    return server;
  }

  constructor(environment, port) {
    this.#environment = environment;
    this.port = port;
  }

  async start() {
    const stdio = ['ignore', 'ignore', process.env.SAWA_TEST_LOG ? 'inherit' : 'ignore'];
    this.#server = await startServer({ port: this.port, env: this.#environment, stdio, logLevel: 'warning' });
  }

  /** Ends the server's process as a power cut would. */
  async kill() {
    await this.#server?.stop('SIGKILL');
    this.#server = null;
  }

  /** What shop_state.py tells. */
  async state() {
    const args = ['manage.py', 'shell', '--no-imports', '-c', STATE_SCRIPT];
    const { stdout } = await runOrFail(PYTHON, args, { cwd: inRoot('server'), env: this.#environment, quiet: true });
    return JSON.parse(stdout);
  }

  /** Fails unless the feed tells what the tables hold, and each stock is what its movements make of it. */
  async verify() {
    for (const command of ['sawa_verify', 'bidhaa_verify']) await manage([command], { env: this.#environment });
  }
}
