// SPDX-License-Identifier: MIT
// src/base/error_codes.def is the one table of error codes; its copies in other languages must say the same.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { inRoot } from '../../tools/lib/paths.mjs';

const read = (file) => readFileSync(inRoot(file), 'utf8');

/** `AfterUserAction`, `after_user_action` and "after user action" are one word in three spellings. */
const plain = (word) =>
  word
    .replace(/Error$/, '')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase();

function readTable() {
  const rows = read('src/base/error_codes.def').matchAll(/^X\((\w+), "(\w+)", (\w+), (\w+)\)/gm);
  return [...rows].map(([, name, code, group, retry]) => ({ name, code, group: plain(group), retry: plain(retry) }));
}

const table = readTable();
const expected = Object.fromEntries(table.map(({ code, group, retry }) => [code, `${group} ${retry}`]));

test('the table is well formed', () => {
  assert.ok(table.length > 20);
  const groups = new Set(['usage', 'storage', 'network', 'protocol', 'auth', 'rejected', 'internal']);
  const retries = new Set(['never', 'later', 'afteruseraction']);
  for (const { name, code, group, retry } of table) {
    assert.equal(plain(code), name.toLowerCase(), 'the name and the code are the same words');
    assert.ok(groups.has(group), `${code}: ${group}`);
    assert.ok(retries.has(retry), `${code}: ${retry}`);
  }
  assert.equal(Object.keys(expected).length, table.length, 'a code occurs once');
});

test('bindings/js/error-codes.ts has the same codes, classes and retries', () => {
  // Each entry reads  code: ['class', 'retry'],
  const entries = read('bindings/js/error-codes.ts').matchAll(/^ {2}([a-z][a-z0-9_]*): \['(\w+)', '(\w+)'\],$/gm);
  const found = [...entries].map(([, code, group, retry]) => [code, `${plain(group)} ${plain(retry)}`]);
  assert.deepEqual(Object.fromEntries(found), expected);
});

test('docs/errors.md has a row for every code, with its class and retry', () => {
  // Each row reads  | `code` | Class | retry | what to do |
  const rows = read('docs/errors.md').matchAll(/^\|\s*`([a-z0-9_]+)`\s*\|([^|]*)\|([^|]*)\|/gm);
  const found = [...rows].map(([, code, group, retry]) => [code, `${plain(group.trim())} ${plain(retry)}`]);
  assert.deepEqual(Object.fromEntries(found), expected);
});

test('the codes that the server sends are in the table', () => {
  const constants = [...read('server/sawa/error_codes.py').matchAll(/^([A-Z_]+): Final = "(\w+)"/gm)];
  assert.ok(constants.length > 0);
  for (const [, name, code] of constants) {
    // A warning accompanies an accepted mutation: it is not an error, and no caller has to act on it.
    if (name.startsWith('WARNING_')) continue;
    assert.ok(code in expected, `${name} = "${code}" is not in src/base/error_codes.def`);
    assert.equal(name.toLowerCase(), code, 'the constant is named after its code');
  }
});
