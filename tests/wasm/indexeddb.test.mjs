// SPDX-License-Identifier: MIT
// The package on an IndexedDB: what is kept when a database is closed, and two contexts of one database. The real
// browser's turn is tests/e2e/storage-adapter.spec.mjs.
import 'fake-indexeddb/auto';

import assert from 'node:assert/strict';
import test from 'node:test';

import { openDatabase } from 'sawa';

import { notesSchema, openNotes } from './support/notes.mjs';

const STORED = { storage: 'indexeddb' };

const until = async (probe) => {
  for (let turn = 0; turn < 2000; turn += 1) {
    if (await probe()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.fail('it did not come about');
};

test('everything is there again after reopening', async (t) => {
  const first = await openNotes(t, { ...STORED, name: 'reopen' });
  const id = await first.put('notes', { title: 'kept', extra: { list: [1, 2] } });
  const total = await first.put('totals', { name: 'sum', amount: 1 });
  await first.increment('totals', total, 'amount', 4);
  await first.write('number', (transaction) => transaction.nextNumber('receipt'));
  const { waiting } = first.status;
  await first.close();

  const second = await openNotes(t, { ...STORED, name: 'reopen' });
  const { title, extra } = await second.get('notes', id);
  assert.deepEqual({ title, extra }, { title: 'kept', extra: { list: [1, 2] } });
  assert.equal((await second.get('totals', total)).amount, 5);
  assert.equal(second.status.waiting, waiting);
  assert.equal(await second.write('number', (transaction) => transaction.nextNumber('receipt')), 2);
});

test('a second context sees what the first commits, and is told', async (t) => {
  const left = await openNotes(t, { ...STORED, name: 'two' });
  const right = await openNotes(t, { ...STORED, name: 'two' });
  let seen = [];
  right.watch('notes', {}, (notes) => (seen = notes.map((note) => note.title)));
  await left.put('notes', { title: 'from the left' });
  await until(() => seen.includes('from the left'));
  await right.put('notes', { title: 'from the right' });
  await until(async () => (await left.find('notes')).length === 2);
});

test('what a context commits while another one opens is seen by that one', async (t) => {
  const warned = t.mock.method(console, 'warn');
  const left = await openNotes(t, { ...STORED, name: 'opening' });
  let isOpening = true;
  const opening = openNotes(t, { ...STORED, name: 'opening' }).finally(() => (isOpening = false));
  let count = 0;
  for (; isOpening; count += 1) await left.put('notes', { title: String(count) });
  const right = await opening;
  await until(async () => (await right.count('notes')) === count);
  assert.ok(count > 1, 'nothing was committed meanwhile');
  assert.equal(warned.mock.callCount(), 0);
});

test('two contexts that race lose nothing and give no number twice', async (t) => {
  const contexts = [await openNotes(t, { ...STORED, name: 'race' }), await openNotes(t, { ...STORED, name: 'race' })];
  const id = await contexts[0].put('totals', { name: 'sum', amount: 0 });
  const numbers = [];
  const run = async (database) => {
    for (let index = 0; index < 40; index += 1) {
      const number = await database.write('race', async (transaction) => {
        const { amount } = (await transaction.get('totals', id)) ?? { amount: 0 };
        transaction.increment('totals', id, 'amount', 1);
        return [amount + 1, await transaction.nextNumber('series')];
      });
      numbers.push(number);
    }
  };
  // The second context has to have heard of the record first.
  await until(async () => (await contexts[1].get('totals', id)) !== undefined);
  await Promise.all(contexts.map(run));
  numbers.sort(([left], [right]) => left - right);
  assert.deepEqual(
    numbers,
    Array.from({ length: 80 }, (_, index) => [index + 1, index + 1]),
    'each callback saw all that came before it',
  );
});

test('a slow writer gets its turn among writes that are always faster', async (t) => {
  const fast = await openNotes(t, { ...STORED, name: 'turns' });
  const slow = await openNotes(t, { ...STORED, name: 'turns' });
  const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  let attempts = 0;
  let done = false;
  const writing = slow
    .write('slow', async (transaction) => {
      attempts += 1;
      await pause(10);
      return transaction.put('notes', { title: 'slow' });
    })
    .finally(() => (done = true));
  let count = 0;
  for (; !done && count < 5000; count += 1) await fast.put('notes', { title: 'fast' });
  await writing;
  assert.ok(attempts > 1 && count > 1, 'they did not meet');
  await until(async () => (await fast.find('notes', { where: { title: 'slow' } })).length === 1);
});

test('a database of a newer schema is refused and left alone', async (t) => {
  const newer = await openNotes(t, { ...STORED, name: 'newer', schema: { ...notesSchema, version: 2 } });
  const id = await newer.put('notes', { title: 'kept' });
  await newer.close();
  const opening = () => openDatabase({ name: 'newer', schema: notesSchema, autoSync: false });
  await assert.rejects(opening, { name: 'StorageError', code: 'storage_version_too_new' });
  const again = await openNotes(t, { ...STORED, name: 'newer', schema: { ...notesSchema, version: 2 } });
  assert.equal((await again.get('notes', id)).title, 'kept');
});

test('a database opened for its outbox only refuses queries and writes', async (t) => {
  const all = await openNotes(t, { ...STORED, name: 'outbox' });
  await all.put('notes', { title: 'waits' });
  const outbox = await openNotes(t, { ...STORED, name: 'outbox', load: 'outbox' });
  assert.equal(outbox.status.waiting, 1);
  await assert.rejects(() => outbox.find('notes'), { code: 'invalid_argument' });
  await assert.rejects(() => outbox.put('notes', { title: 'x' }), { code: 'invalid_argument' });
});
