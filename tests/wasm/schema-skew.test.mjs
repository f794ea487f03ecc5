// SPDX-License-Identifier: MIT
// Apps and servers of different age: a device keeps what its app does not know, and has it when the app learns it.
import 'fake-indexeddb/auto';

import assert from 'node:assert/strict';
import test from 'node:test';

import { integer, text } from 'sawa';

import { openNotes, schemaWith } from './support/notes.mjs';
import { accept, failure, ScriptedServer } from './support/scripted-server.mjs';

const LOGIN = { username: 'demo', password: 'secret', deviceName: 'Till 1' };
const ID = '00000000-0000-4000-8000-00000000000a';
const STAMP = '018bcfe568000000-0000000000000001';
const older = schemaWith({ name: text() });
const newer = {
  version: 2,
  collections: {
    things: { fields: { name: text(), shelf: text.optional() }, indexes: [['shelf']] },
    boxes: { fields: { size: integer() }, indexes: [['size']] },
  },
};

const changeOf = (collection, fields, version) => ({ collection, id: ID, version, stamp: STAMP, fields });
const CHANGES = [changeOf('things', { name: 'rice', shelf: 'B4' }, 1), changeOf('boxes', { size: 12 }, 2)];
const everything = (body) => accept(body, { version: 2, changes: CHANGES });

async function openedWith(t, server, schema) {
  return openNotes(t, { server: server.address, schema, storage: 'indexeddb', name: 'skew' });
}

test('an app that learns a field and a collection has their values without asking', async (t) => {
  const server = await ScriptedServer.start(t);
  const before = await openedWith(t, server, older);
  await before.enrol(LOGIN);
  server.script = [everything];
  await before.sync();
  await before.patch('things', ID, { name: 'brown rice' });
  assert.equal((await before.get('things', ID)).name, 'brown rice');
  await before.sync();
  assert.deepEqual(server.requests.at(-1).body.mutations[0].ops[0].fields, { name: 'brown rice' });
  await before.close();

  const after = await openedWith(t, server, newer);
  assert.equal((await after.find('things', { where: { shelf: 'B4' } })).length, 1);
  assert.equal((await after.find('boxes', { where: { size: 12 } })).length, 1);
  await after.sync();
  const { schema, cursor } = server.requests.at(-1).body;
  assert.deepEqual({ schema, cursor }, { schema: 2, cursor: 'cursor-1' });
});

test('a server that has learned something refuses the cursor, and the device takes over what it sends', async (t) => {
  const server = await ScriptedServer.start(t);
  const database = await openNotes(t, { server: server.address, schema: newer });
  await database.enrol(LOGIN);
  server.script = [(body) => accept(body, { version: 2, changes: [changeOf('things', { name: 'rice' }, 1)] })];
  await database.sync();
  const box = await database.put('boxes', { size: 3 });
  const anew = (body) => {
    const taken = everything(body);
    return { ...taken, body: { ...taken.body, reset: true } };
  };
  server.script = [failure(409, 'cursor_invalid'), anew];
  const refused = server.requests.length;
  await database.sync();
  const sent = server.requests
    .slice(refused)
    .map(({ body }) => [body.cursor, body.mutations.map(({ ops }) => ops[0].id)]);
  assert.deepEqual(sent, [
    ['cursor-2', [box]],
    [null, [box]],
  ]);
  assert.equal((await database.get('things', ID)).shelf, 'B4');
});
