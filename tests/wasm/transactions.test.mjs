// SPDX-License-Identifier: MIT
// `write`: all or nothing, and what a transaction reads.
import 'fake-indexeddb/auto';

import assert from 'node:assert/strict';
import test from 'node:test';

import { openNotes, titlesOf } from './support/notes.mjs';

test('a callback that throws leaves nothing behind', async (t) => {
  const database = await openNotes(t);
  const kept = await database.put('totals', { name: 'stock', amount: 5 });
  const reason = new Error('by the app');
  const failing = database.write('fails', async (transaction) => {
    transaction.put('notes', { title: 'lost' });
    transaction.increment('totals', kept, 'amount', -5);
    await transaction.nextNumber('receipt');
    throw reason;
  });
  await assert.rejects(failing, (error) => error === reason);
  assert.deepEqual(await database.find('notes'), []);
  assert.equal((await database.get('totals', kept)).amount, 5);
  assert.equal(database.status.waiting, 1);
  const number = await database.write('number', (transaction) => transaction.nextNumber('receipt'));
  assert.equal(number, 1);
});

test('one refused operation refuses the whole, even if the callback caught its error', async (t) => {
  const database = await openNotes(t);
  const refused = database.write('fails', (transaction) => {
    transaction.put('notes', { title: 'lost' });
    assert.throws(() => transaction.put('notes', { title: 7 }), { code: 'invalid_value' });
  });
  await assert.rejects(refused, { code: 'invalid_value' });
  assert.deepEqual(await database.find('notes'), []);
  assert.equal(database.status.waiting, 0);
});

test('a transaction reads what it has written; others do not, until it is done', async (t) => {
  const database = await openNotes(t);
  const id = await database.put('totals', { name: 'stock', amount: 5 });
  await database.write('reads', async (transaction) => {
    const note = transaction.put('notes', { title: 'draft' });
    transaction.increment('totals', id, 'amount', 2);
    transaction.patch('notes', note, { done: true });
    assert.deepEqual(await transaction.get('notes', note), {
      ...(await transaction.get('notes', note)),
      title: 'draft',
      done: true,
    });
    assert.equal((await transaction.get('totals', id)).amount, 7);
    assert.equal((await transaction.find('notes')).length, 1);
    const other = transaction.put('notes', { title: 'removed again' });
    transaction.remove('notes', other);
    assert.equal(await transaction.get('notes', other), undefined);

    assert.deepEqual(await database.find('notes'), []);
    assert.equal((await database.get('totals', id)).amount, 5);
  });
  assert.deepEqual(await titlesOf(database, {}), ['draft']);
  assert.equal((await database.get('totals', id)).amount, 7);
});

test('write gives what the callback gives', async (t) => {
  const database = await openNotes(t);
  assert.equal(await database.write('value', () => 42), 42);
  assert.equal(await database.write('promise', async () => 'later'), 'later');
});

test('a transaction cannot be used after its end', async (t) => {
  const database = await openNotes(t);
  let kept;
  await database.write('keeps', (transaction) => {
    kept = transaction;
  });
  assert.throws(() => kept.put('notes', { title: 'late' }), { name: 'UsageError', code: 'invalid_argument' });
  await assert.rejects(() => kept.get('notes', 'x'), { code: 'invalid_argument' });
  assert.deepEqual(await database.find('notes'), []);
});

test('writes of one tab run one after another', async (t) => {
  const database = await openNotes(t);
  const id = await database.put('totals', { name: 'sum', amount: 0 });
  const numbers = await Promise.all(
    Array.from({ length: 50 }, () =>
      database.write('next', async (transaction) => {
        const before = (await transaction.get('totals', id)).amount;
        await new Promise((resolve) => setImmediate(resolve));
        transaction.increment('totals', id, 'amount', 1);
        return [before, await transaction.nextNumber('series')];
      }),
    ),
  );
  assert.deepEqual(
    numbers,
    Array.from({ length: 50 }, (_, index) => [index, index + 1]),
  );
});

test('series count on their own; several numbers may be taken at once', async (t) => {
  const database = await openNotes(t);
  const take = (series) => database.write('take', (transaction) => transaction.nextNumber(series));
  assert.equal(await take('a'), 1);
  assert.equal(await take('a'), 2);
  assert.equal(await take('b'), 1);
  const several = await database.write('several', async (transaction) => [
    await transaction.nextNumber('a'),
    await transaction.nextNumber('a'),
    await transaction.nextNumber('b'),
  ]);
  assert.deepEqual(several, [3, 4, 2]);
  await assert.rejects(() => take(''), { code: 'invalid_argument' });
});

test('a mutation has a name of 1 to 64 characters and at most 2,000 operations', async (t) => {
  const database = await openNotes(t);
  const anything = (transaction) => void transaction.put('notes', { title: 'x' });
  await assert.rejects(() => database.write('', anything), { code: 'invalid_argument' });
  await assert.rejects(() => database.write('n'.repeat(65), anything), { code: 'invalid_argument' });
  await database.write('n'.repeat(64), anything);
  const many = (count) => (transaction) => {
    for (let index = 0; index < count; index += 1) transaction.put('notes', { title: `${index}` });
  };
  await assert.rejects(() => database.write('too many', many(2001)), { name: 'UsageError', code: 'limit_exceeded' });
  assert.equal((await database.find('notes')).length, 1);
  await database.write('just enough', many(2000));
  assert.equal((await database.find('notes', { limit: 10_000 })).length, 2001);
});

test('the error of a callback that read what another tab has changed meanwhile is not believed', async (t) => {
  const name = 'stale-error';
  const database = await openNotes(t, { storage: 'indexeddb', name });
  const other = await openNotes(t, { storage: 'indexeddb', name });
  const id = await database.put('totals', { name: 'stock', amount: 0 });
  await database.get('totals', id);
  let runs = 0;
  const amount = await database.write('sell', async (transaction) => {
    runs += 1;
    const stock = await transaction.get('totals', id);
    if (stock.amount > 0) return stock.amount;
    await other.write('deliver', (delivery) => delivery.increment('totals', id, 'amount', 5));
    throw new Error('sold out');
  });
  assert.equal(amount, 5);
  assert.equal(runs, 2);
});

test('the error of a callback whose reads nobody has changed is believed at once', async (t) => {
  const name = 'fresh-error';
  const database = await openNotes(t, { storage: 'indexeddb', name });
  const other = await openNotes(t, { storage: 'indexeddb', name });
  const id = await database.put('totals', { name: 'stock', amount: 0 });
  let runs = 0;
  const sold = database.write('sell', async (transaction) => {
    runs += 1;
    await transaction.get('totals', id);
    await other.put('notes', { title: 'of something else' });
    throw new Error('sold out');
  });
  await assert.rejects(sold, { message: 'sold out' });
  assert.equal(runs, 1);
});
