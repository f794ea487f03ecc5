// SPDX-License-Identifier: MIT
// Live queries: told of what changed in their own result, and of nothing else.
import assert from 'node:assert/strict';
import test from 'node:test';

import { openNotes, settled } from './support/notes.mjs';
import { accept, ScriptedServer } from './support/scripted-server.mjs';

const titles = (records) => records.map(({ title }) => title).join();

/** Watches, and keeps every call. */
async function watching(database, query) {
  const calls = [];
  database.watch('notes', query, (records, changes) => calls.push({ records, changes }));
  await settled(database);
  return calls;
}

test('each call says what was added, changed, moved and removed', async (t) => {
  const database = await openNotes(t);
  const ids = {};
  for (const title of ['a', 'b', 'c', 'd']) ids[title] = await database.put('notes', { title, size: 1, done: true });
  const calls = await watching(database, { where: { done: true }, orderBy: [{ field: 'title' }] });
  assert.equal(calls.length, 1);
  assert.equal(titles(calls[0].changes.added), 'a,b,c,d');

  await database.patch('notes', ids.b, { size: 2 });
  await settled(database);
  const [first, second] = calls;
  assert.deepEqual(
    Object.entries(second.changes).map(([kind, records]) => [kind, titles(records)]),
    [['added', ''], ['changed', 'b'], ['moved', ''], ['removed', '']],
  ); // prettier-ignore
  assert.equal(second.records[0], first.records[0], 'what has not changed is the same object');
  assert.notEqual(second.records[1], first.records[1]);

  await database.write('several', (transaction) => {
    transaction.remove('notes', ids.a);
    transaction.patch('notes', ids.d, { title: 'bb' });
    transaction.put('notes', { title: 'aa', done: true });
  });
  await settled(database);
  const { records, changes } = calls[2];
  assert.equal(titles(records), 'aa,b,bb,c');
  assert.equal(titles(changes.added), 'aa');
  assert.equal(titles(changes.removed), 'a');
  assert.equal(titles(changes.changed), 'bb');
  assert.ok(titles(changes.moved).includes('bb'));
});

test('a change that is not one of the result calls nobody', async (t) => {
  const database = await openNotes(t);
  for (const title of ['a', 'b', 'c']) await database.put('notes', { title, size: 1, done: true });
  const all = await watching(database, { where: { done: true }, orderBy: [{ field: 'title' }], limit: 2 });
  await database.put('notes', { title: 'aa', done: false });
  await settled(database);
  await database.put('notes', { title: 'z', done: true });
  await settled(database);
  assert.equal(all.length, 1);
  await database.put('notes', { title: 'aa', done: true });
  await settled(database);
  assert.equal(titles(all.at(-1).records), 'a,aa');
  assert.equal(titles(all.at(-1).changes.removed), 'b');
});

test('records that come into a result or leave it without being in it before', async (t) => {
  const database = await openNotes(t);
  const id = await database.put('notes', { title: 'sugar', done: false });
  const calls = await watching(database, { where: { done: true }, search: 'sug' });
  await database.patch('notes', id, { done: true });
  await settled(database);
  assert.equal(titles(calls.at(-1).changes.added), 'sugar');
  await database.patch('notes', id, { title: 'salt' });
  await settled(database);
  assert.equal(titles(calls.at(-1).changes.removed), 'sugar');
  assert.equal(calls.length, 3);
});

test('whatever happens, the changes lead from one result to the next', async (t) => {
  const database = await openNotes(t);
  const queries = [
    { where: { done: true }, orderBy: [{ field: 'size' }], limit: 5 },
    { orderBy: [{ field: 'title', descending: true }] },
    { search: 'n1', orderBy: [{ field: 'size' }] },
    { where: { size: { atLeast: 5 } }, limit: 3, offset: 1 },
  ];
  const watched = [];
  for (const query of queries) watched.push(await watching(database, query));
  let seed = 7;
  const random = (limit) => (seed = (seed * 48_271) % 2_147_483_647) % limit;
  const ids = [];
  for (let step = 0; step < 300; step++) {
    const fields = { title: `n${random(30)}`, size: random(10), done: random(2) === 0 };
    const id = ids[random(ids.length || 1)];
    if (ids.length < 20) ids.push(await database.put('notes', fields));
    else if (random(4) === 0)
      await database.write('swap', (transaction) => transaction.remove('notes', ids.splice(ids.indexOf(id), 1)[0]));
    else {
      const name = ['title', 'size', 'done'][random(3)];
      await database.patch('notes', id, { [name]: fields[name] });
    }
    await settled(database);
    for (const [index, query] of queries.entries()) {
      assert.deepEqual(
        watched[index].at(-1).records,
        await database.find('notes', query),
        `step ${step}, query ${index}`,
      );
    }
  }
  for (const calls of watched) {
    for (let index = 1; index < calls.length; index++) {
      const before = new Map(calls[index - 1].records.map((record) => [record.id, record]));
      const { records, changes } = calls[index];
      const now = new Map(records.map((record) => [record.id, record]));
      assert.deepEqual(
        changes.added,
        records.filter(({ id }) => !before.has(id)),
      );
      assert.deepEqual(
        changes.removed,
        [...before.values()].filter(({ id }) => !now.has(id)),
      );
      for (const record of records) {
        const old = before.get(record.id);
        assert.equal(
          changes.changed.includes(record),
          old !== undefined && JSON.stringify(old) !== JSON.stringify(record),
        );
      }
    }
    assert.ok(calls.length > 20);
  }
});

test('a server that begins anew changes every result', async (t) => {
  const server = await ScriptedServer.start(t);
  const database = await openNotes(t, { server: server.address });
  await database.enrol({ username: 'demo', password: 'secret', deviceName: 'Till 1' });
  const calls = await watching(database, { orderBy: [{ field: 'title' }] });
  const note = (number, version) => ({
    ...{ collection: 'notes', id: `0190a000-0000-7000-8000-00000000000${number}`, version },
    ...{ stamp: '018bcfe568000000-0000000000000000', fields: { title: `n${number}` } },
  });
  server.script = [(body) => accept(body, { version: 2, changes: [note(1, 1), note(2, 2)] })];
  await database.sync();
  await settled(database);
  assert.equal(titles(calls.at(-1).records), 'n1,n2');
  server.script = [
    (body) => {
      const taken = accept(body, { version: 5, changes: [note(3, 5)] });
      taken.body.reset = true;
      return taken;
    },
  ];
  await database.sync();
  await settled(database);
  assert.equal(titles(calls.at(-1).records), 'n3');
  assert.equal(titles(calls.at(-1).changes.removed), 'n1,n2');
});
