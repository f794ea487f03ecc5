// SPDX-License-Identifier: MIT
// Functions of the app that decide conflicts of the policy `custom`. The records are put by hand, as a server makes them.
import assert from 'node:assert/strict';
import test from 'node:test';

import { defineSchema, integer, newId, openDatabase, text } from 'sawa';
import { conflictRecords, conflictsOf } from 'sawa/conflicts';

const schema = defineSchema({
  version: 1,
  collections: {
    orders: {
      fields: { name: text(), address: text.optional({ merge: 'custom' }), count: integer({ merge: 'custom' }) },
    },
    sawa_conflicts: conflictRecords,
  },
});

let opened = 0;

async function openOrders(t) {
  opened += 1;
  const name = `deciding-${opened}`;
  const database = await openDatabase({ name, schema, storage: 'memory', autoSync: false });
  t.after(() => database.close());
  const conflicts = conflictsOf(database, schema);
  const order = await database.put('orders', { name: 'Asha', address: 'B', count: 1 });
  const note = (more = {}) =>
    database.put('sawa_conflicts', {
      ...{ collection: 'orders', record_id: order, field: 'address', policy: 'custom', state: 'open' },
      ...{ base: 'O', mine: 'B', theirs: 'A', result: 'B', stamp: '', theirs_stamp: '', actor: '1' },
      ...{ device_id: newId(), mutation_id: newId(), at_ms: 1, resolved_by: null, ...more },
    });
  const read = async () => (await database.get('orders', order))?.address;
  const stateOf = async (id) => (await database.get('sawa_conflicts', id)).state;
  /** Resolves when the conflict is no longer open. */
  const decided = (...ids) =>
    new Promise((resolve) => {
      const unwatch = database.watch('sawa_conflicts', {}, (all) => {
        if (!ids.every((id) => all.some((one) => one.id === id && one.state === 'resolved'))) return;
        unwatch();
        resolve();
      });
    });
  return { database, conflicts, order, note, read, stateOf, decided };
}

const sorted = ({ mine, theirs }) => [mine, theirs].sort().join(' + ');

test('a decider decides what is open and what comes later, in one mutation each', async (t) => {
  const { database, conflicts, order, note, read, decided } = await openOrders(t);
  const first = await note();
  const asked = [];
  const stop = conflicts.decideBy({
    orders: {
      address: (open) => {
        asked.push(open);
        return sorted(open);
      },
    },
  });
  t.after(stop);
  await decided(first);
  assert.equal(await read(), 'A + B');
  const { base, mine, theirs, current, conflict } = asked[0];
  assert.deepEqual({ base, mine, theirs, current }, { base: 'O', mine: 'B', theirs: 'A', current: 'B' });
  assert.deepEqual([conflict.id, conflict.record_id], [first, order]);
  const before = database.status.waiting;
  const second = await note({ mine: 'C', result: 'C', theirs: 'A + B' });
  await decided(second);
  assert.equal(await read(), 'A + B + C');
  assert.equal(database.status.waiting, before + 2, 'the note and the decision');
  assert.equal(asked.length, 2);
});

test('they are decided one after the other, the oldest first, each told what the one before has written', async (t) => {
  const { conflicts, note, read, decided } = await openOrders(t);
  const later = await note({ at_ms: 2, mine: 'C' });
  const earlier = await note({ at_ms: 1, mine: 'A' });
  const stop = conflicts.decideBy({ orders: { address: async ({ current, mine }) => `${current}${mine}` } });
  t.after(stop);
  await decided(later, earlier);
  assert.equal(await read(), 'BAC');
});

test('null is a value, and other policies, fields and states are left alone', async (t) => {
  const { conflicts, note, read, stateOf, decided } = await openOrders(t);
  const others = [
    await note({ policy: 'manual' }),
    await note({ field: 'count', mine: 1, theirs: 2, result: 1 }),
    await note({ state: 'settled' }),
  ];
  const id = await note({ at_ms: 9 });
  t.after(conflicts.decideBy({ orders: { address: () => null } }));
  await decided(id);
  assert.equal(await read(), null);
  assert.deepEqual(await Promise.all(others.map(stateOf)), ['open', 'open', 'settled']);
});

