// SPDX-License-Identifier: MIT
// Conflicts that functions of the app decide, the deciders: which one is due, and asking for it.

import type { Conflict } from './conflicts.js';
import { makeError, SawaError } from './errors.js';
import type { AnySchema, CollectionName, RecordOf } from './schema.js';
import { guarded } from './watchers.js';

/** What a decider is told of a conflict. */
export interface OpenConflict<Value> {
  /** What the device that made the conflict had seen; null if it did not say, or if that was null. */
  base: Value | null;
  /** What it wrote. */
  mine: Value | null;
  /** What it met. */
  theirs: Value | null;
  /** What the field holds now: one of the two, or what somebody has written since. */
  current: Value | null;
  conflict: Conflict;
}

/**
 * Gives the value that is to stand. It must depend on nothing but what it is told, because several devices may ask theirs
 * at once: if all give the same, nothing is left to merge.
 */
export type Decider<Value> = (open: OpenConflict<Value>) => Value | null | Promise<Value | null>;

/** By collection and field. */
export type Deciders<Schema extends AnySchema> = {
  readonly [Name in CollectionName<Schema>]?: {
    readonly [Field in Exclude<keyof RecordOf<Schema, Name>, 'id'>]?: Decider<
      NonNullable<RecordOf<Schema, Name>[Field]>
    >;
  };
};

export interface DecidingOptions {
  /**
   * Told of a conflict that stays open: `invalid_argument` with the `cause` if its decider failed, `invalid_value` if the
   * value does not fit, or why it could not be written. The host's `reportError` when absent.
   */
  onError?: (error: SawaError, conflict: Conflict) => void;
}

type KnownDeciders = ReadonlyMap<string, Decider<unknown>>;

const keyOf = (collection: string, field: string): string => `${collection}.${field}`;

/** The deciders by `collection.field`. Errors: invalid_argument for what the schema has no custom field for. */
export function makeDeciders(schema: AnySchema, deciders: object): KnownDeciders {
  const known = new Map<string, Decider<unknown>>();
  for (const [collection, fields] of Object.entries(deciders as Record<string, object | undefined>)) {
    for (const [field, decider] of Object.entries(fields ?? {})) {
      const key = keyOf(collection, field);
      if (schema.collections[collection]?.fields[field]?.merge !== 'custom' || typeof decider !== 'function') {
        throw makeError('invalid_argument', `${key}: a decider is a function, of a field with the policy custom`);
      }
      known.set(key, decider as Decider<unknown>);
    }
  }
  return known;
}

interface DecidingHooks {
  deciders: KnownDeciders;
  options: DecidingOptions;
  /** Undefined if the record is gone. */
  valueNow: (conflict: Conflict) => Promise<unknown>;
  /** Writes the value, unless somebody else has decided. False, and nothing is written, if the field is not as `seen`. */
  resolve: (conflict: Conflict, value: unknown, seen: unknown) => Promise<boolean>;
}

export class Deciding {
  readonly #hooks: DecidingHooks;
  readonly #asked = new Set<string>();
  #open: readonly Conflict[] = [];
  #running = false;
  #stopped = false;

  constructor(hooks: DecidingHooks) {
    this.#hooks = hooks;
  }

  /** Takes the conflicts that are open now. */
  take(open: readonly Conflict[]): void {
    this.#open = open;
    if (!this.#running) void this.#decideAll();
  }

  stop(): void {
    this.#stopped = true;
  }

  async #decideAll(): Promise<void> {
    this.#running = true;
    for (let due = this.#next(); due && !this.#stopped; due = this.#next()) {
      const [conflict, decider] = due;
      this.#asked.add(conflict.id);
      try {
        await this.#decide(conflict, decider);
      } catch (error) {
        this.#tell(error as SawaError, conflict);
      }
    }
    this.#running = false;
  }

  #next(): [Conflict, Decider<unknown>] | undefined {
    for (const conflict of this.#open) {
      const decider = this.#hooks.deciders.get(keyOf(conflict.collection, conflict.field));
      if (decider && !this.#asked.has(conflict.id)) return [conflict, decider];
    }
    return undefined;
  }

  /** Again, if somebody has written the field while its decider thought. */
  async #decide(conflict: Conflict, decider: Decider<unknown>): Promise<void> {
    let isWritten = false;
    while (!isWritten && !this.#stopped) {
      const current = await this.#hooks.valueNow(conflict);
      // Of a record that is gone there is nothing to decide.
      const value = current === undefined ? conflict.result : await ask(decider, conflict, current);
      isWritten = this.#stopped || (await this.#hooks.resolve(conflict, value, current));
    }
  }

  #tell(error: SawaError, conflict: Conflict): void {
    guarded(() => {
      if (!this.#hooks.options.onError) throw error;
      this.#hooks.options.onError(error, conflict);
    });
  }
}

async function ask(decider: Decider<unknown>, conflict: Conflict, current: unknown): Promise<unknown> {
  const { collection, field, base, mine, theirs } = conflict;
  const place = keyOf(collection, field);
  let value: unknown;
  try {
    value = await decider({ base, mine, theirs, current, conflict });
  } catch (cause) {
    throw makeError('invalid_argument', `${place}: the decider failed`, { cause, details: { conflict: conflict.id } });
  }
  if (value === undefined) throw makeError('invalid_value', `${place}: the decider gave nothing`);
  return value;
}
