// SPDX-License-Identifier: MIT
// The result of a watched query, kept on the page and brought up to date by what has changed of it.

import type { QueryChanges } from './types.js';
import { guarded } from './watchers.js';
import type { ResultChanges } from './worker-messages.js';

type AnyRecord = { readonly id: string };
type Listener = (records: AnyRecord[], changes: QueryChanges<AnyRecord>) => void;

export class WatchedResult {
  readonly #listener: Listener;
  readonly #records = new Map<string, AnyRecord>();
  #order: readonly string[] = [];

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  take({ added, changed, moved, removed, order }: ResultChanges): void {
    const left = this.#recordsOf(removed);
    for (const id of removed) this.#records.delete(id);
    for (const record of [...added, ...changed] as AnyRecord[]) this.#records.set(record.id, record);
    this.#order = order ?? this.#order;
    const changes = { added, changed, moved: this.#recordsOf(moved), removed: left } as QueryChanges<AnyRecord>;
    guarded(() => this.#listener(this.#recordsOf(this.#order), changes));
  }

  #recordsOf(ids: readonly string[]): AnyRecord[] {
    return ids.map((id) => this.#records.get(id)!);
  }
}
