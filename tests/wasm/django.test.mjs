// SPDX-License-Identifier: MIT
// The package under Node against the real Django server, with bearer tokens.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { setTimeout } from 'node:timers/promises';

import { openDatabase } from 'sawa';
import { conflictsOf } from 'sawa/conflicts';

import { DEMO_PASSWORD, DEMO_USER } from '../e2e/support/shop-database.mjs';
import { Shop } from '../e2e/support/shop.mjs';
import { schema, sell } from './support/shop-device.mjs';

let folder;
let shop;
let devices = 0;

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'sawa-node-'));
  shop = await Shop.start(folder);
});
after(async () => {
  await shop?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(t, options = {}) {
  devices += 1;
  const database = await openDatabase({
    ...{ name: `device-${devices}`, schema, storage: 'memory', autoSync: false, server: shop.address },
    ...options,
  });
  t.after(() => database.close());
  return database;
}

async function enrolled(t) {
  const database = await open(t);
  const { token } = await database.enrol({
    username: DEMO_USER,
    password: DEMO_PASSWORD,
    deviceName: `Device ${devices}`,
  });
  assert.ok(token.length >= 32);
  await database.sync();
  return database;
}

test('a wrong password is refused, and an enrolled device has the whole catalogue', async (t) => {
  const database = await open(t);
  const wrong = { username: DEMO_USER, password: 'not-it', deviceName: 'x' };
  await assert.rejects(() => database.enrol(wrong), { name: 'AuthError', code: 'auth_invalid_credentials' });
  assert.equal(database.enrolment, null);
  const device = await enrolled(t);
  const [{ count }] = await shop.rows('SELECT count(*) AS count FROM bidhaa_bidhaa');
  const products = await device.find('bidhaas', { limit: 10_000 });
  assert.equal(products.length, count);
  const sample = products[Math.floor(count / 2)];
  const [row] = await shop.rows('SELECT jina, price, stock FROM bidhaa_bidhaa WHERE sku = ?', sample.sku);
  assert.deepEqual({ jina: sample.jina, price: sample.price, stock: sample.stock }, { ...row });
  assert.equal(device.status.ready, true);
});

test('two devices that sell the same product agree with the server', async (t) => {
  const [left, right] = [await enrolled(t), await enrolled(t)];
  assert.notEqual(left.enrolment.device.series, right.enrolment.device.series);
  const [row] = await shop.products(1);
  const productOf = async (device) => (await device.find('bidhaas', { where: { sku: row.sku } }))[0];
  const receipts = [
    await sell(left, await productOf(left), 2),
    await sell(right, await productOf(right), 3),
    await sell(left, await productOf(left), 1),
  ];
  assert.equal((await productOf(left)).stock, row.stock - 3);
  assert.equal((await productOf(right)).stock, row.stock - 3);

  assert.equal((await left.sync()).pushed, 2);
  assert.equal((await right.sync()).pushed, 1);
  await left.sync();
  for (const device of [left, right]) {
    assert.equal((await productOf(device)).stock, row.stock - 6);
    const known = (await device.find('sales')).map((sale) => sale.receipt_number);
    for (const receipt of receipts) assert.ok(known.includes(receipt), receipt);
    assert.equal(device.status.waiting, 0);
  }
  assert.equal(await shop.stockOf(row.sku), row.stock - 6);
  const arrived = await shop.receipts();
  for (const receipt of receipts) assert.equal(arrived.filter((one) => one === receipt).length, 1);
});

test('the later edit of a field wins on both devices, and edits of different fields both stay', async (t) => {
  const [left, right] = [await enrolled(t), await enrolled(t)];
  const id = await left.put('customers', { jina: 'Asha', phone: '+255' });
  await left.sync();
  await right.sync();
  await left.patch('customers', id, { jina: 'Asha Juma' });
  await right.patch('customers', id, { phone: '+255700' });
  await right.sync();
  await left.sync();
  await right.sync();
  for (const device of [left, right]) {
    const { jina, phone } = await device.get('customers', id);
    assert.deepEqual({ jina, phone }, { jina: 'Asha Juma', phone: '+255700' });
  }
});

test('an edit that was overwritten unseen is told to both devices, and can be chosen after all', async (t) => {
  const [left, right] = [await enrolled(t), await enrolled(t)];
  const id = await left.put('customers', { jina: 'Juma', phone: '+255' });
  await left.sync();
  await right.sync();
  const conflictsAt = (device) => conflictsOf(device, schema).list();
  const before = (await conflictsAt(left)).length;
  await left.patch('customers', id, { phone: '+2551' });
  // Of two edits in one millisecond, the nodes would tell which one is later.
  await setTimeout(2);
  await right.patch('customers', id, { phone: '+2552' });
  for (const device of [left, right, left]) await device.sync();
  for (const device of [left, right]) {
    const found = await conflictsAt(device);
    assert.equal(found.length, before + 1);
    const { record_id: recordId, field, policy, base, mine, theirs, result, state } = found[0];
    assert.deepEqual(
      { recordId, field, policy, base, mine, theirs, result, state },
      {
        ...{ recordId: id, field: 'phone', policy: 'last_writer', state: 'settled' },
        ...{ base: '+255', mine: '+2552', theirs: '+2551', result: '+2552' },
      },
    );
  }
  const [conflict] = await conflictsAt(left);
  await conflictsOf(left, schema).resolve(conflict.id, 'theirs');
  await left.sync();
  await right.sync();
  assert.equal((await right.get('customers', id)).phone, '+2551');
  const [resolved] = await conflictsAt(right);
  assert.equal(resolved.state, 'resolved');
  assert.equal(resolved.resolved_by, left.enrolment.actor.name);
  assert.equal((await conflictsAt(right)).length, before + 1);
});

test('after log-out the queue waits for a log-in', async (t) => {
  const device = await enrolled(t);
  const before = (await shop.receipts()).length;
  await device.logout();
  const [product] = await device.find('bidhaas', { limit: 1 });
  const receipt = await sell(device, product, 1);
  await assert.rejects(() => device.sync(), { name: 'AuthError', code: 'auth_required' });
  assert.equal(device.status.waiting, 1);
  assert.equal((await shop.receipts()).length, before);
  await device.login({ username: DEMO_USER, password: DEMO_PASSWORD });
  assert.equal((await device.sync()).pushed, 1);
  assert.ok((await shop.receipts()).includes(receipt));
});
