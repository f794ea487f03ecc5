// SPDX-License-Identifier: MIT
// Conflicts: what merging dropped, as records that every device has, and what a person does about them. A module of its
// own, so that only apps with a conflict inbox load it.

import { Deciding, makeDeciders } from './deciding.js';
import type { Deciders, DecidingOptions } from './deciding.js';
import type { Database } from './database-types.js';
import { makeError } from './errors.js';
import { integer, json, text } from './schema.js';
import type { AnySchema, RecordOf } from './schema.js';
import type { Unsubscribe } from './types.js';

export type { Decider, Deciders, DecidingOptions, OpenConflict } from './deciding.js';

const COLLECTION = 'sawa_conflicts';
const SERVERS = { merge: 'server_wins' } as const;
/** What one query gives at most. */
const OPEN_MAX = 10_000;

/** The collection of conflict records, for a schema: `collections: { sawa_conflicts: conflictRecords, … }`. */
export const conflictRecords = {
  fields: {
    collection: text(SERVERS),
    record_id: text(SERVERS),
    /** `*` where a removal met an edit: `mine`, `theirs` and `result` are then whole records, null where removed. */
    field: text(SERVERS),
    policy: text(SERVERS),
    /** What the device that made the conflict had seen, null if it did not say. */
    base: json.optional(SERVERS),
    /** What it wrote. */
    mine: json.optional(SERVERS),
    /** What it met. */
    theirs: json.optional(SERVERS),
    /** What stood afterwards. */
    result: json.optional(SERVERS),
    stamp: text(SERVERS),
    theirs_stamp: text(SERVERS),
    /** Who wrote `mine`, where, with which mutation and when. */
    actor: text(SERVERS),
    device_id: text.optional(SERVERS),
    mutation_id: text(SERVERS),
    at_ms: integer(SERVERS),
    /** `open`: a person or a decider must decide. `settled`: the policy has. `resolved`: one of them has. */
    state: text(),
    resolved_by: text.optional(),
  },
  indexes: [['state', 'at_ms']],
} as const;

interface ConflictSchema extends AnySchema {
  readonly collections: { readonly [COLLECTION]: typeof conflictRecords };
}

export type ConflictState = 'open' | 'settled' | 'resolved';
export type Conflict = RecordOf<ConflictSchema, typeof COLLECTION> & { state: ConflictState };

/** Whose value is to stand, or another one. */
export type ConflictChoice = 'mine' | 'theirs' | 'result' | { value: unknown };

/** A text's key, such as `last_writer.theirs`, and what to put in. The words belong to the app. */
export interface ConflictExplanation {
  /** The policy (`removal` where a removal met an edit), and whose value stands. */
  key: `${string}.${'mine' | 'theirs'}`;
  values: Conflict;
}

/** What an app with a conflict inbox does with the records. */
export interface Conflicts<Schema extends AnySchema = AnySchema> {
  /** The newest first, 1,000 of them unless `limit` says more. `watch('sawa_conflicts', …)` tells of new ones. */
  list(query?: { state?: ConflictState; limit?: number }): Promise<Conflict[]>;
  explain(conflict: Conflict): ConflictExplanation;
  /** Whose values can stand by `resolve`: both, or only the one that does. */
  choices(conflict: Conflict): readonly ('mine' | 'theirs')[];
  /**
   * Writes the chosen value as an ordinary edit, and marks the conflict as resolved, both or none. `result` leaves what
   * stood. Another value can stand only where the newest edit does, or where a removal met an edit: elsewhere the policy
   * would drop it again. Errors: record_not_found, invalid_argument for a choice that the policy does not leave open,
   * invalid_value for a value that does not fit.
   */
  resolve(id: string, choice: ConflictChoice): Promise<void>;
  /** Takes a resolution back: what the merge had made stands again. Errors: as of `resolve`. */
  undo(id: string): Promise<void>;
  /**
   * Has functions of the app decide the open conflicts of fields with the policy `custom`, those there are and those to
   * come, one after the other, the oldest first; what each gives is written as by `resolve`. Gives a function that stops it:
   * after that nothing more is written. Each function is asked once for a conflict. One that fails, or whose value does not
   * fit, leaves it open: `onError` is told, and asking again takes another `decideBy`.
   * Errors: invalid_argument for a decider of what is no field with the policy `custom`.
   */
  decideBy(deciders: Deciders<Schema>, options?: DecidingOptions): Unsubscribe;
}

/** The conflicts of a database. `schema` is the one it was opened with. */
export function conflictsOf<Schema extends AnySchema & ConflictSchema>(
  database: Database<Schema>,
  schema: Schema,
): Conflicts<Schema> {
  return new DatabaseConflicts(database, schema);
}

const isSame = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);

/** Those where the newest edit stands, whatever its value. */
const FREE_POLICIES = ['last_writer', 'manual', 'custom'];

