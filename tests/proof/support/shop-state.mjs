// SPDX-License-Identifier: MIT
// A device's whole state, with the digests that shop_state.py computes from the server's tables.
import { createHash } from 'node:crypto';

const PAGE = 10_000;

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const withSortedKeys = (_, value) => (isObject(value) ? Object.fromEntries(Object.entries(value).sort()) : value);
/** Canonical JSON, of values without fractions. */
const canonical = (value) => JSON.stringify(value, withSortedKeys);

async function recordsOf(database, collection) {
  const records = [];
  do records.push(...(await database.find(collection, { limit: PAGE, offset: records.length })));
  while (records.length > 0 && records.length % PAGE === 0);
  return records.sort((left, right) => (left.id < right.id ? -1 : 1));
}

function digestOf(records) {
  return createHash('sha256').update(records.map(canonical).join('\n')).digest('hex');
}

/** By collection: { digest, records } of all that the app reads. */
export async function stateOf(database, collections) {
  const state = {};
  for (const collection of collections) {
    const records = await recordsOf(database, collection);
    state[collection] = { digest: digestOf(records), records };
  }
  return state;
}

/** How two states differ: for each collection that does, the first records that only one of them has so. */
export function differences(left, right) {
  const found = {};
  for (const collection of new Set([...Object.keys(left), ...Object.keys(right)])) {
    if (left[collection]?.digest === right[collection]?.digest) continue;
    const [ours, theirs] = [left, right].map((state) => new Set((state[collection]?.records ?? []).map(canonical)));
    found[collection] = {
      left: [...ours].filter((record) => !theirs.has(record)).slice(0, 3),
      right: [...theirs].filter((record) => !ours.has(record)).slice(0, 3),
    };
  }
  return found;
}
