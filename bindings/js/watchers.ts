// SPDX-License-Identifier: MIT
// Subscriptions: who is told of what. Listeners run outside of every engine call.

import type { Unsubscribe } from './types.js';

/** The ids of records that were touched; null where it may be any. */
export type Touched = readonly string[] | null;

interface Watcher {
  run: (touched: Touched) => void;
}

export class Watchers {
  readonly #byCollection = new Map<string, Set<Watcher>>();

  /** Runs `run` now (in a microtask) and whenever `collection` changes. */
  add(collection: string, run: Watcher['run']): Unsubscribe {
    const watchers = this.#byCollection.get(collection) ?? new Set();
    this.#byCollection.set(collection, watchers);
    const watcher = { run };
    watchers.add(watcher);
    queueMicrotask(() => {
      if (watchers.has(watcher)) guarded(() => run(null));
    });
    return () => watchers.delete(watcher);
  }

  notify(collections: Record<string, Touched>): void {
    for (const [collection, touched] of Object.entries(collections)) {
      for (const watcher of [...(this.#byCollection.get(collection) ?? [])]) guarded(() => watcher.run(touched));
    }
  }

  clear(): void {
    this.#byCollection.clear();
  }
}

/** Runs a listener; its error is its own, and must not keep others from being told. */
export function guarded(run: () => void): void {
  try {
    run();
  } catch (error) {
    reportError(error);
  }
}

function reportError(error: unknown): void {
  if (typeof globalThis.reportError === 'function') globalThis.reportError(error);
  else console.error(error);
}
