// SPDX-License-Identifier: MIT
// The golden vectors of merging, in the built package. C++ and Python read the same file.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { previewMerge } from 'sawa';

const { cases } = JSON.parse(readFileSync(new URL('../vectors/merge.json', import.meta.url), 'utf8'));

test('there are vectors, each with a name of its own', () => {
  assert.ok(cases.length >= 50);
  assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length);
});

for (const { name, schema, record, stamp, ops, result, lost, error } of cases) {
  test(`merge: ${name}`, async () => {
    const merging = previewMerge({ schema, record, stamp, ops });
    if (error) await assert.rejects(merging, { code: error });
    else assert.deepEqual(await merging, { record: result, lost });
  });
}
