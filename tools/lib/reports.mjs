// SPDX-License-Identifier: MIT
// Counting tests from what the test runners report. Every counter has the form { passed, failed, skipped }.
import { readFileSync } from 'node:fs';

export const addCounts = (left, right) => ({
  passed: left.passed + right.passed,
  failed: left.failed + right.failed,
  skipped: left.skipped + right.skipped,
});

export const NO_TESTS = { passed: 0, failed: 0, skipped: 0 };

/** Counts the test cases of a JUnit file, as pytest and ctest write it. */
export function countJunit(file) {
  const text = readFileSync(file, 'utf8');
  const counts = { ...NO_TESTS };
  for (const [, attributes, body] of text.matchAll(/<testcase\b([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)) {
    if (/<(failure|error)\b/.test(body ?? '') || /status="fail"/.test(attributes)) counts.failed += 1;
    else if (/<skipped\b/.test(body ?? '') || /status="(disabled|notrun)"/.test(attributes)) counts.skipped += 1;
    else counts.passed += 1;
  }
  return counts;
}

/** Counts from the closing lines of Node's own test runner. */
export function countNodeTests(output) {
  // Colour codes may stand between the start of the line and the words.
  const numberAfter = (word) => Number(new RegExp(`^\\W*(?:\\d+m)?\\W*${word} (\\d+)`, 'm').exec(output)?.[1] ?? 0);
  return {
    passed: numberAfter('pass'),
    failed: numberAfter('fail') + numberAfter('cancelled'),
    skipped: numberAfter('skipped') + numberAfter('todo'),
  };
}
