// SPDX-License-Identifier: MIT
// Kills the server, and once the database, while pushes are under way, and starts them again.
import { setTimeout as pause } from 'node:timers/promises';

const DELAY_MS_MAX = 30;

export class Outages {
  /** How many there were, and how many of them met a push that had been sent and not answered. */
  count = 0;
  inFlight = 0;
  #server;
  #choices;
  #plan;
  #running = null;

  /** `plan`: a list of { after, crash }: after how many sales, and what ends the database, or null to kill the server. */
  constructor(server, choices, plan) {
    this.#server = server;
    this.#choices = choices;
    this.#plan = [...plan];
  }

  /** To be called whenever a push is sent. `progress`: how many sales there are, and pushes in flight. */
  onPush(progress) {
    if (this.#running || this.#plan.length === 0 || progress().sales < this.#plan[0].after) return;
    const { crash } = this.#plan.shift();
    this.#running = this.#strike(crash, progress).finally(() => (this.#running = null));
    // Whoever waits for the end is told.
    this.#running.catch((error) => (this.failure = error));
  }

  /** Resolves when no outage is under way. Rejects if the server could not be started again. */
  async over() {
    await this.#running;
    if (this.failure) throw this.failure;
  }

  /** From now on there are none. */
  async end() {
    this.#plan = [];
    await this.over();
  }

  async #strike(crash, progress) {
    await pause(this.#choices.between(0, DELAY_MS_MAX));
    this.count += 1;
    if (progress().inFlight > 0) this.inFlight += 1;
    if (crash) return crash();
    await this.#server.kill();
    await this.#server.start();
  }
}