for (const [what, decider, code, cause] of [
  [
    'throws',
    () => {
      throw new Error('no map');
    },
    'invalid_argument',
    /no map/,
  ],
  ['rejects', () => Promise.reject(new Error('no map')), 'invalid_argument', /no map/],
  ['gives nothing', () => undefined, 'invalid_value'],
  ['gives what does not fit', () => 7, 'invalid_value'],
]) {
  test(`a decider that ${what} leaves the conflict open, tells it once, and holds up no other`, async (t) => {
    const { conflicts, note, read, stateOf, decided } = await openOrders(t);
    const bad = await note({ at_ms: 1 });
    const good = await note({ at_ms: 2, mine: 'good' });
    const told = [];
    const stop = conflicts.decideBy(
      { orders: { address: (open) => (open.mine === 'good' ? 'decided' : decider(open)) } },
      { onError: (error, conflict) => told.push([error, conflict.id]) },
    );
    t.after(stop);
    await decided(good);
    await decided(await note({ at_ms: 3, mine: 'good' }));
    assert.equal(told.length, 1);
    const [error, id] = told[0];
    assert.deepEqual([error.name, error.code, id], ['UsageError', code, bad]);
    if (cause) assert.match(error.cause.message, cause);
    assert.equal(await stateOf(bad), 'open');
    assert.equal(await read(), 'decided');
    stop();
    t.after(conflicts.decideBy({ orders: { address: () => 'at last' } }));
    await decided(bad);
    assert.equal(await read(), 'at last');
  });
}

test('without onError the host is told', async (t) => {
  const { conflicts, note } = await openOrders(t);
  const told = new Promise((resolve) => {
    t.mock.method(console, 'error', resolve);
    globalThis.reportError = resolve;
    t.after(() => delete globalThis.reportError);
  });
  await note();
  t.after(
    conflicts.decideBy({
      orders: {
        address: () => {
          throw new Error('no map');
        },
      },
    }),
  );
  assert.equal((await told).code, 'invalid_argument');
});

test('what somebody writes while the decider thinks is told to it, and not overwritten unseen', async (t) => {
  const { database, conflicts, order, note, read, decided } = await openOrders(t);
  const id = await note();
  const seen = [];
  const decider = async ({ current }) => {
    seen.push(current);
    if (seen.length === 1) await database.patch('orders', order, { address: 'new' });
    return `${current}!`;
  };
  t.after(conflicts.decideBy({ orders: { address: decider } }));
  await decided(id);
  assert.deepEqual(seen, ['B', 'new']);
  assert.equal(await read(), 'new!');
});

test('what a person decides while the decider thinks stands', async (t) => {
  const { conflicts, note, read, stateOf, decided } = await openOrders(t);
  const id = await note();
  const last = await note({ at_ms: 2, mine: 'last' });
  const decider = async ({ mine, current }) => {
    if (mine === 'last') return current;
    await conflicts.resolve(id, { value: 'by hand' });
    return 'late';
  };
  t.after(conflicts.decideBy({ orders: { address: decider } }));
  await decided(last);
  assert.equal(await read(), 'by hand');
  assert.equal(await stateOf(id), 'resolved');
});

test('an undone decision is not made again', async (t) => {
  const { conflicts, note, read, stateOf, decided } = await openOrders(t);
  const id = await note();
  t.after(conflicts.decideBy({ orders: { address: sorted } }));
  await decided(id);
  await conflicts.undo(id);
  await decided(await note({ field: 'address', at_ms: 2, mine: 'C', theirs: 'D' }));
  assert.equal(await stateOf(id), 'settled');
  assert.equal(await read(), 'C + D');
});

test('of a record that is gone there is nothing to decide', async (t) => {
  const { database, conflicts, order, note, read, decided } = await openOrders(t);
  const id = await note();
  await database.remove('orders', order);
  t.after(conflicts.decideBy({ orders: { address: () => assert.fail('asked') } }));
  await decided(id);
  assert.equal(await read(), undefined);
});

test('once stopped nothing more is written, not even what a decider still thinks about', async (t) => {
  const { conflicts, note, read, stateOf } = await openOrders(t);
  const id = await note();
  let stop;
  let answer;
  await new Promise((asked) => {
    const decider = () => {
      asked();
      return new Promise((resolve) => (answer = resolve));
    };
    stop = conflicts.decideBy({ orders: { address: decider } });
  });
  stop();
  answer('late');
  await note({ at_ms: 2 });
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(await read(), 'B');
  assert.equal(await stateOf(id), 'open');
});

for (const [what, deciders] of [
  ['a collection that is not there', { things: { address: () => '' } }],
  ['a field that is not there', { orders: { adress: () => '' } }],
  ['a field with another policy', { orders: { name: () => '' } }],
  ['what is no function', { orders: { address: 'mine' } }],
]) {
  test(`a decider of ${what} is refused`, async (t) => {
    const { conflicts } = await openOrders(t);
    assert.throws(() => conflicts.decideBy(deciders), { name: 'UsageError', code: 'invalid_argument' });
  });
}
