// SPDX-License-Identifier: MIT
// The bytes of one edit, one sale and a first sync: of the package and the real server, and of a naive JSON sync.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { openDatabase } from 'sawa';

import { DEMO_PASSWORD, DEMO_USER } from '../../../tests/e2e/support/shop-database.mjs';
import { freePort } from '../../../tests/e2e/support/shop.mjs';
import { schema, selling } from '../../../tests/proof/support/workload.mjs';
import { startServer } from '../../../tools/lib/server.mjs';
import { sqliteTemplate } from '../../server/lib/databases.mjs';
import { CountingProxy } from './counting-proxy.mjs';
import { naiveExchange } from './naive.mjs';

const LOGIN = { username: DEMO_USER, password: DEMO_PASSWORD };
/** Chooses the greatest sale of the proof's tills: three items, four of each. No edit of a price goes with it. */
const GREATEST = {
  number: () => 1,
  between: (_, most) => most,
  oneOf: ([first]) => first,
  someOf: (list, count) => list.slice(0, count),
};

async function enrolled(name, proxy) {
  const options = { name, schema, storage: 'memory', server: proxy.address, autoSync: false };
  const database = await openDatabase(options);
  await database.enrol({ ...LOGIN, deviceName: name });
  return database;
}

const SIDES = ['sent', 'received'];
const sum = (exchanges, side, kind) => exchanges.reduce((total, exchange) => total + exchange[side][kind], 0);

/** The exchanges of both, as { requests, sawa: { sent: { wire, plain }, received }, naive: { sent: { gzip, plain }, received } }. */
function compare(exchanges, naive) {
  const sawa = SIDES.map((side) => [
    side,
    { wire: sum(exchanges, side, 'wire'), plain: sum(exchanges, side, 'plain') },
  ]);
  return { requests: exchanges.length, sawa: Object.fromEntries(sawa), naive: naiveExchange(naive) };
}

/** Where the bytes of the first sync are: each column by itself, compressed as the naive side's. */
function columnsOf(exchanges) {
  const columns = {};
  const add = (name, values) => (columns[name] = (columns[name] ?? 0) + gzipSync(JSON.stringify(values)).length);
  for (const { received } of exchanges) {
    for (const { ids, versions, stamps, fields } of JSON.parse(received.text).blocks) {
      for (const [name, values] of Object.entries({ ids, versions, stamps, ...fields })) add(name, values);
    }
  }
  return columns;
}

const recompressed = (exchanges, level) =>
  exchanges.reduce((total, { received }) => total + gzipSync(received.text, { level }).length, 0);

async function measureOn(port, products) {
  const proxies = await Promise.all([CountingProxy.start(port), CountingProxy.start(port)]);
  const [till, other] = await Promise.all(proxies.map((proxy, index) => enrolled(`till-${index + 1}`, proxy)));
  const [network, otherNetwork] = proxies;
  const all = (collection) => till.find(collection, { limit: products });

  const first = await network.during(() => till.sync());
  const catalogue = await all('bidhaas');
  assert.equal(catalogue.length, products);
  await other.sync();

  const { id, price } = catalogue[0];
  await till.patch('bidhaas', id, { price: price + 50 });
  const edit = await network.during(() => till.sync());
  const editRead = await otherNetwork.during(() => other.sync());
  const edited = await till.get('bidhaas', id);
  assert.equal((await other.get('bidhaas', id)).price, price + 50);

  const shelf = catalogue.slice(1, 4).map((product) => product.id);
  await selling(shelf, [])(till, GREATEST);
  const sale = await network.during(() => till.sync());
  const saleRead = await otherNetwork.during(() => other.sync());
  const sold = { sales: await all('sales'), sale_items: await all('sale_items'), payments: await all('payments') };
  const moved = { ...sold, bidhaas: await Promise.all(shelf.map((each) => till.get('bidhaas', each))) };
  assert.equal((await other.find('sale_items', {})).length, 3);

  await till.close();
  await other.close();
  await Promise.all(proxies.map((proxy) => proxy.close()));
  return {
    exchanges: {
      first_sync: compare(first, { received: catalogue }),
      edit_sent: compare(edit, { sent: { bidhaas: [edited] } }),
      edit_read: compare(editRead, { received: { bidhaas: [edited] } }),
      sale_sent: compare(sale, { sent: moved }),
      sale_read: compare(saleRead, { received: moved }),
    },
    first_sync: {
      columns_gzip: columnsOf(first),
      levels: Object.fromEntries([1, 6, 9].map((level) => [level, recompressed(first, level)])),
    },
  };
}

/** On a fresh server with so many products. */
export async function measureWire(products) {
  const folder = mkdtempSync(path.join(tmpdir(), 'sawa-bench-'));
  try {
    const env = await (await sqliteTemplate(folder, products))('wire');
    const port = await freePort();
    const server = await startServer({ port, env, stdio: ['ignore', 'ignore', 'inherit'], logLevel: 'warning' });
    try {
      return await measureOn(port, products);
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
