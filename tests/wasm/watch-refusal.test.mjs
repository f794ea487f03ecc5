// SPDX-License-Identifier: MIT
// With the engine in the page, a query that is wrong is wrong at once.
import assert from 'node:assert/strict';
import test from 'node:test';

import { openNotes } from './support/notes.mjs';

test('watch refuses a wrong query at once', async (t) => {
  const database = await openNotes(t);
  const wrong = { where: { colour: 1 } };
  assert.throws(() => database.watch('notes', wrong, () => undefined), { code: 'unknown_field' });
});
