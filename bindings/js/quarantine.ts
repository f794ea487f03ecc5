// SPDX-License-Identifier: MIT
// What a person does about mutations that the server refused. A module of its own, so that only apps with a screen for it
// load it.

import type { Database } from './database-types.js';
import { makeError } from './errors.js';
import type { AnySchema } from './schema.js';
import type { ArchivedMutation, QuarantinedMutation, Transaction } from './types.js';

/** What the archive says of a mutation. */
export interface Decision {
  decision: 'discarded' | 'resent';
  /** Why, in the decider's words; empty for one that was sent again. */
  reason: string;
  /** The name of who was logged in, null before enrolment. */
  by: string | null;
  atMs: number;
}

export interface Quarantine {
  /** Those that wait for a decision, oldest first. */
  list(): Promise<QuarantinedMutation[]>;
  /** Those that were decided about. */
  archived(): Promise<(ArchivedMutation & { note: Decision })[]>;
  /**
   * Gives a mutation up: it had no effect and will have none here. It stays in the archive with the reason. If the server keeps
   * it (`quarantined`), people there may still apply it.
   * Errors: record_not_found if it is in quarantine no more; invalid_argument without a reason.
   */
  discard(mutationId: string, reason: string): Promise<void>;
  /**
   * Makes its operations, or corrected ones in their place, once more: a new mutation that is sent like any other, while the old
   * one goes to the archive, in one commit.
   * Errors: record_not_found, as above, or if an operation needs a record that is not there; invalid_argument for a mutation that
   * the server keeps, which could then take effect twice; those of the operations.
   */
  resend(mutationId: string, operations?: readonly object[]): Promise<void>;
}

interface AnyOperation {
  op?: unknown;
  collection: string;
  id: string;
  fields: object;
  field: string;
  delta: number;
}

function repeat(transaction: Transaction<AnySchema>, operation: AnyOperation): void {
  const { op, collection, id } = operation;
  if (op === 'put') transaction.put(collection, { ...operation.fields, id });
  else if (op === 'patch') transaction.patch(collection, id, operation.fields);
  else if (op === 'increment') transaction.increment(collection, id, operation.field, operation.delta);
  else if (op === 'remove') transaction.remove(collection, id);
  else throw makeError('invalid_argument', `unknown operation ${String(op)}`);
}

/** What can be done about what a database has in quarantine. */
export function quarantineOf<Schema extends AnySchema>(database: Database<Schema>): Quarantine {
  const noteOf = (decision: Decision['decision'], reason: string): Decision & Record<string, unknown> => ({
    decision,
    reason,
    by: database.enrolment?.actor.name ?? null,
    atMs: Date.now(),
  });
  return {
    list: () => database.quarantined(),
    archived: async () => (await database.archived()) as unknown as (ArchivedMutation & { note: Decision })[],
    discard: async (mutationId, reason) => {
      if (reason.trim() === '') throw makeError('invalid_argument', 'a reason is needed');
      const note = noteOf('discarded', reason.trim());
      await database.write('quarantine.discard', (transaction) => transaction.archive(mutationId, note));
    },
    resend: async (mutationId, operations) => {
      const found = (await database.quarantined()).find(({ id }) => id === mutationId);
      if (!found) throw makeError('record_not_found', 'no such mutation is in quarantine');
      if (found.status !== 'rejected') throw makeError('invalid_argument', 'the server keeps this mutation');
      const note = noteOf('resent', '');
      await database.write(found.name, (transaction) => {
        transaction.archive(mutationId, note);
        for (const operation of operations ?? found.ops) {
          repeat(transaction, operation as AnyOperation);
        }
      });
    },
  };
}
