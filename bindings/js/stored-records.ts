// SPDX-License-Identifier: MIT
// Counts the records of a stored database without the engine: docs/storage-format.md.

import type { StoredDatabase } from './stored-database.js';
import { changesOf, CLEAR, entriesIn, pagesIn, PUT, RELOAD, unfolded } from './stored-tables.js';

const RECORDS = 'records/';
/** Of a stored record's first byte: it is a tombstone. */
const REMOVED = 1;

/** What the log says of a table; it takes the place of what the pages say. */
interface Newer {
  /** Nothing of the pages counts any more. */
  isCleared: boolean;
  /** By key, whether the record is there. */
  records: Map<string, boolean>;
}

const keyText = (key: Uint8Array): string => String.fromCharCode(...key);
const isRecord = (stored: Uint8Array): boolean => (stored[0]! & REMOVED) === 0;

function newerIn(stored: StoredDatabase): Map<string, Newer> {
  const tables = new Map<string, Newer>();
  for (const entry of unfolded(stored)) {
    for (const { kind, table, key, value } of changesOf(entry)) {
      if (!table.startsWith(RECORDS) || kind === RELOAD) continue;
      const newer = tables.get(table) ?? { isCleared: false, records: new Map<string, boolean>() };
      tables.set(table, newer);
      if (kind === CLEAR) Object.assign(newer, { isCleared: true, records: new Map() });
      else newer.records.set(keyText(key), kind === PUT && isRecord(value));
    }
  }
  return tables;
}

/** How many confirmed records each collection has, by its name. Errors: storage_corrupt, storage_version_too_new. */
export function countRecords(stored: StoredDatabase): Record<string, number> {
  const counts: Record<string, number> = {};
  const add = (table: string, count: number) => {
    const collection = table.slice(RECORDS.length);
    if (count > 0) counts[collection] = (counts[collection] ?? 0) + count;
  };
  const newer = newerIn(stored);
  const pages = new Map(stored.pages);
  for (const [table, ids] of stored.directory ? pagesIn(stored.directory) : []) {
    if (!table.startsWith(RECORDS)) continue;
    const { isCleared = false, records } = newer.get(table) ?? {};
    const counted = ([key, value]: [Uint8Array, Uint8Array]) => isRecord(value) && !records?.has(keyText(key));
    const entries = isCleared ? [] : ids.map((id) => [...entriesIn(pages.get(id) ?? new ArrayBuffer(0))]);
    for (const each of entries) add(table, each.filter(counted).length);
  }
  for (const [table, { records }] of newer) add(table, [...records.values()].filter(Boolean).length);
  return counts;
}
