// SPDX-License-Identifier: MIT
// A device of the shop at work: it sells or edits, syncs whenever it can, and remembers what it was promised.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import { openDatabase } from 'sawa';

import { DEMO_PASSWORD, DEMO_USER } from '../../e2e/support/shop-database.mjs';

/** What a bad network may lead to. Anything else is a fault of ours. */
const EXPECTED_ERRORS = ['network_unreachable', 'server_unavailable', 'response_malformed'];
const ATTEMPTS_MAX = 200;
const FAILURES_MAX = 4;
/** How often a device is without a network for so long that what waits does not fit into one request. */
const LONG_OFFLINE = 0.01;
const LOGIN = { username: DEMO_USER, password: DEMO_PASSWORD };

/** One context: the only one of its device, or one of several tabs on the same IndexedDB. */
export class Context {
  #options;
  #choices;

  #untilServed;

  /** `options`: as for openDatabase. `untilServed`: resolves when there is a server again. */
  constructor(options, choices, untilServed) {
    this.#options = { autoSync: false, ...options };
    this.#choices = choices;
    this.#untilServed = untilServed;
  }

  /** Makes a new database a device of the shop. */
  static async enrolled(options, choices, untilServed) {
    const context = new Context(options, choices, untilServed);
    await context.open();
    const { token } = await context.database.enrol({ ...LOGIN, deviceName: options.name });
    context.#options.token = token;
    return context;
  }

  /** Another tab of the same device. */
  async tab(choices) {
    const context = new Context(this.#options, choices, this.#untilServed);
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
    let failures = 0;
    for (let done = 1; done <= count; done += 1) {
      await work(this.database, this.#choices);
      if (done % reopenEvery === 0) await this.reopen();
      if (untilSync > 0) {
        untilSync -= 1;
        continue;
      }
      untilSync = this.#choices.between(0, this.#choices.number() < LONG_OFFLINE ? 250 : 6);
      failures = (await this.trySync()) ? 0 : failures + 1;
      if (failures > 0) await this.#waitAfter(failures);
    }
  }

  /** Some work is done without a server; but all of it must not be done before a slow machine has one again. */
  async #waitAfter(failures) {
    await pause(this.#choices.between(10, 120));
    if (failures > FAILURES_MAX) await this.#untilServed();
  }
}
