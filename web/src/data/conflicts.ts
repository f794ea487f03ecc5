// SPDX-License-Identifier: MIT
// Conflicts as the till's screens use them.

import { signal } from '@preact/signals';
import { conflictsOf } from 'sawa/conflicts';
import type { Conflict, Conflicts } from 'sawa/conflicts';

import { shopSchema } from './schema';
import { database } from './store';

export type { Conflict, ConflictState } from 'sawa/conflicts';

/** More are not counted. */
export const COUNTED_MOST = 100;

/** Conflicts that a person must decide, at most `COUNTED_MOST`. */
export const openConflicts = signal(0);

/** Keeps `openConflicts` up to date from now on. */
export function countOpenConflicts(): void {
  const query = {
    where: { state: 'open' },
    orderBy: [{ field: 'at_ms', descending: true }],
    limit: COUNTED_MOST,
  } as const;
  database().watch('sawa_conflicts', query, (found) => (openConflicts.value = found.length));
}

/** What a person can do about conflicts. */
export function conflicts(): Conflicts {
  return conflictsOf(database(), shopSchema);
}

/**
 * The record that a conflict is about, as it is now; null where it is removed, or of a kind that this till does not
 * know. Errors: storage_…
 */
export async function recordOf({ collection, record_id: id }: Conflict): Promise<Record<string, unknown> | null> {
  if (!(collection in shopSchema.collections)) return null;
  const record = await database().get(collection as keyof typeof shopSchema.collections, id);
  return (record as Record<string, unknown> | undefined) ?? null;
}
