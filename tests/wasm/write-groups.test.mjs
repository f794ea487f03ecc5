// SPDX-License-Identifier: MIT
// Writes that wait for each other are stored together, and are nobody else's business all the same.
import 'fake-indexeddb/auto';

import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { openNotes } from './support/notes.mjs';

/** Counts the log entries that are stored while `work` runs. */
async function entriesOf(work) {
  const { add } = IDBObjectStore.prototype;
  let entries = 0;
  IDBObjectStore.prototype.add = function (...parameters) {
    entries += this.name === 'log' ? 1 : 0;
    return add.apply(this, parameters);
  };
  try {
    await work();
  } finally {
    IDBObjectStore.prototype.add = add;
  }
  return entries;
}

/** A sale: takes a number, and counts in a total what it read there. */
const sell = (database, total) =>
  database.write('sale', async (transaction) => {
    const number = await transaction.nextNumber('receipt');
    const { amount } = await transaction.get('totals', total);
    transaction.increment('totals', total, 'amount', 1);
    transaction.put('notes', { title: `receipt ${number}`, size: amount });
    return number;
  });

const settled = async (writes) => (await Promise.allSettled(writes)).map(({ value, reason }) => value ?? reason.code);

test('300 writes at once are a few log entries, one mutation each, and see each other', async (t) => {
  const database = await openNotes(t, { storage: 'indexeddb', name: 'group-many' });
  const total = await database.put('totals', { name: 'sold', amount: 0 });
  let numbers;
  const entries = await entriesOf(async () => {
    numbers = await Promise.all(Array.from({ length: 300 }, () => sell(database, total)));
  });
  assert.ok(entries < 10, `${entries} entries`);
  assert.deepEqual(
    numbers,
    Array.from({ length: 300 }, (_, index) => index + 1),
  );
  assert.equal(database.status.waiting, 301);
  const sizes = (await database.find('notes', { orderBy: [{ field: 'size' }] })).map(({ size }) => size);
  assert.deepEqual(
    sizes,
    Array.from({ length: 300 }, (_, index) => index),
  );
  assert.equal((await database.get('totals', total)).amount, 300);
});

test('a write that fails takes nobody with it, and uses up no number', async (t) => {
  const database = await openNotes(t, { storage: 'indexeddb', name: 'group-failures' });
  const total = await database.put('totals', { name: 'sold', amount: 0 });
  const refused = (name, callback) => database.write(name, callback);
  const outcomes = await settled([
    sell(database, total),
    refused('throws', async (transaction) => {
      await transaction.nextNumber('receipt');
      transaction.put('notes', { title: 'never' });
      throw Object.assign(new Error('no'), { code: 'own' });
    }),
    sell(database, total),
    refused('', () => assert.fail('its callback does not run')),
    sell(database, total),
    refused('caught', (transaction) => {
      try {
        transaction.patch('notes', '00000000-0000-7000-8000-000000000001', { title: 'nobody' });
      } catch {
        return 'went on';
      }
    }),
    sell(database, total),
    refused('large', (transaction) => {
      for (let count = 0; count < 10; count++) transaction.put('notes', { title: 'x'.repeat(60_000) });
    }),
    sell(database, total),
  ]);
  assert.deepEqual(outcomes, [
    1, 'own', 2, 'invalid_argument', 3, 'record_not_found', 4, 'limit_exceeded', 5,
  ]); // prettier-ignore
  assert.equal((await database.get('totals', total)).amount, 5);
  assert.equal(await database.count('notes'), 5);
  assert.equal(database.status.waiting, 6);
});

