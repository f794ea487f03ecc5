// SPDX-License-Identifier: MIT
// The golden vectors of numbers, in the built package. C++ and Python read the same file.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { openNotes } from './support/notes.mjs';
import { accept, ScriptedServer } from './support/scripted-server.mjs';

const { cases } = JSON.parse(readFileSync(new URL('../vectors/numbers.json', import.meta.url), 'utf8'));

test('numbers go to the server as ECMAScript writes them', async (t) => {
  assert.ok(cases.length >= 30);
  const server = await ScriptedServer.start(t);
  const database = await openNotes(t, { server: server.address });
  await database.enrol({ username: 'demo', password: 'secret', deviceName: 'Till 1' });
  server.script = [accept];
  await database.write('numbers', (transaction) => {
    for (const [number] of cases) {
      transaction.put('notes', { title: number, weight: JSON.parse(number), extra: [JSON.parse(number)] });
    }
  });
  await database.sync();
  const pushed = server.requests.map(({ text }) => text).join('');
  for (const [number, text] of cases) {
    assert.ok(pushed.includes(`"extra":[${text}],"title":"${number}","weight":${text}}`), number);
  }
});
