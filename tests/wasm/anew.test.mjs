// SPDX-License-Identifier: MIT
// Two devices that share one copied database, against the real server: the one that is found out is enrolled anew.
import 'fake-indexeddb/auto';

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { after, before } from 'node:test';

import { openDatabase } from 'sawa';
import { enrolAnew } from 'sawa/anew';

import { DEMO_PASSWORD, DEMO_USER } from '../e2e/support/shop-database.mjs';
import { Shop } from '../e2e/support/shop.mjs';
import { schema, sell } from './support/shop-device.mjs';

const credentials = (deviceName) => ({ username: DEMO_USER, password: DEMO_PASSWORD, deviceName });

let folder;
let shop;

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'sawa-anew-'));
  shop = await Shop.start(folder);
});
after(async () => {
  await shop?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(t, name, options = {}) {
  const place = { storage: 'indexeddb', autoSync: false, server: shop.address };
  const database = await openDatabase({ name, schema, ...place, ...options });
  t.after(() => database.close());
  return database;
}

const answer = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Copies a database as it is, as somebody does who copies a browser's profile. */
async function clone(from, to) {
  const source = await answer(indexedDB.open(from));
  const opening = indexedDB.open(to, source.version);
  opening.onupgradeneeded = () => [...source.objectStoreNames].map((store) => opening.result.createObjectStore(store));
  const target = await answer(opening);
  for (const store of source.objectStoreNames) {
    const read = source.transaction(store).objectStore(store);
    const [keys, values] = await Promise.all([answer(read.getAllKeys()), answer(read.getAll())]);
    const write = target.transaction(store, 'readwrite').objectStore(store);
    await Promise.all(keys.map((key, index) => answer(write.put(values[index], key))));
  }
  source.close();
  target.close();
}

const productIn = async (database, { sku }) => (await database.find('bidhaas', { where: { sku } }))[0];
const sellOne = async (database, product) => sell(database, await productIn(database, product), 1);

/** A device and its clone, after both have sold: { original, copy, product, sold }. */
async function clonedDevice(t, name) {
  const original = await open(t, name);
  const { token } = await original.enrol(credentials(name));
  await original.sync();
  const [product] = await shop.products(1);
  const sold = [await sellOne(original, product)];
  await original.sync();
  // Waits in both: the same mutation.
  sold.push(await sellOne(original, product));
  await clone(name, `${name}-copy`);
  const copy = await open(t, `${name}-copy`, { token });
  sold.push(await sellOne(original, product), await sellOne(original, product), await sellOne(copy, product));
  await original.sync();
  return { original, copy, product, sold };
}

const stockOn = async (database, product) => (await productIn(database, product)).stock;

test('a clone that is found out is enrolled anew, and each sale of both is on the server once', async (t) => {
  const stockBefore = (await shop.products(1))[0].stock;
  const { original, copy, product, sold } = await clonedDevice(t, 'till');
  await assert.rejects(() => copy.sync(), { code: 'sequence_reused', retry: 'after_user_action' });
  assert.equal(copy.status.waiting, 2);
  const was = copy.enrolment.device;

  const { device, token } = await enrolAnew(copy, credentials('Till 2'));
  assert.notEqual(device.series, was.series);
  assert.ok(token.length >= 32);
  assert.equal(copy.enrolment.device.id, device.id);
  await copy.sync();
  assert.equal(copy.status.waiting, 0);
  assert.deepEqual(await shop.receipts(), [...sold].sort());
  assert.equal(await shop.stockOf(product.sku), stockBefore - sold.length);

  // Both go on: the original with its sequences, the copy with a series of its own.
  const next = [await sellOne(original, product), await sellOne(copy, product)];
  for (const database of [original, copy, original]) await database.sync();
  assert.equal(next[1].split('-')[0], device.series);
  assert.deepEqual(await shop.receipts(), [...sold, ...next].sort());
  for (const database of [original, copy]) assert.equal(await stockOn(database, product), stockBefore - 7);

  // So do the contexts that open it later.
  const reopened = await open(t, 'till-copy', { token });
  assert.equal(reopened.enrolment.device.id, device.id);
  await sellOne(reopened, product);
  await reopened.sync();
  assert.equal((await shop.receipts()).length, 8);
});

test('what fails leaves it the device that it was, with all that waits', async (t) => {
  const { copy } = await clonedDevice(t, 'kept');
  const was = copy.enrolment;
  await assert.rejects(() => copy.sync(), { code: 'sequence_reused' });
  const wrong = { ...credentials('x'), password: 'not-it' };
  await assert.rejects(() => enrolAnew(copy, wrong), { code: 'auth_invalid_credentials' });
  await assert.rejects(() => copy.sync(), { code: 'sequence_reused' });
  assert.deepEqual(copy.enrolment, was);
  assert.equal(copy.status.waiting, 2);
  await enrolAnew(copy, credentials('Till 3'));
  assert.equal((await copy.sync()).waiting, 0);
});

test('it is for an enrolled database in IndexedDB', async (t) => {
  const fresh = await open(t, 'fresh');
  await assert.rejects(() => enrolAnew(fresh, credentials('x')), { code: 'not_enrolled' });
  const inMemory = await open(t, 'in-memory', { storage: 'memory' });
  await inMemory.enrol(credentials('Memory'));
  await assert.rejects(() => enrolAnew(inMemory, credentials('x')), { code: 'invalid_argument' });
  assert.equal(inMemory.enrolment.device.name, 'Memory');
});
