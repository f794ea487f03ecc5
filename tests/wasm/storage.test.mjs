// SPDX-License-Identifier: MIT
// What the browser says of its storage, and the witness of a database; in a real browser: tests/e2e/storage-care.spec.mjs.
import 'fake-indexeddb/auto';

import assert from 'node:assert/strict';
import test from 'node:test';

import {
  checkWitness,
  forgetWipe,
  hasRoomFor,
  keepWitness,
  requestPersistence,
  storageState,
  watchStorage,
} from 'sawa/storage';

import { openNotes } from './support/notes.mjs';

/** Gives this test a `navigator.storage`. */
function withManager(t, storage) {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  Object.defineProperty(globalThis, 'navigator', { value: { storage }, configurable: true });
  t.after(() => {
    if (before) Object.defineProperty(globalThis, 'navigator', before);
    else delete globalThis.navigator;
  });
}

/** Gives this test a local storage, and none of the Cache Storage. */
function withLocalStorage(t) {
  const kept = new Map();
  const storage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, text) => void kept.set(key, String(text)),
    removeItem: (key) => void kept.delete(key),
  };
  const before = Object.getOwnPropertyDescriptor(globalThis, 'localStorage');
  Object.defineProperty(globalThis, 'localStorage', { value: storage, configurable: true });
  t.after(() => {
    if (before) Object.defineProperty(globalThis, 'localStorage', before);
    else delete globalThis.localStorage;
  });
  return kept;
}

