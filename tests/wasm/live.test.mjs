// SPDX-License-Identifier: MIT
// Listening for changes, with a server that does what a test says.
import assert from 'node:assert/strict';
import http from 'node:http';
import test from 'node:test';

import { keepLive } from 'sawa/live';

const until = async (what, probe) => {
  for (let turn = 0; turn < 1000; turn += 1) {
    if (probe()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail(`it did not come about that ${what}`);
};

/** A server whose `answer(response, count)` is the test's: { address, requests, streams }. */
async function serve(t, answer) {
  const requests = [];
  const streams = new Set();
  const server = http.createServer((request, response) => {
    requests.push(request);
    streams.add(response);
    response.on('close', () => streams.delete(response));
    answer(response, requests.length);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { address: `http://127.0.0.1:${server.address().port}`, requests, streams };
}

function openStream(response, text = '') {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Sawa-Protocol': '1' });
  response.write(text || ':\n\n');
}

/** What `keepLive` uses of a database. */
class Listened {
  name = 'listened';
  enrolment = { device: { id: '1' } };
  status = { lastSyncedAtMs: null };
  syncs = 0;
  #listeners = new Set();

  async sync() {
    this.syncs += 1;
    this.status = { lastSyncedAtMs: this.syncs };
    for (const listener of this.#listeners) listener(this.status);
  }

  watchStatus(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

function listen(t, database, options) {
  const stop = keepLive(database, options);
  t.after(stop);
  return stop;
}

const LOOK = 'event: look\ndata: 7\n\n';

test('a look is followed by a sync, many in a row by one, and a heartbeat or another event by none', async (t) => {
  const { address, requests, streams } = await serve(t, (response) => openStream(response));
  const database = new Listened();
  listen(t, database, { server: address, token: () => 'secret' });
  await until('it is connected', () => requests.length === 1);
  assert.equal(requests[0].url, '/sync/v1/live');
  const { accept, authorization, 'sawa-client': client } = requests[0].headers;
  assert.deepEqual({ accept, authorization }, { accept: 'text/event-stream', authorization: 'Bearer secret' });
  assert.match(client, /^sawa\//);

  const [stream] = streams;
  stream.write(':\n\nevent: other\ndata: 1\n\nevent: look\n\n');
  stream.write('event: lo');
  stream.write('ok\r\ndata: 8\r\n\r\n');
  await until('it has synced', () => database.syncs === 1);
  stream.write(LOOK.repeat(20));
  await until('it has synced again', () => database.syncs === 2);
  await new Promise((resolve) => setTimeout(resolve, 600));
  assert.equal(database.syncs, 2);
  assert.equal(requests.length, 1);
});

test('a stream that ends, breaks or makes no sense is opened again', async (t) => {
  const endings = [
    (response) => response.end(),
    (response) => response.socket.destroy(),
    (response) => response.write('x'.repeat(10_000)),
  ];
  const { address, requests } = await serve(t, (response, count) => {
    openStream(response, LOOK);
    endings[count - 1]?.(response);
  });
  const database = new Listened();
  listen(t, database, { server: address });
  await until('it has come back each time', () => requests.length === 4);
  await until('it has looked', () => database.syncs > 1);
});

test('a device that is refused asks again once a sync has succeeded', async (t) => {
  const { address, requests, streams } = await serve(t, (response, count) => {
    if (count > 1) openStream(response);
    else response.writeHead(401).end('{"error":{"code":"auth_required"}}');
  });
  const database = new Listened();
  listen(t, database, { server: address });
  await until('it has asked', () => requests.length === 1);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  assert.equal(requests.length, 1);
  await database.sync();
  await until('it is connected', () => requests.length === 2 && streams.size === 1);
});

test('a database that is no device asks nobody until it is enrolled', async (t) => {
  const { address, requests } = await serve(t, (response) => openStream(response));
  const database = new Listened();
  database.enrolment = null;
  listen(t, database, { server: address });
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(requests.length, 0);
  database.enrolment = { device: { id: '1' } };
  await database.sync();
  await until('it is connected', () => requests.length === 1);
});

test('a server that knows no stream, or that is full, is left in peace', async (t) => {
  for (const head of [[404], [200, { 'Content-Type': 'text/html' }], [503, { 'Retry-After': '30' }]]) {
    const { address, requests } = await serve(t, (response) => response.writeHead(...head).end('no'));
    const database = new Listened();
    const stop = listen(t, database, { server: address });
    await until('it has asked', () => requests.length === 1);
    await database.sync();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.equal(requests.length, 1, JSON.stringify(head));
    stop();
  }
});

test('a server that falls silent is left, and asked again', async (t) => {
  const { address, requests, streams } = await serve(t, (response) => openStream(response));
  const original = globalThis.setTimeout;
  // A minute passes in a moment.
  t.mock.method(globalThis, 'setTimeout', (work, delayMs, ...rest) =>
    original(work, delayMs === 60_000 ? 50 : delayMs, ...rest),
  );
  listen(t, new Listened(), { server: address });
  await until('it has come back', () => requests.length === 2);
  await until('the first one is closed', () => streams.size <= 1);
});

test('what is stopped lets go, and is deaf', async (t) => {
  const { address, requests, streams } = await serve(t, (response) => openStream(response));
  const database = new Listened();
  const stop = listen(t, database, { server: address });
  await until('it is connected', () => streams.size === 1);
  const [stream] = streams;
  stream.write(LOOK);
  stop();
  await until('the connection is closed', () => streams.size === 0);
  await new Promise((resolve) => setTimeout(resolve, 1200));
  assert.deepEqual({ requests: requests.length, syncs: database.syncs }, { requests: 1, syncs: 0 });
});
