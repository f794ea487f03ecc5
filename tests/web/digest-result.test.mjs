// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { loadModule } from './load-module.mjs';

const { memoryFrom, NEW_ROUND, remember, resultOf, withReport } = await loadModule('data/digest-result.ts');

const report = (differing, { repaired = false, undecided = 0 } = {}) => ({
  ...{ compared: 500, differences: Array.from({ length: differing }, () => ({})), undecided, repaired },
  ...{ complete: false, atMs: 1 },
});
const outcomeOf = (...reports) => resultOf(reports.reduce(withReport, NEW_ROUND), 7);

test('of a round the worst is told, and all that was compared', () => {
  assert.deepEqual(outcomeOf(report(0), report(0)), { outcome: 'equal', atMs: 7, compared: 1000, differing: 0 });
  assert.equal(outcomeOf(report(0), report(0, { undecided: 3 })).outcome, 'undecided');
  assert.equal(outcomeOf(report(2, { repaired: true }), report(0, { undecided: 3 })).outcome, 'repaired');
  const worst = outcomeOf(report(2, { repaired: true }), report(1), report(0));
  assert.deepEqual([worst.outcome, worst.differing], ['differs', 3]);
});

test('a difference is remembered when all is equal again, for the device that it was on', () => {
  const repaired = outcomeOf(report(2, { repaired: true }));
  const equal = { ...outcomeOf(report(0)), atMs: 9 };
  const memory = remember(remember(memoryFrom(null, 'till-1'), repaired), equal);
  assert.deepEqual(memory, { device: 'till-1', last: equal, difference: repaired });
  assert.deepEqual(memoryFrom(JSON.stringify(memory), 'till-1'), memory);
  assert.deepEqual(memoryFrom(JSON.stringify(memory), 'till-2'), memoryFrom(null, 'till-2'));
});

test('what is not a memory is none', () => {
  const none = { device: 'd', last: null, difference: null };
  for (const text of [
    '',
    '{',
    '7',
    'null',
    '[]',
    '{"device":"d","last":7}',
    '{"device":"d","last":{"outcome":"good"}}',
  ]) {
    assert.deepEqual(memoryFrom(text, 'd'), none, text);
  }
});
