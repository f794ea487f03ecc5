// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { loadModule } from './load-module.mjs';

const facts = await loadModule('conflicts/conflict-facts.ts');

const AT_MS = 1_780_000_000_000;
const stamp = (node, atMs = AT_MS) => `${atMs.toString(16).padStart(12, '0')}0001-${node.padStart(16, '0')}`;
const conflict = {
  ...{ id: 'c', collection: 'bidhaas', record_id: 'r', field: 'price', policy: 'last_writer', state: 'settled' },
  ...{
    base: 3000,
    mine: 2900,
    theirs: 3100,
    result: 3100,
    stamp: stamp('aa'),
    theirs_stamp: stamp('bb', AT_MS + 60_000),
  },
  ...{ actor: '1', device_id: 'till-1', mutation_id: 'm', at_ms: AT_MS, resolved_by: null },
};
const authors = (given, deviceId) => facts.sidesOf(given, deviceId).map(({ author }) => author);

test('each side has its author, as far as this device can tell', () => {
  assert.deepEqual(authors(conflict, 'till-1'), ['thisDevice', 'otherDevice']);
  assert.deepEqual(authors(conflict, 'till-2'), ['otherDevice', 'first']);
  assert.deepEqual(authors(conflict, undefined), ['otherDevice', 'first']);
  for (const byServer of ['', stamp('0')]) {
    assert.deepEqual(authors({ ...conflict, theirs_stamp: byServer }, 'till-1'), ['thisDevice', 'server']);
  }
  const inTheAdmin = { ...conflict, stamp: stamp('0'), device_id: null };
  assert.deepEqual(authors(inTheAdmin, 'till-1'), ['server', 'first']);
});

test('each side has its time, and none where nobody noted it', () => {
  const times = (given) => facts.sidesOf(given, 'till-1').map(({ writtenAtMs }) => writtenAtMs);
  assert.deepEqual(times(conflict), [AT_MS, AT_MS + 60_000]);
  assert.deepEqual(times({ ...conflict, theirs_stamp: '' }), [AT_MS, null]);
  assert.deepEqual(times({ ...conflict, theirs_stamp: `${'0'.repeat(16)}-${'0'.repeat(16)}` }), [AT_MS, null]);
});

test('what stands is what the record has now, and what the merge made until that is known', () => {
  assert.equal(facts.standingNow(conflict, undefined), 3100);
  assert.equal(facts.standingNow(conflict, { price: 2500 }), 2500);
  assert.equal(facts.standingNow(conflict, null), null);
  assert.equal(facts.stands(conflict, 3100, 3100), true);
  assert.equal(facts.stands(conflict, 2900, 3100), false);
  const note = { ...conflict, field: 'note', mine: undefined };
  assert.equal(facts.stands(note, null, facts.standingNow(note, { jina: 'x' })), true);
});

test('of a removed record only counts whether it is there', () => {
  const removal = {
    ...conflict,
    field: '*',
    policy: 'removal',
    mine: null,
    theirs: { jina: 'A' },
    result: { jina: 'A' },
  };
  const now = facts.standingNow(removal, { jina: 'B', price: 1 });
  assert.equal(facts.stands(removal, removal.theirs, now), true);
  assert.equal(facts.stands(removal, removal.mine, now), false);
  assert.equal(facts.stands(removal, removal.mine, facts.standingNow(removal, null)), true);
});

test('money is money, times are times, and nothing is nothing', () => {
  const kinds = [
    ['bidhaas', 'price', 3000],
    ['bidhaas', 'low_stock_at', 3],
    ['sales', 'sold_at_ms', AT_MS],
    ['bidhaas', 'archived', false],
    ['bidhaas', 'price', null],
    ['customers', 'phone', ''],
    ['customers', 'phone', '+255'],
    ['unknown', 'price', 3],
  ].map((given) => facts.kindOf(...given));
  assert.deepEqual(kinds, ['money', 'number', 'moment', 'yesNo', 'nothing', 'nothing', 'text', 'number']);
});

test('a record has the name it has now, or the one that a side still knows', () => {
  assert.equal(facts.nameOf(conflict, { jina: 'Sukari' }), 'Sukari');
  assert.equal(facts.nameOf({ ...conflict, theirs: { jina: 'Chumvi' } }, null), 'Chumvi');
  assert.equal(facts.nameOf(conflict, null), null);
});

test('of a whole record the fields are told that somebody changed', () => {
  const known = ['jina', 'price', 'stock', 'archived', 'category'];
  const value = { jina: 'A', price: 2, stock: 3, archived: false, category: null, hidden: 1 };
  assert.deepEqual(facts.toldFields(value, { jina: 'A', price: 1 }, known), ['price']);
  assert.deepEqual(facts.toldFields(value, null, known), ['jina', 'price', 'stock', 'archived']);
  assert.deepEqual(facts.toldFields(value, { jina: 'A', price: 2 }, known), ['jina', 'price', 'stock', 'archived']);
});
