// SPDX-License-Identifier: MIT
// What a conflict record says, without words: who wrote what, what stands, how a value is shown. Pure.

import type { Conflict } from '../data/conflicts';

/** The field of a conflict where a removal met an edit: its values are whole records. */
export const WHOLE_RECORD = '*';

/** `first`: another device, or this one, whose edit had reached the server before. */
export type Author = 'thisDevice' | 'otherDevice' | 'server' | 'first';

export interface Side {
  key: 'mine' | 'theirs';
  value: unknown;
  author: Author;
  /** Null where nobody noted the time. */
  writtenAtMs: number | null;
}

const SERVER_NODE = '0'.repeat(16);
const STAMP_TIME_LENGTH = 12;

/** When a stamp was made. */
export function stampTimeMs(stamp: string): number | null {
  const timeMs = Number.parseInt(stamp.slice(0, STAMP_TIME_LENGTH), 16);
  return timeMs > 0 ? timeMs : null;
}

const isServers = (stamp: string): boolean => stamp === '' || stamp.endsWith(SERVER_NODE);

/** Both edits, as the device with this id sees them. `mine` is the one that made the conflict. */
export function sidesOf(conflict: Conflict, deviceId: string | undefined): [Side, Side] {
  const own = deviceId !== undefined && conflict.device_id === deviceId;
  const later = isServers(conflict.stamp) ? 'server' : own ? 'thisDevice' : 'otherDevice';
  const earlier = isServers(conflict.theirs_stamp) ? 'server' : own ? 'otherDevice' : 'first';
  return [
    {
      ...{ key: 'mine', value: conflict.mine ?? null, author: later },
      writtenAtMs: stampTimeMs(conflict.stamp),
    },
    {
      ...{ key: 'theirs', value: conflict.theirs ?? null, author: earlier },
      writtenAtMs: stampTimeMs(conflict.theirs_stamp),
    },
  ];
}

export const isSame = (left: unknown, right: unknown): boolean =>
  JSON.stringify(left ?? null) === JSON.stringify(right ?? null);

/** What stands of the record now: the field's value, or, of a whole record, whether there is one. */
export function standingNow({ field, result }: Conflict, record: Record<string, unknown> | null | undefined): unknown {
  if (record === undefined) return result ?? null;
  if (field === WHOLE_RECORD) return record;
  return record?.[field] ?? null;
}

/** Is this value what stands now? Of whole records only whether they are there counts. */
export function stands(conflict: Conflict, value: unknown, now: unknown): boolean {
  if (conflict.field === WHOLE_RECORD) return (value === null) === (now === null);
  return isSame(value, now);
}

const MONEY: Readonly<Record<string, readonly string[]>> = {
  bidhaas: ['price'],
  sales: ['total'],
  sale_items: ['unit_price', 'line_total'],
  payments: ['amount', 'tendered', 'change'],
};

export type ValueKind = 'nothing' | 'money' | 'moment' | 'number' | 'yesNo' | 'text';

/** How a field's value is to be shown. */
export function kindOf(collection: string, field: string, value: unknown): ValueKind {
  if (value === null || value === undefined || value === '') return 'nothing';
  if (typeof value === 'boolean') return 'yesNo';
  if (typeof value !== 'number') return 'text';
  if (MONEY[collection]?.includes(field)) return 'money';
  return field.endsWith('_at_ms') || field === 'at_ms' ? 'moment' : 'number';
}

// Of each kind of record the fields that a person knows it by.
const NAMES: readonly string[] = ['jina', 'receipt_number', 'reference'];

/** What a person calls a record: as it is now, or as one of the conflict's values still has it. */
export function nameOf(conflict: Conflict, record: Record<string, unknown> | null | undefined): string | null {
  for (const source of [record, conflict.result, conflict.mine, conflict.theirs, conflict.base]) {
    if (typeof source !== 'object' || source === null) continue;
    for (const name of NAMES) {
      const value = (source as Record<string, unknown>)[name];
      if (typeof value === 'string' && value !== '') return value;
    }
  }
  return null;
}

const TOLD_FIELDS_MOST = 4;

/** Of a whole record the fields worth telling: those that differ from what was there before, or else the first ones. */
export function toldFields(value: object, base: unknown, known: readonly string[]): string[] {
  const fields = known.filter((field) => field in value);
  if (typeof base !== 'object' || base === null) return fields.slice(0, TOLD_FIELDS_MOST);
  const before = base as Record<string, unknown>;
  const changed = fields.filter(
    (field) => field in before && !isSame(before[field], (value as Record<string, unknown>)[field]),
  );
  return (changed.length > 0 ? changed : fields).slice(0, TOLD_FIELDS_MOST);
}