const isFree = ({ field, policy }: Conflict): boolean => field === '*' || FREE_POLICIES.includes(policy);

/** Null if it has none. */
const fieldOf = (record: object, field: string): unknown => (record as Record<string, unknown>)[field] ?? null;

const canStand = (conflict: Conflict, value: unknown): boolean => isFree(conflict) || isSame(value, conflict.result);

class DatabaseConflicts implements Conflicts<AnySchema> {
  readonly #database: Database<ConflictSchema>;
  readonly #schema: AnySchema;

  constructor(database: Database<ConflictSchema>, schema: AnySchema) {
    this.#database = database;
    this.#schema = schema;
  }

  async list({ state, limit }: { state?: ConflictState; limit?: number } = {}): Promise<Conflict[]> {
    const found = await this.#database.find(COLLECTION, {
      ...(state && { where: { state } }),
      ...(limit && { limit }),
      orderBy: [{ field: 'at_ms', descending: true }],
    });
    return found as Conflict[];
  }

  explain(conflict: Conflict): ConflictExplanation {
    const stands = isSame(conflict.result, conflict.mine) ? 'mine' : 'theirs';
    return { key: `${conflict.policy}.${stands}`, values: conflict };
  }

  choices(conflict: Conflict): readonly ('mine' | 'theirs')[] {
    return (['mine', 'theirs'] as const).filter((side) => canStand(conflict, conflict[side]));
  }

  resolve(id: string, choice: ConflictChoice): Promise<void> {
    return this.#decide('conflict.resolve', id, choice, () => 'resolved');
  }

  undo(id: string): Promise<void> {
    // A decider is not asked again: it would undo the undoing.
    return this.#decide('conflict.undo', id, 'result', (conflict) =>
      conflict.policy === 'manual' ? 'open' : 'settled',
    );
  }

  decideBy(deciders: object, options: DecidingOptions = {}): Unsubscribe {
    const known = makeDeciders(this.#schema, deciders);
    const deciding = new Deciding({
      deciders: known,
      options,
      valueNow: async ({ collection, record_id: id, field }) => {
        const record = await (this.#database as unknown as Database<AnySchema>).get(collection, id);
        return record && fieldOf(record, field);
      },
      resolve: async ({ id }, value, seen) => {
        let isSeen = true;
        await this.#decide(
          'conflict.resolve',
          id,
          { value },
          () => 'resolved',
          (conflict, record) => {
            isSeen = isSame(record && fieldOf(record, conflict.field), seen);
            return isSeen && conflict.state === 'open';
          },
        );
        return isSeen;
      },
    });
    const query = {
      where: { state: 'open', policy: 'custom' },
      orderBy: [{ field: 'at_ms' as const }],
      limit: OPEN_MAX,
    };
    const unwatch = this.#database.watch(COLLECTION, query, (open) => deciding.take(open as Conflict[]));
    return () => {
      deciding.stop();
      unwatch();
    };
  }

  /** Writes nothing if `isDue` says so of the conflict, and of the record as they are in the transaction. */
  #decide(
    name: string,
    id: string,
    choice: ConflictChoice,
    stateOf: (conflict: Conflict) => ConflictState,
    isDue: (conflict: Conflict, record: object | undefined) => boolean = () => true,
  ): Promise<void> {
    return this.#database.write(name, async (transaction) => {
      const conflict = (await transaction.get(COLLECTION, id)) as Conflict | undefined;
      if (!conflict) throw makeError('record_not_found', `${COLLECTION}/${id}`);
      const { collection, record_id: recordId, field } = conflict;
      const value = typeof choice === 'string' ? conflict[choice] : choice.value;
      const whole = field === '*';
      if (!canStand(conflict, value)) {
        throw makeError('invalid_argument', `the policy ${conflict.policy} would drop this value again`);
      }
      // The collection is one of the app's own: only the engine knows its fields.
      const records = transaction as never as {
        get(collection: string, id: string): Promise<object | undefined>;
        put(collection: string, fields: object): void;
        patch(collection: string, id: string, fields: object): void;
        remove(collection: string, id: string): void;
      };
      const record = await records.get(collection, recordId);
      const exists = record !== undefined;
      if (!isDue(conflict, record)) return;
      if (!whole) {
        if (isFree(conflict) && exists) records.patch(collection, recordId, { [field]: value });
      } else if (value !== null) {
        records.put(collection, { ...this.#known(collection, value as object), id: recordId });
      } else if (exists) {
        records.remove(collection, recordId);
      }
      const state = stateOf(conflict);
      const actor = this.#database.enrolment?.actor.name ?? null;
      transaction.patch(COLLECTION, id, { state, resolved_by: state === 'resolved' ? actor : null });
    });
  }

  /** Without the fields that only the server's collection has. */
  #known(collection: string, fields: object): object {
    const known = this.#schema.collections[collection]?.fields ?? {};
    return Object.fromEntries(Object.entries(fields).filter(([name]) => name in known));
  }
}
