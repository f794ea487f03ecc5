// SPDX-License-Identifier: MIT
// How the browser's entry point loads the .wasm, whatever the server calls it; `fetch` is played here.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';

import { notesSchema } from './support/notes.mjs';

const WASM = new URL('../../dist/sawa.wasm', import.meta.url);
const options = { name: 'x', schema: notesSchema, storage: 'memory', autoSync: false };

/** A fresh copy of the entry point, for which `fetch` answers with `makeResponse(bytes)`; gives also what was fetched. */
async function entryWith(t, makeResponse) {
  const bytes = await readFile(WASM);
  const fetched = [];
  t.mock.method(globalThis, 'fetch', async (address) => {
    fetched.push(String(address));
    return makeResponse(bytes);
  });
  const { openDatabase } = await import(`../../dist/index.js?test=${encodeURIComponent(t.name)}`);
  return { openDatabase, fetched };
}

for (const type of ['application/wasm', 'application/octet-stream', null]) {
  test(`a .wasm that the server calls ${type} is loaded, once`, async (t) => {
    const headers = type === null ? {} : { 'Content-Type': type };
    const { openDatabase, fetched } = await entryWith(t, (bytes) => new Response(bytes, { headers }));
    for (const name of ['one', 'two']) {
      const database = await openDatabase({ ...options, name });
      const id = await database.put('notes', { title: name });
      assert.equal((await database.get('notes', id)).title, name);
      await database.close();
    }
    assert.deepEqual(fetched, [String(WASM)]);
  });
}

test('a .wasm that is not there is told, and looked for again at the next call', async (t) => {
  let found = false;
  const { openDatabase, fetched } = await entryWith(t, (bytes) => {
    return found ? new Response(bytes) : new Response('not here', { status: 404 });
  });
  await assert.rejects(openDatabase(options), { code: 'engine_not_loaded' });
  found = true;
  await (await openDatabase(options)).close();
  assert.equal(fetched.length, 2);
});

test('an app may name the address, or give the bytes, the module or the response', async (t) => {
  const bytes = await readFile(WASM);
  const { openDatabase, fetched } = await entryWith(t, () => new Response(bytes));
  const address = 'https://cdn.example/engine.wasm';
  const database = await openDatabase({ ...options, wasm: address });
  await database.close();
  assert.deepEqual(fetched, [address]);
  const given = {
    bytes: () => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
    module: () => WebAssembly.compile(bytes),
    response: () => new Response(bytes, { headers: { 'Content-Type': 'application/wasm' } }),
  };
  for (const [what, make] of Object.entries(given)) {
    const { openDatabase: open } = await import(`../../dist/index.js?given=${what}`);
    await (await open({ ...options, wasm: await make() })).close();
  }
  assert.equal(fetched.length, 1);
});
