// SPDX-License-Identifier: MIT
// Has the real server do what the simulator's model server did, and compares what both say. A script is one seed of
// `sawa_sim --record` (docs/simulator.md).
import { isDeepStrictEqual } from 'node:util';

import { answerOf, difference, repeatedAnswer, stateOf } from './script-answers.mjs';

const PASSWORD = 'a-long-password';

/**
 * The scripts of the simulator's lines. The records of each get ids of their own, because all share one database; `round`, a
 * small number, gives them others again.
 */
export function* scriptsOf(lines, round = 0) {
  let steps = [];
  for (const line of lines.split('\n').filter(Boolean)) {
    const { kind } = JSON.parse(line.slice(0, line.indexOf(',')).replace(/\}?$/, '}'));
    if (kind === 'begin') steps = [];
    steps.push(line);
    if (kind === 'end') yield scriptOf(steps, round);
  }
}

function scriptOf(lines, round) {
  const { seed } = JSON.parse(lines[0]);
  const prefix = (round * 2 ** 24 + seed).toString(16).padStart(8, '0');
  const text = `[${lines.join(',')}]`.replaceAll('"00000000-0000-7000-8000-', `"${prefix}-0000-7000-8000-`);
  const [begin, ...steps] = JSON.parse(text);
  const user = `user ${prefix}`;
  return {
    seed,
    user,
    shop: `${prefix}-0000-4000-8000-000000000000`,
    begin,
    steps: steps.slice(0, -1),
    end: steps.at(-1),
  };
}

export class Replay {
  #server;
  #script;
  /** By the simulated device: { id, token } on the real server. */
  #devices = new Map();
  /** The real server's ids of devices, and its cursors, by those of the model. */
  #ids = new Map();
  #cursors = new Map();
  #number = 0;
  #nowMs;
  #defect;

  /** `defect`: one that the server is to have meanwhile. */
  constructor(server, script, defect = '') {
    this.#server = server;
    this.#script = script;
    this.#defect = defect;
    this.#nowMs = script.begin.now_ms;
  }

  /** The first difference, as text, or null if there is none. */
  async run() {
    const { user, begin, steps, end } = this.#script;
    const rows = begin.rows.map(({ id, fields }) => ({ id, fields }));
    await this.#control('begin', { username: user, password: PASSWORD, rows });
    for (const step of steps) {
      this.#number += 1;
      this.#nowMs = step.now_ms ?? this.#nowMs;
      const found = await this.#take(step);
      if (found) return this.#tell(`step ${this.#number}, ${JSON.stringify(step).slice(0, 2000)}`, found);
    }
    const { rows: held, receipts } = await this.#control('state', {});
    const expected = { rows: stateOf(end.rows), receipts: withoutEmpty(end.receipts) };
    const found = difference(expected, { rows: stateOf(held), receipts });
    if (found) return this.#tell('the state at the end', found);
    const seen = difference(presentIn(expected.rows), presentIn(await this.#pullAnew()));
    return seen && this.#tell('what a new device pulls', seen);
  }

  /** All that a device gets which has just been enrolled. */
  async #pullAnew() {
    const { user, shop, begin } = this.#script;
    const who = { username: user, password: PASSWORD, credential: 'body', shop, device_name: 'new' };
    const { json: granted } = await this.#server.post(
      '/sync/v1/enroll',
      { protocol: 1, ...who },
      { nowMs: this.#nowMs },
    );
    const records = new Map();
    for (let cursor = null, more = true; more;) {
      const body = {
        protocol: 1,
        schema: 1,
        incarnation: granted.device.id,
        cursor,
        limit: begin.page_limit,
        mutations: [],
      };
      const { json } = await this.#server.post('/sync/v1/sync', body, { nowMs: this.#nowMs, token: granted.token });
      for (const record of answerOf(200, json).changes) records.set(record.collection + record.id, record);
      ({ cursor, more } = json);
    }
    return [...records.values()];
  }

  #tell(where, found) {
    return `seed ${this.#script.seed}, ${where}:\n${JSON.stringify(found, null, 1)}`;
  }

  #control(step, body) {
    return this.#server.control(step, this.#nowMs, { shop: this.#script.shop, number: this.#number, ...body });
  }

  async #take(step) {
    switch (step.kind) {
      case 'edit':
      case 'backup':
      case 'restore':
        await this.#control(step.kind, step);
        return null;
      case 'expire':
        if (this.#devices.has(step.device)) {
          await this.#control('expire', { device: this.#devices.get(step.device).id });
        }
        return null;
      case 'request':
        return step.path === '/sync/v1/sync' ? this.#sync(step) : this.#logIn(step);
      default:
        throw new Error(`a script has a step of the unknown kind ${step.kind}`);
    }
  }

  async #logIn({ path, device, body, status, answer }) {
    const known = body.device ? { device: this.#ids.get(body.device) } : { shop: this.#script.shop };
    const who = { username: this.#script.user, password: PASSWORD, credential: 'body' };
    const given = await this.#server.post(path, { ...body, ...who, ...known }, { nowMs: this.#nowMs });
    if (given.status !== status) return { status: { expected: status, actual: given.status } };
    this.#ids.set(answer.device.id, given.json.device.id);
    this.#devices.set(device, { id: given.json.device.id, token: given.json.token });
    return null;
  }

  async #sync({ device, body, status, answer, heard }) {
    const { token } = this.#devices.get(device) ?? { token: null };
    const asked = {
      ...body,
      cursor: body.cursor === null ? null : this.#cursors.get(body.cursor),
      limit: Math.min(body.limit, this.#script.begin.page_limit),
      mutations: body.mutations.map((mutation) => this.#mutation(mutation)),
    };
    // Every other answer that nobody heard is cut off on its way, too; the others are compared.
    const unheard = !heard && this.#number % 2 === 0;
    const circumstances = { nowMs: this.#nowMs, token, unheard, defect: this.#defect };
    const given = await this.#server.post('/sync/v1/sync', asked, circumstances);
    if (given.json === null) return difference({ status }, { status: given.status });
    if (given.status === 200) this.#cursors.set(answer.cursor, given.json.cursor);
    const [expected, actual] = [answerOf(status, answer), answerOf(given.status, given.json)];
    // What met an outage may have been handled before it.
    if (given.repeated && isDeepStrictEqual(repeatedAnswer(expected), repeatedAnswer(actual))) return null;
    return difference(expected, actual);
  }

  /** What the model refuses because it was told to, the real server gets with an operation that it must refuse. */
  #mutation(mutation) {
    const { rejected, quarantined } = this.#script.end;
    const isQuarantined = quarantined.includes(mutation.name);
    if (!isQuarantined && !rejected.includes(mutation.name)) return mutation;
    const [{ collection, id }] = mutation.ops;
    // A price is no counter; and a sale has happened, so that what tells of it is kept.
    const wrong = { op: 'increment', collection, id, field: 'price', delta: 1 };
    const sale = { op: 'put', collection: 'sales', id: mutation.id, fields: { total: 1 } };
    return { ...mutation, ops: [...mutation.ops, ...(isQuarantined ? [sale] : []), wrong] };
  }
}

/** What is not removed, by collection and id. */
const presentIn = (records) => {
  const present = records.filter(({ removed }) => removed === null);
  return Object.fromEntries(present.map((record) => [`${record.collection}/${record.id}`, record]));
};

const withoutEmpty = (receipts) => Object.fromEntries(Object.entries(receipts).filter(([, all]) => all.length > 0));
