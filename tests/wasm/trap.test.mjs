// SPDX-License-Identifier: MIT
// An engine that dies in the middle of a call, as it would without memory: whoever waits is told.
import 'fake-indexeddb/auto';

import assert from 'node:assert/strict';
import test from 'node:test';

import { openNotes } from './support/notes.mjs';

/** Makes the next copy of an answer into the engine's memory throw, inside of what IndexedDB's answer resumes. */
function breakNextCopy(t) {
  const typedArray = Object.getPrototypeOf(Uint8Array.prototype);
  const { set } = typedArray;
  const restore = () => (typedArray.set = set);
  t.after(restore);
  typedArray.set = function (source, offset) {
    if (this.buffer.byteLength > 1_000_000 && source.length > 50) {
      restore();
      throw new RangeError('out of memory');
    }
    return set.call(this, source, offset);
  };
}

test('a trap behind an answer of the storage ends every call, and closing', async (t) => {
  const one = await openNotes(t, { storage: 'indexeddb', name: 'trap' });
  const other = await openNotes(t, { storage: 'indexeddb', name: 'trap' });
  await other.put('notes', { title: 'the entry that the other has to read' });
  breakNextCopy(t);
  const writes = [one.put('notes', { title: 'a' }), one.put('notes', { title: 'b' })];
  for (const write of writes) await assert.rejects(write, { code: 'engine_aborted' });
  await assert.rejects(() => one.put('notes', { title: 'c' }), { code: 'engine_aborted' });
  await one.close();
});
