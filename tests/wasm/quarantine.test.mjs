// SPDX-License-Identifier: MIT
// What a person does about mutations that the server refused.
import assert from 'node:assert/strict';
import test from 'node:test';

import { quarantineOf } from 'sawa/quarantine';

import { openNotes } from './support/notes.mjs';
import { accept, ScriptedServer } from './support/scripted-server.mjs';

/** A device whose mutations came back with a status, and a hand on its quarantine. */
async function deviceWithRefused(t, status, write) {
  const server = await ScriptedServer.start(t);
  const database = await openNotes(t, { server: server.address });
  await database.enrol({ username: 'demo', password: 'secret', deviceName: 'Till 1' });
  await write(database);
  server.script = [
    (body) => {
      const answer = accept(body);
      const code = 'mutation_invalid';
      answer.body.verdicts = answer.body.verdicts.map((verdict) => ({ ...verdict, status, code, message: 'no' }));
      return answer;
    },
  ];
  await database.sync();
  const quarantine = quarantineOf(database);
  return { server, database, quarantine, refused: await quarantine.list() };
}

const addNote = (database) => database.put('notes', { title: 'Chai', size: 3 });

test('a refused mutation is sent again as a new one, and the old one is archived', async (t) => {
  const { server, database, quarantine, refused } = await deviceWithRefused(t, 'rejected', addNote);
  assert.equal(database.status.needsAction, 1);
  assert.equal(await database.count('notes'), 0);
  await quarantine.resend(refused[0].id);
  assert.equal(database.status.needsAction, 0);
  assert.equal(await database.count('notes'), 1);
  await database.sync();
  const [sent] = server.requests.at(-1).body.mutations;
  assert.notEqual(sent.id, refused[0].id);
  assert.equal(sent.name, refused[0].name);
  assert.deepEqual(sent.ops, refused[0].ops);
  const [archived] = await quarantine.archived();
  assert.equal(archived.id, refused[0].id);
  assert.equal(archived.code, 'mutation_invalid');
  assert.deepEqual({ ...archived.note, atMs: 0 }, { decision: 'resent', reason: '', by: 'demo', atMs: 0 });
});

test('a corrected one takes effect in its place', async (t) => {
  const { database, quarantine, refused } = await deviceWithRefused(t, 'rejected', addNote);
  const [put] = refused[0].ops;
  await quarantine.resend(refused[0].id, [{ ...put, fields: { ...put.fields, size: 4 } }]);
  assert.equal((await database.get('notes', put.id)).size, 4);
});

test('every kind of operation can be made again', async (t) => {
  const { database, quarantine, refused } = await deviceWithRefused(t, 'rejected', (shop) =>
    shop.write('all', (transaction) => {
      const kept = transaction.put('totals', { name: 'a', amount: 1 });
      transaction.increment('totals', kept, 'amount', 5);
      transaction.patch('totals', kept, { name: 'b' });
    }),
  );
  const { id } = refused[0].ops[0];
  const more = [
    { op: 'patch', collection: 'totals', id, fields: { name: 'c' } },
    { op: 'put', collection: 'notes', id: '00000000-0000-7000-8000-000000000001', fields: { title: 'x' } },
    { op: 'remove', collection: 'notes', id: '00000000-0000-7000-8000-000000000001' },
  ];
  await quarantine.resend(refused[0].id, [...refused[0].ops, ...more]);
  assert.deepEqual(await database.get('totals', id), { id, name: 'c', amount: 6 });
  assert.equal(await database.count('notes'), 0);
});

test('a discarded one is kept with the reason, and is sent no more', async (t) => {
  const { server, database, quarantine, refused } = await deviceWithRefused(t, 'rejected', addNote);
  await assert.rejects(() => quarantine.discard(refused[0].id, '  '), { code: 'invalid_argument' });
  await quarantine.discard(refused[0].id, 'rung up twice');
  assert.deepEqual(await quarantine.list(), []);
  const [archived] = await quarantine.archived();
  assert.equal(archived.note.decision, 'discarded');
  assert.equal(archived.note.reason, 'rung up twice');
  await database.sync();
  assert.deepEqual(server.requests.at(-1).body.mutations, []);
  await assert.rejects(() => quarantine.discard(refused[0].id, 'again'), { code: 'record_not_found' });
});

test('what the server keeps is not sent again: it could take effect twice', async (t) => {
  const { database, quarantine, refused } = await deviceWithRefused(t, 'quarantined', addNote);
  await assert.rejects(() => quarantine.resend(refused[0].id), { code: 'invalid_argument' });
  assert.equal(database.status.needsAction, 1);
  await quarantine.discard(refused[0].id, 'the server has it');
  assert.equal(database.status.needsAction, 0);
});

test('two hands that press at once send it once', async (t) => {
  const { server, database, quarantine, refused } = await deviceWithRefused(t, 'rejected', addNote);
  const outcomes = await Promise.allSettled([quarantine.resend(refused[0].id), quarantine.resend(refused[0].id)]);
  assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  await database.sync();
  assert.equal(server.requests.at(-1).body.mutations.length, 1);
});

test('what cannot be made again stays where it is', async (t) => {
  const { database, quarantine, refused } = await deviceWithRefused(t, 'rejected', addNote);
  const gone = { op: 'patch', collection: 'notes', id: refused[0].ops[0].id, fields: { size: 1 } };
  await assert.rejects(() => quarantine.resend(refused[0].id, [gone]), { code: 'record_not_found' });
  await assert.rejects(() => quarantine.resend(refused[0].id, [{ op: 'guess' }]), { code: 'invalid_argument' });
  assert.equal(database.status.needsAction, 1);
  assert.deepEqual(await quarantine.archived(), []);
});