test('a callback that waits for something holds up nobody before it', async (t) => {
  const database = await openNotes(t, { storage: 'indexeddb', name: 'group-slow' });
  const total = await database.put('totals', { name: 'sold', amount: 0 });
  let release;
  const gate = new Promise((resolve) => (release = resolve));
  const quick = [sell(database, total), sell(database, total)];
  const slow = database.write('slow', async (transaction) => {
    transaction.increment('totals', total, 'amount', 10);
    await gate;
    transaction.increment('totals', total, 'amount', 100);
    return (await transaction.get('totals', total)).amount;
  });
  const after = sell(database, total);
  assert.deepEqual(await Promise.all(quick), [1, 2]);
  assert.equal((await database.get('totals', total)).amount, 2);
  await sleep(20);
  release();
  assert.equal(await slow, 112);
  assert.equal(await after, 3);
  assert.equal((await database.get('totals', total)).amount, 113);
});

test('tabs that sell at once in groups take no number twice and lose nothing', async (t) => {
  const tabs = [];
  for (let tab = 0; tab < 3; tab++) tabs.push(await openNotes(t, { storage: 'indexeddb', name: 'group-tabs' }));
  const total = await tabs[0].put('totals', { name: 'sold', amount: 0 });
  const sellWhenKnown = (database) =>
    database.write('sale', async (transaction) => {
      const number = await transaction.nextNumber('receipt');
      const known = await transaction.get('totals', total);
      if (known) transaction.increment('totals', total, 'amount', 1);
      return [number, known?.amount ?? null];
    });
  const sold = await Promise.all(tabs.flatMap((tab) => Array.from({ length: 60 }, () => sellWhenKnown(tab))));
  assert.deepEqual(
    sold.map(([number]) => number).sort((left, right) => left - right),
    Array.from({ length: 180 }, (_, index) => index + 1),
  );
  const counted = sold.filter(([, amount]) => amount !== null);
  assert.equal(new Set(counted.map(([, amount]) => amount)).size, counted.length);
  // It writes, too: what only reads may not have heard of the others' last commits yet.
  const last = await tabs[2].write('last', async (transaction) => {
    transaction.increment('totals', total, 'amount', 0);
    return transaction.get('totals', total);
  });
  assert.equal(last.amount, counted.length);
});

test('a callback may await an earlier write, also if another tab was faster than that', async (t) => {
  const one = await openNotes(t, { storage: 'indexeddb', name: 'group-await' });
  const other = await openNotes(t, { storage: 'indexeddb', name: 'group-await' });
  const faster = other.put('notes', { title: 'faster' });
  const earlier = one.put('notes', { title: 'earlier' });
  const later = one.write('later', async (transaction) => {
    const id = await earlier;
    transaction.patch('notes', id, { size: 2 });
    return id;
  });
  await faster;
  assert.equal((await one.get('notes', await later)).size, 2);
});

test('a slow callback overwrites nothing that another tab stored meanwhile', async (t) => {
  const one = await openNotes(t, { storage: 'indexeddb', name: 'group-lost' });
  const other = await openNotes(t, { storage: 'indexeddb', name: 'group-lost' });
  const id = await one.put('notes', { title: 'shared', size: 1 });
  const until = async (probe) => {
    while (!(await probe())) await sleep(1);
  };
  await until(() => other.get('notes', id));
  const add = (database, size, pause) =>
    database.write('add', async (transaction) => {
      const number = await transaction.nextNumber('series');
      const note = await transaction.get('notes', id);
      await pause?.();
      transaction.patch('notes', id, { size: note.size + size });
      return number;
    });
  let theirs = null;
  // Only reads: nothing of it is stored.
  const reading = one.write('read', async (transaction) => (await transaction.get('notes', id)).size);
  const slow = add(one, 10, async () => {
    await sleep(20);
    // The callback may run twice; the other tab adds once.
    theirs ??= add(other, 1);
    await theirs;
    await sleep(20);
  });
  await reading;
  const numbers = [await slow, await theirs].sort();
  assert.deepEqual(numbers, [1, 2]);
  await until(async () => (await other.get('notes', id)).size === 12);
  assert.equal((await one.get('notes', id)).size, 12);
});
