// SPDX-License-Identifier: MIT
// One run of one side: a fresh database, a fresh server, a pull, a push, and the check that all of it arrived.
import assert from 'node:assert/strict';

import { freePort } from '../../../tests/e2e/support/shop.mjs';
import { inRoot } from '../../../tools/lib/paths.mjs';
import { startServer } from '../../../tools/lib/server.mjs';
import { count, verifyFeed } from './databases.mjs';
import { PlainSide } from './plain_side.mjs';
import { expectedCounts, makeSales } from './sales.mjs';
import { SawaSide } from './sawa_side.mjs';

async function withServer(Side, environment, action) {
  const port = await freePort();
  const env = { ...environment, DJANGO_SETTINGS_MODULE: Side.settings, PYTHONPATH: inRoot('bench/server') };
  const server = await startServer({ port, env, stdio: ['ignore', 'ignore', 'inherit'], logLevel: 'warning' });
  try {
    return await action(port);
  } finally {
    await server.stop();
  }
}

async function timeMs(action) {
  const start = performance.now();
  const result = await action();
  return [performance.now() - start, result];
}

const byId = (products) => [...products].sort((left, right) => (left.id < right.id ? -1 : 1));

/** Resolves to { pull, push } in milliseconds. */
export async function runSide(Side, environment, size) {
  let sales;
  const times = await withServer(Side, environment, async (port) => {
    const side = await Side.open(port);
    const [pull, pulled] = await timeMs(() => side.pull());
    assert.equal(new Set(pulled.map(({ id }) => id)).size, size.products);
    sales = makeSales(size.sales, byId(pulled));
    const outbox = side.prepareSales(sales);
    const [push] = await timeMs(() => side.push(outbox));
    side.close();
    return { pull, push };
  });
  assert.deepEqual(await count(environment), expectedCounts(size.products, sales));
  if (Side === SawaSide) await verifyFeed(environment);
  return times;
}

/** Bytes that a side's connection sent and received during the action. */
async function wireBytes({ connection }, action) {
  const { sentBytes, receivedBytes } = connection;
  await action();
  return { sent: connection.sentBytes - sentBytes, received: connection.receivedBytes - receivedBytes };
}

/** Bytes of the same exchanges on one side. `open`: makes one of its clients. */
async function exchanges(Side, environment, options) {
  return withServer(Side, environment, async (port) => {
    const side = await Side.open(port, options);
    const other = await Side.open(port, options);
    let products;
    const bytes = {};
    bytes.first_pull = await wireBytes(side, async () => (products = byId(await side.pull())));
    const one = side.prepareSales(makeSales(1, products));
    bytes.one_sale = await wireBytes(side, () => side.push(one));
    await other.pull();
    const product = products[products.length - 1];
    const edit = side.preparePriceEdit(product, product.price + 50);
    bytes.edit_sent = await wireBytes(side, () => side.push(edit));
    const read = () => (Side === PlainSide ? other.pullOne(product) : other.pull());
    bytes.edit_read = await wireBytes(other, read);
    side.close();
    other.close();
    return bytes;
  });
}

/** Bytes on the wire: of Sawa, and of the plain API with compressed answers and without. */
export async function measureBytes(freshDatabase) {
  const measured = {};
  measured.sawa = await exchanges(SawaSide, await freshDatabase('bytes_sawa'));
  measured.plain_gzip = await exchanges(PlainSide, await freshDatabase('bytes_gzip'), { compressed: true });
  measured.plain = await exchanges(PlainSide, await freshDatabase('bytes_plain'), { compressed: false });
  return measured;
}
