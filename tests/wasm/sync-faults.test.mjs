// SPDX-License-Identifier: MIT
// Sync against servers that misbehave: each failure has its own code, and what waits goes on waiting.
import assert from 'node:assert/strict';
import test from 'node:test';

import { openNotes } from './support/notes.mjs';
import { accept, answer, failure, foreign, ScriptedServer } from './support/scripted-server.mjs';

const LOGIN = { username: 'demo', password: 'secret', deviceName: 'Till 1' };

/** A device with one mutation that waits, and its server. */
async function deviceThatWaits(t, options = {}) {
  const server = await ScriptedServer.start(t);
  const database = await openNotes(t, { server: server.address, ...options });
  await database.enrol(LOGIN);
  const id = await database.put('notes', { title: 'waits' });
  return { server, database, id };
}

const good = (body) => accept(body);
const oneVerdict = (verdict) => (body) => {
  const taken = good(body);
  taken.body.verdicts = taken.body.verdicts.map((one) => ({ ...one, ...verdict }));
  return taken;
};

const FAILURES = {
  'a page of somebody else': [foreign(200, '<h1>Hotel Wi-Fi</h1>'), 'ProtocolError', 'not_a_sawa_server'],
  'a redirect to a log-in page': [
    { status: 302, headers: { Location: 'http://elsewhere.example/' }, body: '' },
    'ProtocolError',
    'not_a_sawa_server',
  ],
  '404 of another server': [foreign(404, 'Not found'), 'ProtocolError', 'not_a_sawa_server'],
  401: [failure(401, 'auth_required'), 'AuthError', 'auth_required'],
  '403 of a revoked device': [failure(403, 'device_revoked'), 'AuthError', 'device_revoked'],
  '409 of a cloned device': [failure(409, 'sequence_reused'), 'ProtocolError', 'sequence_reused'],
  413: [failure(413, 'request_too_large'), 'ProtocolError', 'request_too_large'],
  426: [failure(426, 'protocol_version_unsupported'), 'ProtocolError', 'protocol_version_unsupported'],
  429: [failure(429, 'rate_limited', { 'Retry-After': '3' }), 'NetworkError', 'rate_limited'],
  500: [failure(500, 'server_unavailable', { 'Retry-After': '7' }), 'NetworkError', 'server_unavailable'],
  '500 with a page': [{ ...answer(500, '<h1>Server Error</h1>') }, 'NetworkError', 'server_unavailable'],
  '502 of a proxy': [foreign(502, '<h1>Bad Gateway</h1>'), 'NetworkError', 'server_unavailable'],
  'half an answer': [answer(200, '{"protocol":1,"verd'), 'ProtocolError', 'response_malformed'],
  'an empty answer': [answer(200, ''), 'ProtocolError', 'response_malformed'],
  'JSON that is no answer': [answer(200, '[]'), 'ProtocolError', 'response_malformed'],
  'an answer without verdicts': [(body) => accept({ ...body, mutations: [] }), 'ProtocolError', 'response_malformed'],
  'a verdict of another mutation': [oneVerdict({ seq: 99 }), 'ProtocolError', 'response_malformed'],
  'a verdict that no page knows': [oneVerdict({ status: 'maybe' }), 'ProtocolError', 'response_malformed'],
};

for (const [name, [reply, errorName, code]] of Object.entries(FAILURES)) {
  test(`sync: ${name} is ${code}, and nothing is lost`, async (t) => {
    const { server, database, id } = await deviceThatWaits(t);
    server.script = [reply];
    await assert.rejects(() => database.sync(), { name: errorName, code });
    assert.equal(database.status.waiting, 1);
    assert.equal(database.status.lastError.code, code);
    assert.equal((await database.get('notes', id)).title, 'waits');

    const report = await database.sync();
    assert.deepEqual({ pushed: report.pushed, waiting: report.waiting }, { pushed: 1, waiting: 0 });
    const [first, second] = server.requests;
    assert.deepEqual(second.body.mutations, first.body.mutations, 'the same mutation, to the last bit');
    assert.equal(database.status.lastError, null);
    assert.equal(database.status.connection, 'online');
  });
}

test('a server that cannot be reached is network_unreachable', async (t) => {
  const { server, database } = await deviceThatWaits(t);
  await server.close();
  await assert.rejects(() => database.sync(), { name: 'NetworkError', code: 'network_unreachable' });
  assert.equal(database.status.connection, 'offline');
  assert.equal(database.status.waiting, 1);
});

