// SPDX-License-Identifier: MIT
// A device of the shop at work: it sells or edits, syncs whenever it can, and remembers what it was promised.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import { openDatabase } from 'sawa';

import { DEMO_PASSWORD, DEMO_USER } from '../../e2e/support/shop-database.mjs';

/** What a bad network may lead to. Anything else is a fault of ours. */
const EXPECTED_ERRORS = ['network_unreachable', 'server_unavailable', 'response_malformed'];
const ATTEMPTS_MAX = 200;
/** How often a device is without a network for so long that what waits does not fit into one request. */
const LONG_OFFLINE = 0.01;
const LOGIN = { username: DEMO_USER, password: DEMO_PASSWORD };

/** One context: the only one of its device, or one of several tabs on the same IndexedDB. */
export class Context {
  #options;
  #choices;

  /** `options`: as for openDatabase. */
  constructor(options, choices) {
    this.#options = { autoSync: false, ...options };
    this.#choices = choices;
  }

  /** Makes a new database a device of the shop. */
  static async enrolled(options, choices) {
    const context = new Context(options, choices);
    await context.open();
    const { token } = await context.database.enrol({ ...LOGIN, deviceName: options.name });
    context.#options.token = token;
    return context;
  }

  /** Another tab of the same device. */
  async tab(choices) {
    const context = new Context(this.#options, choices);
    await context.open();
    return context;
  }

  async open() {
    this.database = await openDatabase(this.#options);
  }

  async reopen() {
    await this.database.close();
    await this.open();
  }

  /** Tries once. Gives the report, or null if the network was too bad. */
  async trySync() {
    try {
      return await this.database.sync();
    } catch (error) {
      assert.ok(EXPECTED_ERRORS.includes(error.code), error);
      return null;
    }
  }

  /** Tries until it succeeds, with pauses as a till's own schedule would make, only shorter. */
  async #syncAtLast() {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      if (await this.trySync()) return;
      await pause(this.#choices.between(10, 120));
    }
    assert.fail(`Not even the ${ATTEMPTS_MAX}th sync succeeded.`);
  }

  /** Once the catalogue is there, does `work` so many times, and tries to sync after every few. */
  async work(count, work, { reopenEvery = Infinity } = {}) {
    await this.#syncAtLast();
    let untilSync = 0;
    for (let done = 1; done <= count; done += 1) {
      await work(this.database, this.#choices);
      if (done % reopenEvery === 0) await this.reopen();
      if (untilSync > 0) untilSync -= 1;
      else {
        untilSync = this.#choices.between(0, this.#choices.number() < LONG_OFFLINE ? 250 : 6);
        const retryMs = this.#choices.between(10, 120);
        if (!(await this.trySync())) await pause(retryMs);
      }
    }
  }
}
