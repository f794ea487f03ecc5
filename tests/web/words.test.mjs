// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { loadModule } from './load-module.mjs';

const { conflictsEn } = await loadModule('conflicts/words-en.ts');
const { conflictsSw } = await loadModule('conflicts/words-sw.ts');
const en = { ...(await loadModule('i18n/en.ts')).en, ...conflictsEn };
const sw = { ...(await loadModule('i18n/sw.ts')).sw, ...conflictsSw };

const placeholders = (words) => [...words.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();

test('both languages have the same keys, and no empty words', () => {
  assert.deepEqual(Object.keys(sw).sort(), Object.keys(en).sort());
  for (const [key, words] of [...Object.entries(en), ...Object.entries(sw)]) assert.notEqual(words.trim(), '', key);
});

test('a placeholder of one language is in the other too', () => {
  for (const key of Object.keys(en)) assert.deepEqual(placeholders(sw[key]), placeholders(en[key]), key);
});

test('every merge policy that can make a conflict has plain words', () => {
  const policies = readFileSync(new URL('../../docs/conflicts.md', import.meta.url), 'utf8')
    .split('## Conflict records')[0]
    .matchAll(/^\| `(\w+)` +\| the /gm);
  const named = [...policies].map(([, policy]) => policy).filter((policy) => policy !== 'counter');
  assert.equal(named.length, 8);
  for (const policy of named) assert.ok(`conflicts.rule.${policy}` in en, policy);
});

test('every error that a cashier can meet has plain words', () => {
  const table = readFileSync(new URL('../../src/base/error_codes.def', import.meta.url), 'utf8');
  const rows = [...table.matchAll(/^X\(\w+, "(\w+)", (\w+),/gm)];
  const met = rows.filter(([, , kind]) => ['Storage', 'Network', 'Auth', 'Rejected', 'Internal'].includes(kind));
  assert.ok(met.length > 10);
  for (const [, code] of met) assert.ok(`error.${code}` in en, code);
});
