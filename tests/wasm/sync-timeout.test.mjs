// SPDX-License-Identifier: MIT
// A server that takes a request and never answers.
import assert from 'node:assert/strict';
import test from 'node:test';

import { openNotes } from './support/notes.mjs';
import { ScriptedServer, SILENCE } from './support/scripted-server.mjs';

test('a server that does not answer in time is network_timeout', async (t) => {
  const server = await ScriptedServer.start(t);
  const database = await openNotes(t, { server: server.address });
  await database.enrol({ username: 'demo', password: 'secret', deviceName: 'Till 1' });
  await database.put('notes', { title: 'waits' });
  const asked = [];
  const time = new AbortController();
  t.mock.method(AbortSignal, 'timeout', (milliseconds) => {
    asked.push(milliseconds);
    return time.signal;
  });
  const fallSilent = () => {
    time.abort(new DOMException('the time is over', 'TimeoutError'));
    return SILENCE;
  };
  server.script = [fallSilent];
  await assert.rejects(() => database.sync(), { name: 'NetworkError', code: 'network_timeout' });
  assert.deepEqual(asked, [30_000]);
  t.mock.restoreAll();
  assert.equal((await database.sync()).pushed, 1);
});
