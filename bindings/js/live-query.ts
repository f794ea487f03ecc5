// SPDX-License-Identifier: MIT
// A query whose result is kept: what a commit has touched decides whether it runs again, and only what changed is told.

import { MISSING } from './engine.js';
import type { QueryChanges } from './types.js';
import type { Touched } from './watchers.js';

type AnyRecord = { readonly id: string };

export interface LiveQueryHooks {
  /** Records before the first of the result count: any change may move it. */
  hasOffset: boolean;
  /** Runs the query; `MISSING` if pages have to be loaded first. */
  find: () => AnyRecord[] | typeof MISSING;
  load: () => Promise<void>;
  /** Is one of these records an answer now? Also true while that cannot be said. */
  isAnsweredByAny: (ids: readonly string[]) => boolean;
  tell: (records: AnyRecord[], changes: QueryChanges<AnyRecord>) => void;
  fail: (error: unknown) => void;
}

export class LiveQuery {
  readonly #hooks: LiveQueryHooks;
  #records: AnyRecord[] | null = null;
  /** Touched since the last result; null: any record may be. */
  #touched: Set<string> | null = new Set();
  #loading = false;

  constructor(hooks: LiveQueryHooks) {
    this.#hooks = hooks;
  }

  /** `touched`: ids of records that have changed; null if any may have. */
  run(touched: Touched): void {
    if (touched === null) this.#touched = null;
    else for (const id of touched) this.#touched?.add(id);
    if (!this.#loading && this.#isAffected()) this.#find();
  }

  #isAffected(): boolean {
    if (this.#records === null || this.#touched === null || this.#hooks.hasOffset) return true;
    const touched = this.#touched;
    if (this.#records.some(({ id }) => touched.has(id)) || this.#hooks.isAnsweredByAny([...touched])) return true;
    this.#touched = new Set();
    return false;
  }

  #find(): void {
    const records = this.#hooks.find();
    if (records !== MISSING) {
      this.#accept(records);
      return;
    }
    this.#loading = true;
    this.#hooks
      .load()
      .finally(() => (this.#loading = false))
      .then(() => this.#find())
      .catch(this.#hooks.fail);
  }

  #accept(found: AnyRecord[]): void {
    const before = this.#records;
    const records = before === null ? found : this.#keepUnchanged(before, found);
    const changes = changesBetween(before ?? [], records);
    this.#records = records;
    this.#touched = new Set();
    const isChanged = Object.values(changes).some((list: readonly unknown[]) => list.length > 0);
    if (before === null || isChanged) this.#hooks.tell([...records], changes);
  }

  /** The same objects for the records that are as they were. */
  #keepUnchanged(before: AnyRecord[], found: AnyRecord[]): AnyRecord[] {
    const known = new Map(before.map((record) => [record.id, record]));
    return found.map((record) => {
      const old = known.get(record.id);
      if (!old) return record;
      const maybeChanged = this.#touched === null || this.#touched.has(record.id);
      return maybeChanged && JSON.stringify(old) !== JSON.stringify(record) ? record : old;
    });
  }
}

function changesBetween(before: AnyRecord[], after: AnyRecord[]): QueryChanges<AnyRecord> {
  const old = new Map(before.map((record) => [record.id, record]));
  const now = new Set(after.map(({ id }) => id));
  const kept = before.filter(({ id }) => now.has(id));
  const placed = after.filter(({ id }) => old.has(id));
  const neighbourBefore = neighbours(kept);
  const neighbourNow = neighbours(placed);
  return {
    added: after.filter(({ id }) => !old.has(id)),
    changed: placed.filter((record) => old.get(record.id) !== record),
    moved: placed.filter(({ id }) => neighbourBefore.get(id) !== neighbourNow.get(id)),
    removed: before.filter(({ id }) => !now.has(id)),
  };
}

/** Whom each record follows. */
function neighbours(records: AnyRecord[]): Map<string, string | undefined> {
  return new Map(records.map(({ id }, index) => [id, records[index - 1]?.id]));
}
