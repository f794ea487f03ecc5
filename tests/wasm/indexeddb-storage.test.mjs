// SPDX-License-Identifier: MIT
// The adapter of IndexedDB by itself: who may append, and what a context that is behind gets to see. The contract is that
// of src/storage/storage.h; a real browser's turn is tests/e2e/storage-adapter.spec.mjs.
import 'fake-indexeddb/auto';

import assert from 'node:assert/strict';
import test from 'node:test';

import { IndexedDbStorage } from '../../dist/indexeddb-storage.js';

const STRICT = 1;
const bytesOf = (text) => new TextEncoder().encode(text).buffer;
const textOf = (buffer) => new TextDecoder().decode(buffer);

/** Bytes as texts. */
const partsOf = (answer) => {
  assert.ok(answer.ok, answer.message);
  return answer.parts.map((part) => (typeof part === 'number' ? part : textOf(part)));
};

async function openWithEntries(name, count) {
  const storage = new IndexedDbStorage();
  assert.ok((await storage.open(name)).ok);
  for (let position = 1; position <= count; position += 1) {
    assert.deepEqual(partsOf(await storage.append([position - 1, bytesOf(`entry ${position}`), STRICT])), [0]);
  }
  return storage;
}

const foldTo = async (storage, to) =>
  assert.deepEqual(partsOf(await storage.fold([0, to, bytesOf('directory'), new ArrayBuffer(0), 0])), [1]);

// Of entries: their number, then the position and the bytes of each.

test('an append behind entries that were not seen adds nothing, and gives them', async () => {
  const storage = await openWithEntries('seen', 3);
  assert.deepEqual(partsOf(await storage.append([1, bytesOf('late'), STRICT])), [2, 2, 'entry 2', 3, 'entry 3']);
  const all = [3, 1, 'entry 1', 2, 'entry 2', 3, 'entry 3'];
  assert.deepEqual(partsOf(await storage.readLog([0])), all);
});

test('an append below a fold counts for nothing, whoever reads, and however often', async () => {
  const storage = await openWithEntries('below', 4);
  await foldTo(storage, 4);
  for (const late of ['late', 'later']) {
    assert.deepEqual(partsOf(await storage.append([1, bytesOf(late), STRICT])), [1, 4, 'entry 4']);
    assert.deepEqual(partsOf(await storage.readLog([0])), [1, 4, 'entry 4']);
    assert.deepEqual(partsOf(await storage.readLog([1])), [1, 4, 'entry 4']);
  }
  assert.deepEqual(partsOf(await storage.append([4, bytesOf('entry 5'), STRICT])), [0]);
  assert.deepEqual(partsOf(await storage.readLog([4])), [1, 5, 'entry 5']);
});

test('a fold of more pages than are cloned in one turn stores all of them, or none', async () => {
  const storage = await openWithEntries('turns', 2);
  const sizes = [3, 3, 3].map((mebibytes) => mebibytes * 1024 * 1024);
  const pages = sizes.flatMap((size, index) => [index + 1, new ArrayBuffer(size)]);
  const fold = (from) => storage.fold([from, 2, bytesOf('directory'), new ArrayBuffer(0), 0, ...pages]);
  const storedSizes = async () => (await storage.readPages([1, 2, 3])).parts.map(({ byteLength }) => byteLength);
  assert.deepEqual(partsOf(await fold(1)), [0]);
  assert.deepEqual(await storedSizes(), [0, 0, 0]);
  assert.deepEqual(partsOf(await fold(0)), [1]);
  assert.deepEqual(await storedSizes(), sizes);
});

test('of two that append at once one is told that it is behind', async () => {
  const first = await openWithEntries('race', 1);
  const second = new IndexedDbStorage();
  assert.ok((await second.open('race')).ok);
  const answers = await Promise.all([
    first.append([1, bytesOf('first'), STRICT]),
    second.append([1, bytesOf('second'), STRICT]),
  ]);
  assert.deepEqual(answers.map(partsOf), [[0], [1, 2, 'first']]);
});