const answer = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const until = async (probe) => {
  for (let turn = 0; turn < 2000; turn += 1) {
    if (await probe()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.fail('it did not come about');
};

const levelOf = async (t, usage, quota) => {
  withManager(t, { estimate: async () => ({ usage, quota }), persisted: async () => false });
  return (await storageState()).level;
};

test('the level tells of a shortage, in share and in bytes', async (t) => {
  const [MB, GB] = [1_000_000, 1_000_000_000];
  assert.equal(await levelOf(t, 0, 2 * MB), 'ok');
  assert.equal(await levelOf(t, 1.6 * MB, 2 * MB), 'ok');
  assert.equal(await levelOf(t, 1.61 * MB, 2 * MB), 'low');
  assert.equal(await levelOf(t, 1.91 * MB, 2 * MB), 'critical');
  assert.equal(await levelOf(t, 90 * GB, 100 * GB), 'ok', 'a tenth of a large disk is no shortage');
  assert.equal(await levelOf(t, 99.6 * GB, 100 * GB), 'low');
  assert.equal(await levelOf(t, 99.96 * GB, 100 * GB), 'critical');
  assert.equal(await levelOf(t, 3 * MB, 2 * MB), 'critical', 'more is used than the quota');
});

test('what the browser does not say is unknown', async (t) => {
  const nothing = { persistence: 'unknown', usedBytes: null, quotaBytes: null, level: 'unknown' };
  for (const storage of [
    undefined,
    {},
    { persisted: () => Promise.reject(new Error('no')), estimate: () => Promise.reject(new Error('no')) },
  ]) {
    withManager(t, storage);
    assert.deepEqual(await storageState(), nothing);
  }
});

test('a quota that tells everybody the same is taken for none', async (t) => {
  withManager(t, { estimate: async () => ({ usage: 901_463, quota: 901_463 + 10 * 2 ** 30 }) });
  const { usedBytes, quotaBytes, level } = await storageState();
  assert.deepEqual({ usedBytes, quotaBytes, level }, { usedBytes: 901_463, quotaBytes: null, level: 'unknown' });
});

/** Gives this test a Cache Storage in which so many bytes fit, and counts what is put into it. */
function withCaches(t, room) {
  const counts = { puts: 0, left: 0 };
  const put = async (address, response) => {
    counts.puts += 1;
    if ((await response.arrayBuffer()).byteLength > room) throw new DOMException('full', 'QuotaExceededError');
    counts.left += 1;
  };
  globalThis.caches = {
    open: async () => ({ put }),
    delete: async () => {
      counts.left = 0;
      return true;
    },
  };
  t.after(() => delete globalThis.caches);
  return counts;
}

test('room is found out by storing for a moment, and nothing stays', async (t) => {
  assert.equal(await hasRoomFor(10), null);
  const counts = withCaches(t, 100);
  assert.deepEqual([await hasRoomFor(100), await hasRoomFor(101)], [true, false]);
  assert.deepEqual(counts, { puts: 2, left: 0 });
});

test('a watcher tries once where the browser gives no quota', async (t) => {
  let usage = 1;
  withManager(t, { estimate: async () => ({ usage, quota: usage + 2 ** 30 }) });
  const counts = withCaches(t, 1_000_000);
  const heard = [];
  const stop = watchStorage(({ level, usedBytes }) => heard.push([level, usedBytes]), { everyMs: 1 });
  await until(() => heard.length === 1);
  usage = 2;
  await until(() => heard.length === 2);
  stop();
  assert.deepEqual(heard, [
    ['critical', 1],
    ['critical', 2],
  ]);
  assert.equal(counts.puts, 1);
});

test('the answer to a request for persistence is the browser’s own', async (t) => {
  const answers = [undefined, async () => true, async () => false, () => Promise.reject(new Error('no'))];
  const given = [];
  for (const persist of answers) {
    withManager(t, { persist });
    given.push(await requestPersistence());
  }
  assert.deepEqual(given, ['unsupported', 'granted', 'refused', 'refused']);
});

test('a watcher hears of the state now and of each change, until it stops', async (t) => {
  let usage = 0;
  withManager(t, { estimate: async () => ({ usage, quota: 1_000_000 }), persisted: async () => true });
  const heard = [];
  const stop = watchStorage(({ level, persistence }) => heard.push(`${level} ${persistence}`), { everyMs: 1 });
  await until(() => heard.length === 1);
  usage = 990_000;
  await until(() => heard.length === 2);
  stop();
  usage = 0;
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(heard, ['ok persistent', 'critical persistent']);
});

/** A database with a mark that knows of `waiting` mutations; closed. */
async function marked(t, kept, name, waiting) {
  const database = await openNotes(t, { storage: 'indexeddb', name });
  for (let index = 0; index < waiting; index += 1) await database.put('notes', { title: String(index) });
  const stop = await keepWitness(database);
  await until(() => kept.has(`sawa:witness:${name}`) && markIn(kept, name).mark.waiting === waiting);
  stop();
  await database.close();
}

const markIn = (kept, name) => JSON.parse(kept.get(`sawa:witness:${name}`));

test('a database that is still there is intact, and one that was never there is new', async (t) => {
  const kept = withLocalStorage(t);
  assert.deepEqual(await checkWitness('kept'), { finding: 'new' });
  assert.ok(!(await indexedDB.databases()).some(({ name }) => name === 'kept'), 'asking makes no database');
  await marked(t, kept, 'kept', 2);
  assert.deepEqual(await checkWitness('kept'), { finding: 'intact' });
});

test('a database that was wiped is reported until somebody has been told, also after a new one was made', async (t) => {
  const kept = withLocalStorage(t);
  await marked(t, kept, 'wiped', 3);
  await answer(indexedDB.deleteDatabase('wiped'));
  const report = await checkWitness('wiped');
  assert.equal(report.finding, 'wiped');
  assert.deepEqual({ waiting: report.mark.waiting, device: report.mark.device }, { waiting: 3, device: null });
  assert.ok(Math.abs(Date.now() - report.mark.seenAtMs) < 60_000);

  await marked(t, kept, 'wiped', 1);
  assert.deepEqual(await checkWitness('wiped'), report);
  await forgetWipe('wiped');
  assert.deepEqual(await checkWitness('wiped'), { finding: 'intact' });
  assert.equal(markIn(kept, 'wiped').mark.waiting, 1);
});

test('another database of the same name is not taken for the one that was there', async (t) => {
  const kept = withLocalStorage(t);
  await marked(t, kept, 'swapped', 2);
  await answer(indexedDB.deleteDatabase('swapped'));
  // A service worker may have made it before the page looks.
  const other = await openNotes(t, { storage: 'indexeddb', name: 'swapped' });
  await other.close();
  assert.equal((await checkWitness('swapped')).finding, 'wiped');
});

test('a loss that is forgotten before there is a new database leaves no mark', async (t) => {
  const kept = withLocalStorage(t);
  await marked(t, kept, 'forgotten', 0);
  await answer(indexedDB.deleteDatabase('forgotten'));
  await forgetWipe('forgotten');
  assert.deepEqual(await checkWitness('forgotten'), { finding: 'new' });
  assert.equal(kept.size, 0);
});

test('a mark follows what waits, and holds nothing but what it says', async (t) => {
  const kept = withLocalStorage(t);
  const database = await openNotes(t, { storage: 'indexeddb', name: 'follows' });
  const stop = await keepWitness(database);
  for (let count = 1; count <= 50; count += 1) await database.put('notes', { title: 'a secret' });
  await until(() => kept.has('sawa:witness:follows') && markIn(kept, 'follows').mark.waiting === 50);
  stop();
  const { version, mark, lost } = markIn(kept, 'follows');
  assert.deepEqual(Object.keys(mark).sort(), ['device', 'identity', 'seenAtMs', 'waiting']);
  assert.deepEqual({ version, lost }, { version: 1, lost: null });
});

test('a mark that cannot be read counts as none; where nothing can be kept, nothing fails', async (t) => {
  const kept = withLocalStorage(t);
  for (const text of ['{', '7', '{"version":2}', '{"version":1}', '{"version":1,"mark":{"identity":7}}']) {
    kept.set('sawa:witness:odd', text);
    assert.deepEqual(await checkWitness('odd'), { finding: 'new' }, text);
  }
  Object.defineProperty(globalThis, 'localStorage', {
    configurable: true,
    get() {
      throw new Error('no storage here');
    },
  });
  const database = await openNotes(t, { storage: 'indexeddb', name: 'odd' });
  (await keepWitness(database))();
  await forgetWipe('odd');
  assert.deepEqual(await checkWitness('odd'), { finding: 'new' });
});
