// SPDX-License-Identifier: MIT
// Reading and writing through the public API.
import assert from 'node:assert/strict';
import test from 'node:test';

import { newId, openDatabase } from 'sawa';

import { notesSchema, openNotes } from './support/notes.mjs';

const UUID_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('put gives an id, and get gives back every type as it was', async (t) => {
  const database = await openNotes(t);
  const fields = {
    title: 'Sukari 1kg',
    size: Number.MAX_SAFE_INTEGER,
    weight: 0.1,
    done: false,
    extra: { list: [1, 'two', null, { deep: true }] },
  };
  const id = await database.put('notes', fields);
  assert.match(id, UUID_7);
  assert.deepEqual(await database.get('notes', id), { id, ...fields });
  assert.equal(await database.get('notes', '00000000-0000-7000-8000-000000000000'), undefined);
});

test('ids rise with time, also within a millisecond', async (t) => {
  const database = await openNotes(t);
  const ids = await database.write('many', (transaction) =>
    Array.from({ length: 500 }, (_, index) => transaction.put('notes', { title: `${index}` })),
  );
  assert.equal(new Set(ids).size, 500);
  const times = ids.map((id) => id.slice(0, 13));
  assert.deepEqual(times, times.toSorted());
});

test('a put of a known id changes the fields that it names', async (t) => {
  const database = await openNotes(t);
  const id = await database.put('notes', { title: 'one', size: 1 });
  assert.equal(await database.put('notes', { id, title: 'two' }), id);
  const note = await database.get('notes', id);
  assert.equal(note.title, 'two');
  assert.equal(note.size, 1);
});

test('patch changes only what it names; null empties an optional field', async (t) => {
  const database = await openNotes(t);
  const id = await database.put('notes', { title: 'one', size: 1, done: true });
  await database.patch('notes', id, { size: null });
  const note = await database.get('notes', id);
  assert.deepEqual(
    { title: note.title, size: note.size ?? null, done: note.done },
    { title: 'one', size: null, done: true },
  );
});

test('a counter moves by increments, in both directions', async (t) => {
  const database = await openNotes(t);
  const id = await database.put('totals', { name: 'stock', amount: 10 });
  await database.increment('totals', id, 'amount', -3);
  await database.increment('totals', id, 'amount', 5);
  assert.equal((await database.get('totals', id)).amount, 12);
  await assert.rejects(() => database.patch('totals', id, { amount: 1 }), { code: 'invalid_value' });
  assert.equal((await database.get('totals', id)).amount, 12);
});

test('remove hides a record from get and find', async (t) => {
  const database = await openNotes(t);
  const id = await database.put('notes', { title: 'gone' });
  const kept = await database.put('notes', { title: 'kept' });
  await database.remove('notes', id);
  assert.equal(await database.get('notes', id), undefined);
  assert.deepEqual(
    (await database.find('notes')).map((note) => note.id),
    [kept],
  );
  await assert.rejects(() => database.patch('notes', id, { title: 'x' }), { code: 'record_not_found' });
});

test('what is handed out is a copy', async (t) => {
  const database = await openNotes(t);
  const fields = { title: 'one', extra: { list: [1] } };
  const id = await database.put('notes', fields);
  fields.extra.list.push(2);
  const first = await database.get('notes', id);
  first.extra.list.push(3);
  first.title = 'changed';
  const second = await database.get('notes', id);
  assert.deepEqual(second.extra, { list: [1] });
  assert.equal(second.title, 'one');
});

test('every write waits as one mutation', async (t) => {
  const database = await openNotes(t);
  assert.equal(database.status.waiting, 0);
  await database.put('notes', { title: 'one' });
  await database.write('two', (transaction) => {
    transaction.put('notes', { title: 'two' });
    transaction.put('notes', { title: 'three' });
  });
  await database.write('nothing', () => undefined);
  const { status } = database;
  assert.equal(status.waiting, 2);
  assert.equal(status.ready, false);
  assert.equal(status.lastSyncedAtMs, null);
  assert.ok(Math.abs(status.oldestWaitingAtMs - Date.now()) < 60_000);
});

test('two databases in memory know nothing of each other', async (t) => {
  const [left, right] = [await openNotes(t), await openNotes(t)];
  await left.put('notes', { title: 'left' });
  assert.deepEqual(await right.find('notes'), []);
});

test('close lets running writes finish, and then every call is refused', async () => {
  const database = await openDatabase({ name: 'closing', schema: notesSchema, storage: 'memory', autoSync: false });
  const running = database.put('notes', { title: 'in time' });
  const closing = database.close();
  assert.equal(typeof (await running), 'string');
  await closing;
  await database.close();
  const closed = { name: 'UsageError', code: 'database_closed' };
  await assert.rejects(() => database.get('notes', 'x'), closed);
  await assert.rejects(() => database.find('notes'), closed);
  await assert.rejects(() => database.put('notes', { title: 'late' }), closed);
  await assert.rejects(() => database.sync(), closed);
  await assert.rejects(() => database.quarantined(), closed);
  assert.throws(() => database.status, closed);
  assert.throws(() => database.watch('notes', {}, () => undefined), closed);
});

test('a new id begins with its time', () => {
  assert.match(newId(0x0123_4567_89ab), /^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.notEqual(newId(1), newId(1));
});

test('a long log in memory is folded, and everything is still there', async (t) => {
  const database = await openNotes(t);
  for (let size = 0; size < 700; size++) await database.put('notes', { title: `note ${size % 7}`, size });
  assert.equal(await database.count('notes'), 700);
  assert.equal(await database.count('notes', { where: { size: { atLeast: 600 } } }), 100);
  assert.equal((await database.find('notes', { where: { title: 'note 3' } })).length, 100);
  assert.equal(database.status.waiting, 700);
});
