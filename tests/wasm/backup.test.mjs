// SPDX-License-Identifier: MIT
// A database as a file, and out of a file. What the server makes of a copy: backup-django.test.mjs; in a real browser:
// tests/e2e/backup.spec.mjs.
import 'fake-indexeddb/auto';

import assert from 'node:assert/strict';
import test from 'node:test';

import { newId, openDatabase } from 'sawa';
import { exportDatabase, exportUnsent, importDatabase, readBackup } from 'sawa/backup';

import { notesSchema, openNotes, titlesOf } from './support/notes.mjs';

const open = (t, name) => openNotes(t, { storage: 'indexeddb', name });

const answer = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** What the stores hold: { log, pages, meta }, each a Map. */
async function stored(name) {
  const database = await answer(indexedDB.open(name));
  const transaction = database.transaction(['log', 'pages', 'meta']);
  const entries = ['log', 'pages', 'meta'].map(async (store) => {
    const [keys, values] = await Promise.all(
      ['getAllKeys', 'getAll'].map((all) => answer(transaction.objectStore(store)[all]())),
    );
    return [store, new Map(keys.map((key, index) => [key, values[index]]))];
  });
  const found = Object.fromEntries(await Promise.all(entries));
  database.close();
  return found;
}

const names = async () => (await indexedDB.databases()).map(({ name }) => name);

/** Bytes of a file with some of them changed. */
async function changed(file, change) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  return change(bytes) ?? bytes;
}

test('an imported database has every record, its outbox and its numbers, and is another device', async (t) => {
  const original = await open(t, 'original');
  for (let index = 0; index < 600; index += 1) void original.put('notes', { title: `note ${index}` });
  await original.load('totals', [{ id: '0190a000-0000-7000-8000-000000000001', name: 'sum', amount: 7 }]);
  assert.equal(await original.write('number', (transaction) => transaction.nextNumber('receipt')), 1);
  assert.ok((await stored('original')).pages.size > 0, 'a fold is part of the test');
  const late = await original.put('notes', { title: 'behind the fold' });

  const file = await exportDatabase('original');
  const summary = await importDatabase(file, { name: 'copy' });
  assert.deepEqual(summary, await readBackup(file));
  const { name, device, shop, waiting, needsAction } = summary;
  assert.deepEqual(
    { name, device, shop, waiting, needsAction },
    { name: 'original', device: null, shop: null, waiting: original.status.waiting, needsAction: 0 },
  );

  const copy = await open(t, 'copy');
  assert.equal(await copy.count('notes'), 601);
  assert.equal((await copy.get('notes', late)).title, 'behind the fold');
  assert.deepEqual(await titlesOf(copy, { search: 'behind' }), ['behind the fold']);
  assert.equal((await copy.find('totals'))[0].amount, 7);
  assert.equal(copy.status.waiting, original.status.waiting);
  assert.equal(await copy.write('number', (transaction) => transaction.nextNumber('receipt')), 2);
  assert.equal(copy.enrolment, null);
  const [left, right] = await Promise.all(
    ['original', 'copy'].map(exportUnsent).map(async (text) => JSON.parse(await text)),
  );
  assert.notEqual(right.incarnation, left.incarnation);
  assert.notEqual((await stored('copy')).meta.get('identity'), (await stored('original')).meta.get('identity'));
});

test('a summary counts the confirmed records, in pages and behind them, and not those that are gone', async (t) => {
  const database = await open(t, 'counted');
  const totals = Array.from({ length: 3000 }, (_, index) => ({ id: newId(), name: `total ${index}`, amount: index }));
  await database.load('totals', totals);
  assert.ok((await stored('counted')).pages.size > 0, 'pages are part of the test');
  await database.load('totals', [
    { ...totals[0], amount: 8 },
    { id: newId(), name: 'late', amount: 9 },
  ]);
  await database.put('totals', { name: 'waits', amount: 1 });
  const { records, waiting } = await readBackup(await exportDatabase('counted'));
  assert.deepEqual({ records, waiting }, { records: { totals: 3001 }, waiting: 1 });
});

test('an export is one moment of a database that is being written', async (t) => {
  const database = await open(t, 'moment');
  const total = await database.put('totals', { name: 'sum', amount: 0 });
  const write = () =>
    database.write('both', (transaction) => {
      transaction.put('notes', { title: 'one more' });
      transaction.increment('totals', total, 'amount', 1);
    });
  const writes = Array.from({ length: 40 }, write);
  const files = [];
  for (const each of writes) {
    files.push(exportDatabase('moment'));
    await each;
  }
  for (const [index, file] of (await Promise.all(files)).entries()) {
    if (index % 8 !== 0) continue;
    await importDatabase(file, { name: `moment-${index}` });
    const copy = await open(t, `moment-${index}`);
    assert.equal((await copy.get('totals', total)).amount, await copy.count('notes'));
  }
});

