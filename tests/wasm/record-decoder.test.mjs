// SPDX-License-Identifier: MIT
// What the decoder of answers does when the memory under it moves.
import assert from 'node:assert/strict';
import test from 'node:test';

import { RecordDecoder } from '../../dist/record-decoder.js';

const ADDRESS = 8;
const ID = '0190a000-0000-7000-8000-00000000000';

/** An answer of `count` records with a title and a size, each with a shape of its own. */
function answer(count) {
  const records = Array.from({ length: count }, (_, index) => {
    const id = Buffer.from((ID + index).replaceAll('-', ''), 'hex');
    const title = Buffer.from(`jína ${index}`);
    return Buffer.concat([
      id,
      Buffer.alloc(4),
      Buffer.from([0, index + 1, 0xa0 + title.length]),
      title,
      Buffer.from([index]),
    ]);
  });
  const body = Buffer.concat([Buffer.from([count, 0, 0, 0]), ...records]);
  const head = Buffer.alloc(4);
  head.writeUInt32LE(body.length);
  return Buffer.concat([Buffer.alloc(ADDRESS), head, body]);
}

test('an answer is read to its end although the memory grows in the middle of it', () => {
  let memory = Uint8Array.from(answer(5));
  const namesOf = () => {
    // Growing detaches the old buffer.
    memory = new Uint8Array(structuredClone(memory.buffer, { transfer: [memory.buffer] }));
    return ['title', 'size'];
  };
  const decoder = new RecordDecoder(() => memory, namesOf);
  const expected = Array.from({ length: 5 }, (_, index) => ({ id: ID + index, title: `jína ${index}`, size: index }));
  assert.deepEqual(decoder.decode(ADDRESS), expected);
});
