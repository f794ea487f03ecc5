// SPDX-License-Identifier: MIT
// What a person does about conflict records. Here they are put by hand; against the real server: django.test.mjs.
import assert from 'node:assert/strict';
import test from 'node:test';

import { counter, defineSchema, integer, newId, openDatabase, text } from 'sawa';
import { conflictRecords, conflictsOf } from 'sawa/conflicts';

const schema = defineSchema({
  version: 1,
  collections: {
    products: { fields: { name: text(), price: integer.optional(), stock: counter() } },
    sawa_conflicts: conflictRecords,
  },
});

let opened = 0;

async function openShop(t) {
  opened += 1;
  const name = `conflicts-${opened}`;
  const database = await openDatabase({ name, schema, storage: 'memory', autoSync: false });
  t.after(() => database.close());
  const product = await database.put('products', { name: 'Sukari', price: 3100, stock: 10 });
  const note = (more) =>
    database.put('sawa_conflicts', {
      ...{ collection: 'products', record_id: product, field: 'price', policy: 'last_writer' },
      ...{ base: 3000, mine: 2900, theirs: 3100, result: 3100, stamp: '', theirs_stamp: '', actor: '1' },
      ...{ device_id: newId(), mutation_id: newId(), at_ms: 1, state: 'settled', resolved_by: null, ...more },
    });
  const priceNow = async () => (await database.get('products', product))?.price;
  const stateOf = async (id) => (await database.get('sawa_conflicts', id)).state;
  return { database, conflicts: conflictsOf(database, schema), product, note, priceNow, stateOf };
}

test('conflicts are listed, the newest first, by state if one asks', async (t) => {
  const { conflicts, note } = await openShop(t);
  const older = await note({ at_ms: 1, state: 'open' });
  const newer = await note({ at_ms: 2 });
  const newest = await note({ at_ms: 3, state: 'open' });
  const ids = async (query) => (await conflicts.list(query)).map(({ id }) => id);
  assert.deepEqual(await ids(), [newest, newer, older]);
  assert.deepEqual(await ids({ state: 'open' }), [newest, older]);
  assert.deepEqual(await ids({ limit: 1 }), [newest]);
});

test('a conflict is explained by a key and what to put in', async (t) => {
  const { conflicts, note } = await openShop(t);
  await note({});
  const [lost] = await conflicts.list();
  assert.deepEqual(conflicts.explain(lost), { key: 'last_writer.theirs', values: lost });
  assert.equal(conflicts.explain({ ...lost, policy: 'max', result: 2900 }).key, 'max.mine');
  const removal = { ...lost, field: '*', policy: 'removal', mine: null, theirs: { name: 'A' } };
  assert.equal(conflicts.explain({ ...removal, result: null }).key, 'removal.mine');
  assert.equal(conflicts.explain({ ...removal, result: { name: 'A' } }).key, 'removal.theirs');
});

for (const [choice, price] of [
  ['mine', 2900],
  ['theirs', 3100],
  ['result', 3100],
  [{ value: 3050 }, 3050],
  [{ value: null }, null],
]) {
  test(`a resolution writes the choice ${JSON.stringify(choice)} and marks the conflict`, async (t) => {
    const { conflicts, note, priceNow, stateOf } = await openShop(t);
    const id = await note({});
    await conflicts.resolve(id, choice);
    assert.equal(await priceNow(), price);
    assert.equal(await stateOf(id), 'resolved');
  });
}

test('an undone resolution leaves what the merge made, and the state it had', async (t) => {
  const { conflicts, note, priceNow, stateOf } = await openShop(t);
  const settled = await note({});
  const open = await note({ policy: 'manual', state: 'open' });
  for (const [id, state] of [
    [settled, 'settled'],
    [open, 'open'],
  ]) {
    await conflicts.resolve(id, 'mine');
    assert.equal(await priceNow(), 2900);
    await conflicts.undo(id);
    assert.equal(await priceNow(), 3100);
    assert.equal(await stateOf(id), state);
  }
});

test('what the policy would drop again cannot be chosen, and nothing is written', async (t) => {
  const { conflicts, note, priceNow, stateOf } = await openShop(t);
  for (const policy of ['max', 'min', 'write_once', 'server_wins', 'lattice']) {
    const id = await note({ policy });
    assert.deepEqual(conflicts.choices((await conflicts.list({ limit: 1 }))[0]), ['theirs'], policy);
    await assert.rejects(() => conflicts.resolve(id, 'mine'), { name: 'UsageError', code: 'invalid_argument' });
    assert.equal(await stateOf(id), 'settled');
    await conflicts.resolve(id, 'result');
    assert.equal(await stateOf(id), 'resolved');
  }
  assert.equal(await priceNow(), 3100);
});

test('both values can be chosen where the newest edit stands, and where a removal met an edit', async (t) => {
  const { conflicts, note } = await openShop(t);
  for (const more of [
    {},
    { policy: 'manual' },
    { field: '*', policy: 'removal', mine: null, theirs: {}, result: {} },
  ]) {
    await note(more);
    assert.deepEqual(conflicts.choices((await conflicts.list({ limit: 1 }))[0]), ['mine', 'theirs']);
  }
});

test('a value that does not fit is refused, and the conflict stays as it is', async (t) => {
  const { conflicts, note, priceNow, stateOf } = await openShop(t);
  const id = await note({});
  await assert.rejects(() => conflicts.resolve(id, { value: 'x' }), { code: 'invalid_value' });
  assert.equal(await priceNow(), 3100);
  assert.equal(await stateOf(id), 'settled');
});

test('a conflict that is not there is not found', async (t) => {
  const { conflicts } = await openShop(t);
  await assert.rejects(() => conflicts.resolve(newId(), 'mine'), { code: 'record_not_found' });
});

test('a removal that lost can be chosen after all, and undone', async (t) => {
  const { conflicts, database, note, product } = await openShop(t);
  const whole = { name: 'Sukari', price: 3100, stock: 10, only_on_the_server: 1 };
  const id = await note({ field: '*', policy: 'removal', mine: null, theirs: whole, result: whole });
  await conflicts.resolve(id, 'mine');
  assert.equal(await database.get('products', product), undefined);
  await conflicts.undo(id);
  assert.equal((await database.get('products', product)).name, 'Sukari');
});

test('an edit that a removal took with it can be brought back', async (t) => {
  const { conflicts, database, note, product } = await openShop(t);
  await database.remove('products', product);
  const id = await note({
    ...{ field: '*', policy: 'removal', mine: { name: 'Chumvi', price: 1, stock: 10 }, theirs: null, result: null },
  });
  await conflicts.resolve(id, 'mine');
  assert.deepEqual(await database.get('products', product), { id: product, name: 'Chumvi', price: 1, stock: 10 });
  await conflicts.undo(id);
  assert.equal(await database.get('products', product), undefined);
});

test('a field of a record that is gone needs no edit any more', async (t) => {
  const { conflicts, database, note, product, stateOf } = await openShop(t);
  await database.remove('products', product);
  const id = await note({});
  await conflicts.resolve(id, 'mine');
  assert.equal(await database.get('products', product), undefined);
  assert.equal(await stateOf(id), 'resolved');
});