test('a file that is damaged anywhere makes nothing', async (t) => {
  const database = await open(t, 'whole');
  await database.put('notes', { title: 'a' });
  const file = await exportDatabase('whole');
  const size = file.size;
  for (let offset = 5; offset < size; offset += Math.max(1, Math.floor(size / 60))) {
    const bytes = await changed(file, (all) => void (all[offset] ^= 0x10));
    await assert.rejects(
      () => importDatabase(bytes, { name: 'broken' }),
      { code: 'storage_corrupt' },
      `byte ${offset}`,
    );
  }
  for (const length of [12, 13, 40, size - 1]) {
    await assert.rejects(() => readBackup(file.slice(0, length)), { code: 'storage_corrupt' }, `${length} bytes`);
  }
  const longer = new Blob([file, 'x']);
  await assert.rejects(() => readBackup(longer), { code: 'storage_corrupt' });
  assert.ok(!(await names()).includes('broken'));
});

test('a file of something else, or of a newer format, is told apart', async (t) => {
  const database = await open(t, 'apart');
  await database.put('notes', { title: 'a' });
  const file = await exportDatabase('apart');
  for (const foreign of [new Blob([]), new Blob(['%PDF-1.7 and more']), new Uint8Array(100)]) {
    await assert.rejects(() => readBackup(foreign), {
      name: 'UsageError',
      code: 'invalid_argument',
      details: { reason: 'not_a_backup' },
    });
  }
  const newer = await changed(file, (all) => void (all[4] = 2));
  await assert.rejects(() => importDatabase(newer, { name: 'newer' }), { code: 'storage_version_too_new' });
});

test('a block that was damaged before the export is found, though the file is whole', async (t) => {
  const database = await open(t, 'rotten');
  await database.put('notes', { title: 'first' });
  await database.put('notes', { title: 'second' });
  await database.close();
  const connection = await answer(indexedDB.open('rotten'));
  const log = connection.transaction('log', 'readwrite').objectStore('log');
  const last = (await answer(log.getAllKeys())).at(-1);
  const bytes = new Uint8Array(await answer(log.get(last)));
  bytes[bytes.length - 3] ^= 1;
  await answer(log.put(bytes.buffer, last));
  connection.close();

  await assert.rejects(() => openDatabase({ name: 'rotten', schema: notesSchema, autoSync: false }), {
    code: 'storage_corrupt',
  });
  const file = await exportDatabase('rotten');
  await assert.rejects(() => importDatabase(file, { name: 'rotten-copy' }), { code: 'storage_corrupt' });
  // What can still be read is what support needs.
  const unsent = JSON.parse(await exportUnsent('rotten'));
  assert.equal(unsent.damaged_blocks, 1);
  assert.deepEqual(
    unsent.waiting.map(({ mutation }) => mutation.ops[0].fields.title),
    ['first'],
  );
});

test('a database that is there is neither replaced nor touched', async (t) => {
  const database = await open(t, 'there');
  await database.put('notes', { title: 'kept' });
  const file = await exportDatabase('there');
  const before = await stored('there');
  await assert.rejects(() => importDatabase(file, { name: 'there' }), {
    code: 'invalid_argument',
    details: { reason: 'database_exists' },
  });
  await assert.rejects(() => importDatabase(file, { name: '' }), { code: 'invalid_argument' });
  assert.deepEqual(await stored('there'), before);
});

test('what is not there is not made', async () => {
  for (const attempt of [exportDatabase, exportUnsent]) {
    await assert.rejects(() => attempt('nowhere'), {
      code: 'invalid_argument',
      details: { reason: 'database_missing' },
    });
  }
  assert.ok(!(await names()).includes('nowhere'));
});

test('an import that the storage refuses leaves no database behind', async (t) => {
  const database = await open(t, 'refused');
  for (let index = 0; index < 5; index += 1) await database.put('notes', { title: String(index) });
  const file = await exportDatabase('refused');
  const { put } = IDBObjectStore.prototype;
  let left = 4;
  t.mock.method(IDBObjectStore.prototype, 'put', function (...given) {
    left -= 1;
    if (left === 0) this.transaction.abort();
    return put.apply(this, given);
  });
  await assert.rejects(() => importDatabase(file, { name: 'half' }), { name: 'StorageError' });
  t.mock.restoreAll();
  assert.ok(!(await names()).includes('half'));
  await importDatabase(file, { name: 'half' });
});

test('unsent mutations are told as they would be sent, in order', async (t) => {
  const database = await open(t, 'unsent');
  const id = await database.put('notes', { title: 'first', extra: { deep: [1, 'é'] } });
  await database.patch('notes', id, { title: 'second' });
  const {
    format,
    version,
    database: name,
    incarnation,
    enrolment,
    waiting,
    quarantined,
  } = JSON.parse(await exportUnsent('unsent'));
  assert.deepEqual(
    { format, version, name, enrolment, quarantined },
    { format: 'sawa-unsent', version: 1, name: 'unsent', enrolment: null, quarantined: [] },
  );
  assert.match(incarnation, /^[0-9a-f-]{36}$/);
  assert.deepEqual(
    waiting.map(({ mutation }) => [mutation.seq, mutation.name, mutation.ops[0].id, mutation.ops[0].fields.title]),
    [
      [1, 'notes.put', id, 'first'],
      [2, 'notes.patch', id, 'second'],
    ],
  );
  assert.deepEqual(waiting[0].mutation.ops[0].fields.extra, { deep: [1, 'é'] });
  assert.ok(Math.abs(Date.now() - waiting[0].created_at_ms) < 60_000);
});
