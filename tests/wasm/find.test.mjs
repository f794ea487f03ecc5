// SPDX-License-Identifier: MIT
// Filters, order, pages and search of `find`.
import assert from 'node:assert/strict';
import test from 'node:test';

import { newId } from 'sawa';

import { openNotes, titlesOf } from './support/notes.mjs';

async function withNotes(t) {
  const database = await openNotes(t);
  await database.write('fill', (transaction) => {
    transaction.put('notes', { title: 'Chai', size: 3, weight: 0.5, done: true });
    transaction.put('notes', { title: 'sukari', size: 1, weight: 2, done: false });
    transaction.put('notes', { title: 'Éclair à la crème', size: 2 });
    transaction.put('notes', { title: 'Maziwa 500 ml', size: 10, done: true });
  });
  return database;
}

const BY_SIZE = [{ field: 'size' }];

const FILTERS = [
  ['a value', { size: 2 }, ['Éclair à la crème']],
  ['a boolean', { done: true }, ['Chai', 'Maziwa 500 ml']],
  ['null, which an absent field is too', { done: null }, ['Éclair à la crème']],
  ['equals', { title: { equals: 'Chai' } }, ['Chai']],
  ['in', { size: { in: [1, 10, 99] } }, ['sukari', 'Maziwa 500 ml']],
  ['in an empty list', { size: { in: [] } }, []],
  ['lessThan', { size: { lessThan: 2 } }, ['sukari']],
  ['atMost', { size: { atMost: 2 } }, ['sukari', 'Éclair à la crème']],
  ['greaterThan', { size: { greaterThan: 3 } }, ['Maziwa 500 ml']],
  ['atLeast', { size: { atLeast: 3 } }, ['Chai', 'Maziwa 500 ml']],
  ['a range', { size: { greaterThan: 1, lessThan: 10 } }, ['Éclair à la crème', 'Chai']],
  ['a range leaves out what has no value', { weight: { atLeast: 0 } }, ['sukari', 'Chai']],
  ['several fields together', { done: true, size: { lessThan: 5 } }, ['Chai']],
];

for (const [name, where, expected] of FILTERS) {
  test(`where: ${name}`, async (t) => {
    const database = await withNotes(t);
    assert.deepEqual(await titlesOf(database, { where, orderBy: BY_SIZE }), expected);
  });
}

test('where: the id', async (t) => {
  const database = await withNotes(t);
  const [first] = await database.find('notes', { where: { title: 'Chai' } });
  assert.deepEqual(await titlesOf(database, { where: { id: first.id } }), ['Chai']);
});

test('orderBy: texts without regard to case and accents, both ways, ties by the next field and then the id', async (t) => {
  const database = await withNotes(t);
  const titles = ['Chai', 'Éclair à la crème', 'Maziwa 500 ml', 'sukari'];
  assert.deepEqual(await titlesOf(database, { orderBy: [{ field: 'title' }] }), titles);
  assert.deepEqual(await titlesOf(database, { orderBy: [{ field: 'title', descending: true }] }), titles.toReversed());
  const byDone = [
    { field: 'done', descending: true },
    { field: 'size', descending: true },
  ];
  assert.deepEqual(await titlesOf(database, { orderBy: byDone }), [
    'Maziwa 500 ml',
    'Chai',
    'sukari',
    'Éclair à la crème',
  ]);
  const ids = (await database.find('notes')).map((note) => note.id);
  assert.deepEqual(ids, ids.toSorted());
});

test('limit and offset cut pages out of the order', async (t) => {
  const database = await withNotes(t);
  assert.deepEqual(await titlesOf(database, { orderBy: BY_SIZE, limit: 2 }), ['sukari', 'Éclair à la crème']);
  assert.deepEqual(await titlesOf(database, { orderBy: BY_SIZE, limit: 2, offset: 2 }), ['Chai', 'Maziwa 500 ml']);
  assert.deepEqual(await titlesOf(database, { orderBy: BY_SIZE, offset: 9 }), []);
  assert.deepEqual(await titlesOf(database, { limit: 0 }), []);
});

