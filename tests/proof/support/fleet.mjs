// SPDX-License-Identifier: MIT
// All devices of the shop, each behind a network of its own, and what came to pass between them and the server.
import { BadNetwork } from './bad-network.mjs';
import { Choices } from './choices.mjs';
import { Context } from './device.mjs';
import { Outages } from './outages.mjs';
import { schema } from './workload.mjs';

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

export class Fleet {
  /** Every sale whose write has resolved. */
  promised = [];
  networks = [];
  contexts = [];
  outages;
  #seed;
  #server;

  /** `plan`: the outages of `server`, as `Outages` has them. */
  constructor(seed, server, plan) {
    this.#seed = seed;
    this.#server = server;
    this.outages = new Outages(server, this.choices('outages'), plan);
  }

  choices(name) {
    return new Choices(this.#seed, name);
  }

  /** Enrols a device, on a calm network. */
  async device(name, storage = 'memory') {
    const progress = () => ({ sales: this.promised.length, inFlight: sum(this.networks.map((one) => one.inFlight)) });
    const onPush = () => this.outages.onPush(progress);
    const network = await BadNetwork.start(this.#server.port, this.choices(`network of ${name}`), onPush);
    this.networks.push(network);
    const options = { name, schema, storage, server: network.address };
    const context = await Context.enrolled(options, this.choices(name), () => this.outages.over());
    this.contexts.push(context);
    return context;
  }

  /** Another tab of a device whose storage is shared. */
  async tab(device, name) {
    const context = await device.tab(this.choices(name));
    this.contexts.push(context);
    return context;
  }

  beginFaults() {
    for (const network of this.networks) network.calm = false;
  }

  /** Ends all faults; what is still under way arrives before this resolves. */
  async endFaults() {
    await this.outages.end();
    await Promise.all(this.networks.map((network) => network.calmDown()));
  }

  /** How often what happened: { outages, pushesMetByOutages, duplicates, <fate>: … }. */
  happened() {
    const fates = Object.keys(this.networks[0]?.fates ?? {});
    return {
      outages: this.outages.count,
      pushesMetByOutages: this.outages.inFlight,
      duplicates: sum(this.networks.map(({ duplicates }) => duplicates)),
      ...Object.fromEntries(fates.map((fate) => [fate, sum(this.networks.map((network) => network.fates[fate]))])),
    };
  }

  async close() {
    // What has failed is known by now.
    await this.outages.end().catch(() => undefined);
    for (const { database } of this.contexts) await database.close();
    await Promise.all(this.networks.map((network) => network.close()));
  }
}
