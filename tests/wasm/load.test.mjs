// SPDX-License-Identifier: MIT
// `load`: every kind of source, progress, ending early, and what runs beside it.
import assert from 'node:assert/strict';
import test from 'node:test';

import { newId } from 'sawa';

import { openNotes, titlesOf } from './support/notes.mjs';

const makeNotes = (count) =>
  Array.from({ length: count }, (_, index) => ({ id: newId(), title: `Note ${index}`, size: index }));

const bytesOf = (records) => new TextEncoder().encode(JSON.stringify(records));

const SOURCES = [
  ['an array', (records) => records],
  ['a text', (records) => JSON.stringify(records)],
  ['bytes', bytesOf],
  ['a blob', (records) => new Blob([bytesOf(records)])],
  ['a stream', (records) => new Response(bytesOf(records)).body],
];

for (const [name, sourceOf] of SOURCES) {
  test(`loads ${name}`, async (t) => {
    const database = await openNotes(t);
    const records = makeNotes(2000);
    assert.deepEqual(await database.load('notes', sourceOf(records)), { loaded: 2000, skipped: 0 });
    assert.deepEqual(await database.find('notes', { orderBy: [{ field: 'size' }], limit: 2000 }), records);
    assert.deepEqual(await titlesOf(database, { search: 'note 1234' }), ['Note 1234']);
    assert.equal(database.status.waiting, 0);
  });
}

test('an empty array is loaded', async (t) => {
  const database = await openNotes(t);
  assert.deepEqual(await database.load('notes', []), { loaded: 0, skipped: 0 });
});

test('tells how far it is, and skips what is there', async (t) => {
  const database = await openNotes(t);
  const records = makeNotes(3000);
  await database.load('notes', records.slice(0, 1000));
  const seen = [];
  const report = await database.load('notes', records, { onProgress: (soFar) => seen.push(soFar) });
  assert.deepEqual(report, { loaded: 2000, skipped: 1000 });
  assert.ok(seen.length > 1);
  assert.deepEqual(seen.at(-1), report);
});

test('tells live queries', async (t) => {
  const database = await openNotes(t);
  const counts = [];
  database.watch('notes', {}, (notes) => counts.push(notes.length));
  await database.load('notes', makeNotes(100));
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(counts.at(-1), 100);
});

test('an aborted load stores nothing, and rejects with the reason of its signal', async (t) => {
  const database = await openNotes(t);
  const records = makeNotes(5000);
  const controller = new AbortController();
  const loading = database.load('notes', records, {
    signal: controller.signal,
    onProgress: () => controller.abort(new Error('enough')),
  });
  await assert.rejects(loading, { message: 'enough' });
  assert.equal(await database.count('notes'), 0);
  assert.equal((await database.load('notes', records)).loaded, 5000);
});

test('a stream that breaks stores nothing, and rejects with its error', async (t) => {
  const database = await openNotes(t);
  const stream = new ReadableStream({
    start(controller) {
      controller.enqueue(bytesOf(makeNotes(10)).slice(0, 300));
      controller.error(new Error('the line is dead'));
    },
  });
  await assert.rejects(database.load('notes', stream), { message: 'the line is dead' });
  assert.equal(await database.count('notes'), 0);
});

test('refuses what does not fit, with a code and the number of the record', async (t) => {
  const database = await openNotes(t);
  const wrong = [...makeNotes(5), { id: newId(), title: 7 }];
  await assert.rejects(database.load('notes', wrong), { code: 'invalid_value', message: /record 6: / });
  await assert.rejects(database.load('notes', '{"not": "a list"}'), { code: 'invalid_argument' });
  await assert.rejects(database.load('nothing', []), { code: 'unknown_collection' });
  for (const source of [{}, 7, undefined, '']) {
    await assert.rejects(database.load('notes', source), { code: 'invalid_argument' });
  }
  assert.equal(await database.count('notes'), 0);
});

test('loads that are begun together come one after the other, and writes go on beside them', async (t) => {
  const database = await openNotes(t);
  const [first, second] = [makeNotes(3000), makeNotes(3000)];
  const loads = Promise.all([database.load('notes', first), database.load('notes', second)]);
  await database.put('totals', { name: 'sales', amount: 1 });
  assert.deepEqual(await loads, [
    { loaded: 3000, skipped: 0 },
    { loaded: 3000, skipped: 0 },
  ]);
  assert.equal(await database.count('notes'), 6000);
  assert.equal(database.status.waiting, 1);
});

test('a load that is begun after closing is refused', async (t) => {
  const database = await openNotes(t);
  await database.close();
  await assert.rejects(database.load('notes', []), { code: 'database_closed' });
});