test('after goes on behind a record, whatever happens before it', async (t) => {
  const database = await withNotes(t);
  const [first, second] = await database.find('notes', { orderBy: BY_SIZE, limit: 2 });
  const behindFirst = { orderBy: BY_SIZE, limit: 2, after: first };
  assert.deepEqual(await titlesOf(database, behindFirst), ['Éclair à la crème', 'Chai']);
  await database.remove('notes', first.id);
  assert.deepEqual(await titlesOf(database, behindFirst), ['Éclair à la crème', 'Chai']);
  assert.deepEqual(await titlesOf(database, { orderBy: BY_SIZE, after: second }), ['Chai', 'Maziwa 500 ml']);
  const backwards = [{ field: 'size', descending: true }];
  assert.deepEqual(await titlesOf(database, { orderBy: backwards, after: second }), []);
  const ids = (await database.find('notes')).map(({ id }) => id);
  const behind = (await database.find('notes', { after: { id: second.id } })).map(({ id }) => id);
  assert.deepEqual(behind, ids.slice(ids.indexOf(second.id) + 1));
  assert.equal(await database.count('notes', { orderBy: BY_SIZE, after: second }), 3);
});

test('arguments of another type find nothing, or are refused, and the engine lives', async (t) => {
  const database = await withNotes(t);
  assert.equal(await database.get('notes', undefined), undefined);
  assert.equal(await database.get('notes', 5), undefined);
  await assert.rejects(() => database.get(undefined, 'x'), { code: 'unknown_collection' });
  await assert.rejects(() => database.remove('notes', null), { code: 'invalid_argument' });
  assert.equal(await database.count('notes'), 4);
});

const SEARCHES = [
  ['chai', ['Chai']],
  ['CREME eclair', ['Éclair à la crème']],
  ['zi', ['Maziwa 500 ml']],
  ['500 maziwa', ['Maziwa 500 ml']],
  ['chai sukari', []],
  ['   ', ['Chai', 'Maziwa 500 ml', 'sukari', 'Éclair à la crème']],
  ['%', []],
  ['.*', []],
];

for (const [search, expected] of SEARCHES) {
  test(`search: ${JSON.stringify(search)}`, async (t) => {
    const database = await withNotes(t);
    assert.deepEqual((await titlesOf(database, { search })).sort(), expected);
  });
}

const REFUSED = [
  ['an unknown field', { where: { colour: 1 } }, 'unknown_field'],
  ['an order by an unknown field', { orderBy: [{ field: 'colour' }] }, 'unknown_field'],
  ['an unknown comparison', { where: { size: { near: 1 } } }, 'invalid_argument'],
  ['in without a list', { where: { size: { in: 1 } } }, 'invalid_argument'],
  ['a limit below 0', { limit: -1 }, 'invalid_argument'],
  ['a limit that is no whole number', { limit: 1.5 }, 'invalid_argument'],
  ['after what is no record', { after: { title: 'Chai' } }, 'invalid_argument'],
  ['after a record in the order of a search', { search: 'chai', after: { id: newId() } }, 'invalid_argument'],
  ['too high a limit', { limit: 10_001 }, 'limit_exceeded'],
];

for (const [name, query, code] of REFUSED) {
  test(`refused: ${name}`, async (t) => {
    const database = await withNotes(t);
    await assert.rejects(() => database.find('notes', query), { name: 'UsageError', code });
  });
}

test('refused: an unknown collection', async (t) => {
  const database = await withNotes(t);
  await assert.rejects(() => database.find('drafts'), { name: 'UsageError', code: 'unknown_collection' });
  await assert.rejects(() => database.get('drafts', 'x'), { code: 'unknown_collection' });
  await assert.rejects(() => database.put('drafts', {}), { code: 'unknown_collection' });
});

test('numbers beyond 32 bits are not cut', async (t) => {
  const database = await openNotes(t);
  await database.put('notes', { title: 'one' });
  await database.put('notes', { title: 'two' });
  await assert.rejects(() => database.find('notes', { limit: 2 ** 32 + 5 }), { code: 'limit_exceeded' });
  assert.deepEqual(await titlesOf(database, { offset: 2 ** 32 + 1 }), []);
});

test('a record is found by its id, and the plan reads no other', async (t) => {
  const database = await openNotes(t);
  const id = await database.put('notes', { title: 'one', size: 1 });
  await database.put('notes', { title: 'two', size: 1 });
  assert.deepEqual(await titlesOf(database, { where: { id } }), ['one']);
  assert.deepEqual(await titlesOf(database, { where: { id, size: 1 } }), ['one']);
  assert.deepEqual(await titlesOf(database, { where: { id, size: 2 } }), []);
  assert.equal(await database.count('notes', { where: { id } }), 1);
  await database.remove('notes', id);
  assert.deepEqual(await titlesOf(database, { where: { id } }), []);
  assert.equal(await database.count('notes', { where: { id } }), 0);
});