test('the next attempt is planned no sooner than the server asks for', async (t) => {
  const { server, database } = await deviceThatWaits(t, { autoSync: true });
  await database.sync();
  server.script = [failure(503, 'server_unavailable', { 'Retry-After': '120' })];
  const before = Date.now();
  await assert.rejects(() => database.sync(), { code: 'server_unavailable' });
  const { nextAttemptAtMs } = database.status;
  assert.ok(
    nextAttemptAtMs >= before + 120_000 && nextAttemptAtMs < before + 150_000,
    `${nextAttemptAtMs - before} ms`,
  );
});

test('after a write the sync starts by itself, unless it is turned off', async (t) => {
  const { server, database } = await deviceThatWaits(t);
  assert.equal(server.requests.length, 0);
  assert.equal(database.status.waiting, 1);

  const automatic = await deviceThatWaits(t, { autoSync: true });
  await new Promise((resolve) => {
    automatic.database.watchStatus((status) => status.waiting === 0 && status.lastSyncedAtMs !== null && resolve());
  });
  assert.equal(automatic.server.requests.flatMap(({ body }) => body.mutations).length, 1);
});

test('before enrolment a sync is refused with not_enrolled', async (t) => {
  const server = await ScriptedServer.start(t);
  const database = await openNotes(t, { server: server.address });
  await assert.rejects(() => database.sync(), { name: 'UsageError', code: 'not_enrolled' });
  assert.equal(server.requests.length, 0);
});

test('a rejected mutation is undone on the screen and kept in quarantine', async (t) => {
  const { server, database, id } = await deviceThatWaits(t);
  const kept = await database.put('notes', { title: 'also waits' });
  server.script = [
    (body) => {
      const taken = accept(body);
      Object.assign(taken.body.verdicts[0], { status: 'rejected', code: 'mutation_forbidden', message: 'not yours' });
      return taken;
    },
  ];
  const report = await database.sync();
  assert.deepEqual(
    { pushed: report.pushed, rejected: report.rejected, waiting: report.waiting },
    { pushed: 2, rejected: 1, waiting: 0 },
  );
  assert.equal(await database.get('notes', id), undefined);
  assert.equal(database.status.needsAction, 1);
  const [mutation] = await database.quarantined();
  assert.deepEqual(
    { name: mutation.name, status: mutation.status, code: mutation.code, message: mutation.message, seq: mutation.seq },
    { name: 'notes.put', status: 'rejected', code: 'mutation_forbidden', message: 'not yours', seq: 1 },
  );
  assert.equal(mutation.ops[0].fields.title, 'waits');
  assert.ok(kept);
});

test('a duplicate that was rejected the first time is still a rejection', async (t) => {
  const { server, database } = await deviceThatWaits(t);
  server.script = [
    oneVerdict({ status: 'duplicate', first_status: 'rejected', code: 'mutation_invalid', message: 'no' }),
  ];
  assert.equal((await database.sync()).rejected, 1);
  assert.equal((await database.quarantined())[0].code, 'mutation_invalid');
});

test('what the server changed is laid under what still waits', async (t) => {
  const { server, database } = await deviceThatWaits(t);
  const other = '01900000-0000-7000-8000-000000000001';
  const stamp = '018bcfe568000000-0000000000000000';
  const change = { collection: 'totals', id: other, version: 2, stamp, fields: { name: 'stock', amount: 10 } };
  server.script = [(body) => accept(body, { version: 2, changes: [change] })];
  assert.equal((await database.sync()).pulled, 1);
  await database.increment('totals', other, 'amount', -4);
  assert.equal((await database.get('totals', other)).amount, 6);
  server.script = [
    (body) => {
      assert.equal(body.mutations.length, 1);
      assert.equal(body.cursor, 'cursor-2');
      const fields = { name: 'stock', amount: 5 };
      return accept(body, { version: 3, changes: [{ ...change, version: 3, fields }] });
    },
  ];
  await database.sync();
  assert.equal((await database.get('totals', other)).amount, 5);
  assert.equal(database.status.waiting, 0);
});

test('the token travels in its header, and nowhere else', async (t) => {
  const { server, database } = await deviceThatWaits(t);
  await database.sync();
  const [{ headers, body }] = server.requests;
  assert.equal(headers.authorization, 'Bearer a-token');
  assert.match(headers['sawa-client'], /^sawa\/\d+\.\d+\.\d+/);
  assert.equal(headers.cookie, undefined);
  assert.doesNotMatch(JSON.stringify(body), /a-token|secret/);
});

test('log-out is refused while something waits, unless it is forced', async (t) => {
  const { server, database } = await deviceThatWaits(t);
  await assert.rejects(() => database.logout(), { code: 'invalid_argument', details: { waiting: 1 } });
  server.script = [answer(204, '')];
  await database.logout({ force: true });
  assert.equal(database.status.waiting, 1);
});
