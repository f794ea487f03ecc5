// SPDX-License-Identifier: MIT
// Errors: every class and code, and input that must be refused.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import * as sawa from 'sawa';

import { makeError } from '../../dist/errors.js';
import { notesSchema, openNotes, schemaWith } from './support/notes.mjs';

const CLASSES = {
  usage: sawa.UsageError,
  storage: sawa.StorageError,
  network: sawa.NetworkError,
  protocol: sawa.ProtocolError,
  auth: sawa.AuthError,
  rejected: sawa.RejectedError,
  internal: sawa.InternalError,
};

test("the package's error table is the engine's", () => {
  const source = readFileSync(new URL('../../src/base/error_codes.def', import.meta.url), 'utf8');
  const snakeCase = (name) => name.replaceAll(/(?<!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
  const rows = [...source.matchAll(/^X\(\w+, "(\w+)", (\w+), (\w+)\)/gm)].map(([, code, group, retry]) => [
    code,
    snakeCase(group),
    snakeCase(retry),
  ]);
  assert.ok(rows.length > 30);
  const engineTable = Object.fromEntries(rows.map(([code, group, retry]) => [code, [group, retry]]));
  assert.equal(Object.keys(engineTable).length, rows.length);
  assert.deepEqual(
    engineTable,
    Object.fromEntries(Object.entries(sawa.ERROR_TABLE).map(([code, row]) => [code, [...row]])),
  );
});

test('every code makes an error of its class, that says what to do', () => {
  const names = new Set();
  for (const [code, [group, retry]] of Object.entries(sawa.ERROR_TABLE)) {
    const cause = new Error('why');
    const error = makeError(code, 'what happened', { details: { place: 1 }, cause });
    assert.ok(error instanceof CLASSES[group] && error instanceof sawa.SawaError && error instanceof Error, code);
    assert.equal(error.name.toLowerCase(), `${group}error`);
    assert.equal(error.name, CLASSES[group].name);
    assert.deepEqual({ code: error.code, retry: error.retry }, { code, retry });
    assert.deepEqual(error.details, { place: 1 });
    assert.equal(error.cause, cause);
    assert.equal(error.message, `${code}: what happened`);
    names.add(error.name);
  }
  assert.equal(names.size, 7);
});

const FIELD = { type: 'text', merge: 'last_writer', required: true };
const SCHEMAS = {
  'no version': { collections: {} },
  'a version below 1': { version: 0, collections: {} },
  'a version that is no whole number': { version: 1.5, collections: {} },
  'no collections': { version: 1 },
  'a collection name with capitals': { version: 1, collections: { Notes: { fields: {} } } },
  'an empty collection name': { version: 1, collections: { '': { fields: {} } } },
  'a collection without fields': { version: 1, collections: { notes: {} } },
  'a field called id': schemaWith({ id: FIELD }),
  'a field name with a dash': schemaWith({ 'a-b': FIELD }),
  'a field called __proto__': schemaWith(JSON.parse(`{"__proto__": ${JSON.stringify(FIELD)}}`)),
  'an unknown type': schemaWith({ a: { ...FIELD, type: 'date' } }),
  'an unknown merge policy': schemaWith({ a: { ...FIELD, merge: 'newest' } }),
  'a lattice without states': schemaWith({ a: { ...FIELD, merge: 'lattice' } }),
  'a greatest text': schemaWith({ a: { ...FIELD, merge: 'max' } }),
  'a counter of texts': schemaWith({ a: { ...FIELD, merge: 'counter' } }),
  'a search in an unknown field': schemaWith({ a: FIELD }, { search: ['b'] }),
  'a search in a number': schemaWith({ a: { ...FIELD, type: 'integer' } }, { search: ['a'] }),
  'a search that is no list of texts': schemaWith({ a: FIELD }, { search: [7] }),
};

for (const [name, schema] of Object.entries(SCHEMAS)) {
  test(`invalid_schema: ${name}`, async () => {
    const opening = () => sawa.openDatabase({ name: 'refused', schema, storage: 'memory' });
    await assert.rejects(opening, { name: 'UsageError', code: 'invalid_schema', retry: 'never' });
  });
}

test("a database's name has 1 to 64 characters", async () => {
  for (const name of ['', 'n'.repeat(65)]) {
    const opening = () => sawa.openDatabase({ name, schema: notesSchema, storage: 'memory' });
    await assert.rejects(opening, { name: 'UsageError', code: 'invalid_argument' });
  }
});

test('without IndexedDB the database is refused, not kept in memory behind the back of the app', async () => {
  assert.equal(typeof indexedDB, 'undefined');
  const opening = () => sawa.openDatabase({ name: 'nowhere', schema: notesSchema });
  await assert.rejects(opening, { name: 'StorageError', code: 'storage_unavailable' });
});

const VALUES = {
  'a number for a text': { title: 1 },
  'a missing required field': { size: 1 },
  'null for a required field': { title: null },
  'a text for an integer': { title: 'a', size: '1' },
  'a fraction for an integer': { title: 'a', size: 1.5 },
  'an integer beyond 2^53': { title: 'a', size: 2 ** 53 },
  'not a number': { title: 'a', size: Number.NaN, done: 'x' },
  'a text for a boolean': { title: 'a', done: 'true' },
  'a text of more than 64 KiB': { title: 'x'.repeat(65_537) },
};

for (const [name, fields] of Object.entries(VALUES)) {
  test(`invalid_value: ${name}`, async (t) => {
    const database = await openNotes(t);
    await assert.rejects(() => database.put('notes', fields), { name: 'UsageError', code: 'invalid_value' });
    assert.deepEqual(await database.find('notes'), []);
  });
}

test('unknown fields and wrong ids are refused', async (t) => {
  const database = await openNotes(t);
  await assert.rejects(() => database.put('notes', { title: 'a', colour: 'red' }), { code: 'unknown_field' });
  const id = await database.put('totals', { name: 'a', amount: 0 });
  await assert.rejects(() => database.increment('totals', id, 'colour', 1), { code: 'unknown_field' });
  await assert.rejects(() => database.increment('totals', id, 'name', 1), { code: 'invalid_value' });
  await assert.rejects(() => database.increment('totals', id, 'amount', 0.5), { name: 'UsageError' });
  for (const wrong of ['', 'not-a-uuid', 'A0000000-0000-7000-8000-00000000000A', '../../etc', '__proto__']) {
    await assert.rejects(() => database.put('notes', { id: wrong, title: 'a' }), { name: 'UsageError' }, wrong);
  }
  assert.equal(database.status.waiting, 1);
});

test('a counter beyond 2^53 - 1 is refused', async (t) => {
  const database = await openNotes(t);
  const id = await database.put('totals', { name: 'a', amount: Number.MAX_SAFE_INTEGER });
  await assert.rejects(() => database.increment('totals', id, 'amount', 1), { code: 'invalid_value' });
  assert.equal((await database.get('totals', id)).amount, Number.MAX_SAFE_INTEGER);
});

test('an engine that cannot be loaded says so, with the cause', async () => {
  // A second copy of the package: in this one the engine has been loaded already.
  const fresh = await import('../../dist/node.js?fresh');
  const opening = () =>
    fresh.openDatabase({ name: 'x', schema: notesSchema, storage: 'memory', wasm: new ArrayBuffer(8) });
  await assert.rejects(opening, (error) => error.code === 'engine_not_loaded' && error.cause instanceof Error);
});
