// SPDX-License-Identifier: MIT
// A device out of a backup, against the real server: it must not act as the one that it was.
import 'fake-indexeddb/auto';

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { after, before } from 'node:test';

import { openDatabase } from 'sawa';
import { exportDatabase, importDatabase, readBackup } from 'sawa/backup';

import { DEMO_PASSWORD, DEMO_USER } from '../e2e/support/shop-database.mjs';
import { Shop } from '../e2e/support/shop.mjs';
import { schema, sell } from './support/shop-device.mjs';

let folder;
let shop;
let opened = 0;

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'sawa-backup-'));
  shop = await Shop.start(folder);
});
after(async () => {
  await shop?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(t, name) {
  const options = { name, schema, storage: 'indexeddb', autoSync: false, server: shop.address };
  const database = await openDatabase(options);
  t.after(() => database.close());
  return database;
}

async function enrol(database) {
  opened += 1;
  await database.enrol({ username: DEMO_USER, password: DEMO_PASSWORD, deviceName: `Device ${opened}` });
  await database.sync();
}

const productIn = async (database, { sku }) => (await database.find('bidhaas', { where: { sku } }))[0];

/** A device that has sent two sales, and has two more that wait: { device, product, receipts }. */
async function sellingDevice(t, name) {
  const device = await open(t, name);
  await enrol(device);
  const [product] = await shop.products(1);
  const receipts = [];
  for (const isSent of [true, true, false, false]) {
    receipts.push(await sell(device, await productIn(device, product), 1));
    if (isSent) await device.sync();
  }
  return { device, product, receipts };
}

test('a backup tells how many records of each kind it has, without those that were removed', async (t) => {
  const { device } = await sellingDevice(t, 'counted');
  const gone = await device.put('bidhaas', { jina: 'Gone', sku: 'GONE', price: 1, stock: 0 });
  await device.sync();
  await device.remove('bidhaas', gone);
  await device.sync();
  const { records } = await readBackup(await exportDatabase('counted'));
  for (const [collection, count] of Object.entries(records)) {
    if (collection in schema.collections) assert.equal(count, await device.count(collection), collection);
  }
  assert.ok(records.bidhaas > 1000);
});

test('a copy of a device that lives on sends nothing twice, and numbers its receipts in its own series', async (t) => {
  const { device, product, receipts } = await sellingDevice(t, 'alive');
  const before = await shop.receipts();
  const file = await exportDatabase('alive');
  const { device: wasDevice, waiting } = await importDatabase(file, { name: 'alive-copy' });
  assert.deepEqual({ wasDevice, waiting }, { wasDevice: device.enrolment.device, waiting: 2 });
  assert.equal((await device.sync()).pushed, 2);

  const copy = await open(t, 'alive-copy');
  assert.equal(copy.enrolment, null);
  assert.equal(copy.status.ready, true);
  await assert.rejects(() => copy.sync(), { code: 'not_enrolled' });
  await enrol(copy);
  assert.notEqual(copy.enrolment.device.id, device.enrolment.device.id);
  assert.notEqual(copy.enrolment.device.series, device.enrolment.device.series);
  assert.equal(copy.status.waiting, 0);
  // Both go on, turn by turn.
  for (const each of [copy, device, copy, device]) {
    receipts.push(await sell(each, await productIn(each, product), 1));
    await each.sync();
  }
  await copy.sync();
  const arrived = (await shop.receipts()).filter((receipt) => !before.includes(receipt) || receipts.includes(receipt));
  assert.deepEqual(arrived.sort(), receipts.toSorted());
  assert.equal(new Set(receipts).size, 8);
  assert.equal(await shop.stockOf(product.sku), product.stock - 8);
  for (const each of [copy, device]) {
    assert.equal((await productIn(each, product)).stock, product.stock - 8);
    assert.deepEqual(await each.quarantined(), []);
  }
});

test('a copy of a device that is lost brings what it had not sent', async (t) => {
  const { device, product, receipts } = await sellingDevice(t, 'lost');
  const { stock } = product;
  const file = await exportDatabase('lost');
  await device.close();
  for (const name of ['lost-copy', 'lost-copy-2']) {
    await importDatabase(file, { name });
    const copy = await open(t, name);
    assert.equal(copy.status.waiting, 2);
    await enrol(copy);
    const arrived = await shop.receipts();
    for (const receipt of receipts) assert.equal(arrived.filter((one) => one === receipt).length, 1, receipt);
    assert.equal(await shop.stockOf(product.sku), stock - 4);
    assert.equal((await productIn(copy, product)).stock, stock - 4);
  }
});
