// SPDX-License-Identifier: MIT
// Live queries, marks of what waits, and the status.
import assert from 'node:assert/strict';
import test from 'node:test';

import { openNotes, settled } from './support/notes.mjs';

test('watch tells the result now and after each change, until it is stopped', async (t) => {
  const database = await openNotes(t);
  const seen = [];
  const stop = database.watch('notes', { where: { done: true }, orderBy: [{ field: 'title' }] }, (notes) =>
    seen.push(notes.map((note) => note.title).join()),
  );
  assert.deepEqual(seen, [], 'never inside the call');
  await settled(database);
  assert.deepEqual(seen, ['']);
  const id = await database.put('notes', { title: 'b', done: true });
  await database.put('notes', { title: 'a', done: true });
  await settled(database);
  assert.equal(seen.at(-1), 'a,b');
  await database.remove('notes', id);
  await settled(database);
  assert.equal(seen.at(-1), 'a');
  stop();
  const count = seen.length;
  await database.put('notes', { title: 'c', done: true });
  await settled(database);
  assert.equal(seen.length, count);
});

test('watch is not told of other collections', async (t) => {
  const database = await openNotes(t);
  let calls = 0;
  database.watch('notes', {}, () => (calls += 1));
  await settled(database);
  await database.put('totals', { name: 'a', amount: 1 });
  await settled(database);
  assert.equal(calls, 1);
});

test("one listener's error keeps nobody else from being told", async (t) => {
  const database = await openNotes(t);
  const reported = t.mock.method(console, 'error', () => undefined);
  const seen = [];
  database.watch('notes', {}, () => {
    throw new Error('a bad listener');
  });
  database.watch('notes', {}, (notes) => seen.push(notes.length));
  await settled(database);
  await database.put('notes', { title: 'a' });
  await settled(database);
  assert.deepEqual(seen, [0, 1]);
  assert.equal(reported.mock.callCount(), 2);
});

test('a listener may write', async (t) => {
  const database = await openNotes(t);
  let written;
  database.watch('notes', {}, (notes) => {
    if (notes.length === 1) written = database.put('notes', { title: 'answer' });
  });
  await database.put('notes', { title: 'question' });
  await settled(database);
  await written;
  assert.equal((await database.find('notes')).length, 2);
});

test('watchPending names the records that wait', async (t) => {
  const database = await openNotes(t);
  let pending;
  database.watchPending('notes', (ids) => (pending = [...ids]));
  await settled(database);
  assert.deepEqual(pending, []);
  const id = await database.put('notes', { title: 'a' });
  await settled(database);
  assert.deepEqual(pending, [id]);
  await database.put('totals', { name: 'b', amount: 1 });
  await settled(database);
  assert.deepEqual(pending, [id]);
});

test('watchStatus tells the status now and after each change', async (t) => {
  const database = await openNotes(t);
  const waiting = [];
  const stop = database.watchStatus((status) => waiting.push(status.waiting));
  await settled(database);
  await database.put('notes', { title: 'a' });
  await settled(database);
  assert.equal(waiting[0], 0);
  assert.equal(waiting.at(-1), 1);
  stop();
  const count = waiting.length;
  await database.put('notes', { title: 'b' });
  await settled(database);
  assert.equal(waiting.length, count);
});
