// SPDX-License-Identifier: MIT
// A device compares its records with those of the real Django server, and repairs what differs.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { after, before } from 'node:test';

import { boolean, counter, defineSchema, integer, newId, openDatabase, text } from 'sawa';
import { digestOf } from 'sawa/digest';

import { DEMO_PASSWORD, DEMO_USER } from '../e2e/support/shop-database.mjs';
import { Shop } from '../e2e/support/shop.mjs';

const schema = defineSchema({
  version: 1,
  collections: {
    bidhaas: {
      fields: { jina: text(), sku: text(), barcode: text.optional(), price: integer(), stock: counter() },
    },
    customers: { fields: { jina: text(), phone: text.optional(), archived: boolean.optional() } },
    // The server does not know it.
    planets: { fields: { name: text() } },
  },
});

let folder;
let shop;
let devices = 0;

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'sawa-digest-'));
  shop = await Shop.start(folder);
});
after(async () => {
  await shop?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function enrolled(t) {
  devices += 1;
  const place = { storage: 'memory', autoSync: false, server: shop.address };
  const database = await openDatabase({ name: `digest-${devices}`, schema, ...place });
  t.after(() => database.close());
  await database.enrol({ username: DEMO_USER, password: DEMO_PASSWORD, deviceName: `Device ${devices}` });
  await database.sync();
  return { database, digest: digestOf(database, schema) };
}

const inDatabase = (sql) =>
  shop.runInDjango(`from django.db import connection; connection.cursor().execute("""${sql}""")`);

test('a device that agrees is told so, whatever is in its texts and whatever waits', async (t) => {
  const { database, digest } = await enrolled(t);
  for (const jina of ['Ünïcode \u{1f600}', 'line\nend\t"quoted" \\ \u2028 \u007f', ''])
    await database.put('customers', { jina });
  const seen = [];
  const report = await digest.compare({ onProgress: ({ compared }) => seen.push(compared) });
  const count = (await database.count('bidhaas')) + (await database.count('customers'));
  assert.ok(count > 1000);
  assert.deepEqual(
    { ...report, atMs: 0 },
    { compared: count, differences: [], undecided: 0, repaired: false, complete: true, atMs: 0 },
  );
  assert.equal(seen.at(-1), count);
});

test('what was changed behind the feed is found to the record, and repaired', async (t) => {
  const { database, digest } = await enrolled(t);
  const [wrong, right] = await database.find('bidhaas', { limit: 2 });
  await inDatabase(`UPDATE bidhaa_bidhaa SET price = price + 1 WHERE sku = '${wrong.sku}'`);
  await database.sync();
  assert.equal((await database.get('bidhaas', wrong.id)).price, wrong.price, 'the feed does not tell');
  const { differences, repaired } = await digest.compare();
  assert.deepEqual(
    differences.map(({ collection, id, there }) => [collection, id, there]),
    [['bidhaas', wrong.id, 'other']],
  );
  assert.equal(differences[0].here.price, wrong.price);
  assert.equal(repaired, true);
  assert.equal((await database.get('bidhaas', wrong.id)).price, wrong.price + 1);
  assert.deepEqual(await database.get('bidhaas', right.id), right);
});

test('a record that the server never had is found, and goes', async (t) => {
  const { database, digest } = await enrolled(t);
  const ghost = newId();
  await database.load('customers', [{ id: ghost, jina: 'Ghost' }]);
  await database.load('planets', [{ id: newId(), name: 'Sawa' }]);
  const { differences, repaired } = await digest.compare();
  assert.deepEqual(
    differences.map(({ collection, there, here }) => [collection, there, here.jina ?? here.name]),
    [
      ['customers', 'none', 'Ghost'],
      ['planets', 'none', 'Sawa'],
    ],
  );
  assert.equal(repaired, true);
  assert.equal(await database.get('customers', ghost), undefined);
});

/** Lets the server's digests tell of a record more in each range, which no pull brings. */
function addToDigests(t, id) {
  const { fetch } = globalThis;
  t.after(() => (globalThis.fetch = fetch));
  globalThis.fetch = async (address, options) => {
    const answer = await fetch(address, options);
    if (!String(address).endsWith('/sync/v1/digest')) return answer;
    const { digests, ...rest } = await answer.json();
    const more = digests.map(({ count, rows, ...range }) => ({
      ...range,
      count: count + 1,
      ...(rows && { rows: [...rows, [id, '0'.repeat(16)]] }),
    }));
    return Response.json({ ...rest, digests: more }, { headers: { 'Sawa-Protocol': '1' } });
  };
}

test('a record that no pull brings is told, and that it could not be repaired', async (t) => {
  const { digest } = await enrolled(t);
  const id = newId();
  addToDigests(t, id);
  const { differences, repaired } = await digest.compare();
  assert.ok(differences.length > 0);
  for (const { here, there, ...difference } of differences) {
    assert.deepEqual([here, there, difference.id], [null, 'other', id]);
  }
  assert.equal(repaired, false);
});

test('a record that the feed has lost is told, and comes with the repair', async (t) => {
  const { database, digest } = await enrolled(t);
  await shop.runInDjango(
    'from bidhaa.models import Customer; from sawa.models import Change, Shop; ' +
      'lost = Customer.objects.create(shop=Shop.objects.get(), jina="Lost"); ' +
      'Change.objects.filter(record_id=lost.pk).update(version=-1)',
  );
  const { differences, repaired } = await digest.compare();
  assert.deepEqual(
    differences.map(({ collection, here, there }) => [collection, here, there]),
    [['customers', null, 'other']],
  );
  assert.equal(repaired, true);
  assert.equal((await database.find('customers', { where: { jina: 'Lost' } })).length, 1);
});

test('piece by piece it goes round all records, and finds what differs', async (t) => {
  const { database, digest } = await enrolled(t);
  const count = (await database.count('bidhaas')) + (await database.count('customers'));
  let compared = 0;
  let steps = 0;
  for (let complete = false; !complete; steps += 1) {
    const report = await digest.compareNext();
    compared += report.compared;
    ({ complete } = report);
  }
  assert.equal(compared, count);
  assert.ok(steps > 3);
  const products = await database.find('bidhaas', { limit: 10_000 });
  await inDatabase(`UPDATE bidhaa_bidhaa SET jina = 'by hand' WHERE sku = '${products[700].sku}'`);
  const found = [];
  for (let step = 0; step < steps + 2; step += 1) found.push(...(await digest.compareNext()).differences);
  assert.deepEqual(
    found.map(({ id }) => id),
    [products[700].id],
  );
  assert.equal((await database.get('bidhaas', products[700].id)).jina, 'by hand');
});

test('what waits survives a repair', async (t) => {
  const { database, digest } = await enrolled(t);
  await database.load('customers', [{ id: newId(), jina: 'Ghost' }]);
  const [product] = await database.find('bidhaas', { limit: 1 });
  const comparing = digest.compare();
  await database.increment('bidhaas', product.id, 'stock', -1);
  assert.equal((await comparing).differences.length, 1);
  await database.sync();
  assert.equal((await database.get('bidhaas', product.id)).stock, product.stock - 1);
  assert.equal(await shop.stockOf(product.sku), product.stock - 1);
});

test('a path that could leave the server is refused', async (t) => {
  const { database } = await enrolled(t);
  for (const address of ['//elsewhere.example/x', '/\\elsewhere.example', 'https://elsewhere.example', '', '/']) {
    await assert.rejects(() => database.request(address, {}), { code: 'invalid_argument' });
  }
});
