// SPDX-License-Identifier: MIT
// No sale is lost and none is doubled: thousands of them, through a network that does its worst, to a server that is
// killed again and again. docs/testing.md tells of the seed.
import 'fake-indexeddb/auto';

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';

import { IDBFactory } from 'fake-indexeddb';

import { assertEachSaleOnce, assertStocks, assertWithoutGaps } from './support/books.mjs';
import { DATABASES } from './support/databases.mjs';
import { Fleet } from './support/fleet.mjs';
import { ShopServer } from './support/shop-server.mjs';
import { differences, stateOf } from './support/shop-state.mjs';
import { editing, schema, selling } from './support/workload.mjs';

const SEED = process.env.SAWA_SEED ?? '1';
const SALES = Number(process.env.SAWA_SALES ?? 2000);
const TILLS = 4;
const SALES_PER_KILL = 250;
const SHELF = 40;
const ROUNDS_MAX = 6;

/** After how many sales to kill the server, and once, if it can be, the database. */
function planOutages(crash) {
  const count = Math.ceil(SALES / SALES_PER_KILL);
  // The last one early enough to be over before the work is.
  const step = (0.9 * SALES) / count;
  const kills = Array.from({ length: count }, (_, index) => ({ after: (index + 0.5) * step, crash: null }));
  return crash ? kills.toSpliced(Math.ceil(count / 2), 0, { after: SALES / 2, crash }) : kills;
}

/** Everybody works at once, until all sales are made. Gives the last name that each product was given. */
async function workUnderFaults(fleet, shelf) {
  const tills = [];
  for (let number = 1; number < TILLS; number += 1) tills.push(await fleet.device(`till-${number}`));
  const shared = await fleet.device('shared-till', 'indexeddb');
  const otherTab = await fleet.tab(shared, 'other-tab');
  const office = await fleet.device('office');
  const names = new Map();
  const sell = selling(shelf, fleet.promised);
  const each = Math.ceil(SALES / TILLS);

  fleet.beginFaults();
  await Promise.all([
    ...tills.map((till) => till.work(each, sell)),
    shared.work(Math.ceil(each / 2), sell),
    otherTab.work(Math.ceil(each / 2), sell, { reopenEvery: 50 }),
    office.work(Math.ceil(SALES / 5), editing(shelf, names)),
  ]);
  await fleet.endFaults();
  return names;
}

/** A proof without faults would prove nothing. */
function assertFaultsHappened(fleet, plan) {
  const { outages, pushesMetByOutages, duplicates, ...fates } = fleet.happened();
  assert.equal(outages, plan.length, 'every outage came about');
  assert.ok(pushesMetByOutages > 0, 'no outage met a push under way');
  assert.ok(duplicates > SALES / 10, `only ${duplicates} mutations arrived twice`);
  for (const [fate, count] of Object.entries(fates)) assert.ok(count > 0, `no request was ${fate}`);
}

/** Syncs them all, round by round, until a round has moved nothing. */
async function settle(contexts) {
  for (let round = 1; round <= ROUNDS_MAX; round += 1) {
    let moved = 0;
    for (const { database } of contexts) {
      const { pushed, pulled } = await database.sync();
      moved += pushed + pulled;
    }
    if (moved === 0) return;
  }
  assert.fail(`After ${ROUNDS_MAX} rounds there was still something to sync.`);
}

/** Every device, a new one among them, reads what the server's tables hold. */
async function assertOneTruth(contexts, tables) {
  for (const { database } of contexts) {
    const { waiting, needsAction } = database.status;
    assert.deepEqual({ waiting, needsAction }, { waiting: 0, needsAction: 0 }, database.name);
    const state = await stateOf(database, Object.keys(schema.collections));
    assert.deepEqual(differences(state, tables), {}, `${database.name} (left) and the server's tables (right)`);
  }
}

async function prove(fleet, server, plan) {
  const { bidhaas: before } = (await server.state()).collections;
  const shelf = fleet.choices('shelf').someOf(
    before.records.map(({ id }) => id),
    SHELF,
  );
  const names = await workUnderFaults(fleet, shelf);
  await settle(fleet.contexts);
  await (await fleet.device('new-device')).database.sync();

  const after = await server.state();
  const products = new Map(after.collections.bidhaas.records.map((product) => [product.id, product]));
  assert.ok(fleet.promised.length >= SALES);
  assertEachSaleOnce(fleet.promised, after);
  assertWithoutGaps(fleet.promised.map(({ receipt }) => receipt));
  assertStocks(fleet.promised, before.records, products);
  for (const [id, jina] of names) assert.equal(products.get(id).jina, jina, 'the last name that the office gave');
  await server.verify();
  await assertOneTruth(fleet.contexts, after.collections);
  assertFaultsHappened(fleet, plan);
}

/** Runs the proof on an empty database. */
async function run(t, { environment, crash }) {
  globalThis.indexedDB = new IDBFactory();
  const server = await ShopServer.start(environment);
  const plan = planOutages(crash);
  const fleet = new Fleet(SEED, server, plan);
  try {
    await prove(fleet, server, plan);
  } finally {
    t.diagnostic(`${fleet.promised.length} sales, seed ${SEED}: ${JSON.stringify(fleet.happened())}`);
    await fleet.close();
    await server.kill();
  }
}

for (const [name, withDatabase] of Object.entries(DATABASES)) {
  test(`${SALES} sales through a bad network arrive once each, on ${name} (SAWA_SEED=${SEED})`, async (t) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'sawa-proof-'));
    try {
      await withDatabase(folder, (database) => run(t, database));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
