// SPDX-License-Identifier: MIT
// What a page and a database in a worker say to each other: docs/worker.md. What the app gives crosses as JSON text, as it
// goes into the engine; what the engine gives crosses by structured clone.

import type { Database, OpenOptions } from './database-types.js';
import type { ErrorCode } from './error-codes.js';
import { makeError, SawaError } from './errors.js';
import type { AnySchema } from './schema.js';
import type { Enrolment, LoadReport, SyncStatus, Transaction } from './types.js';

/** The methods of a database that take JSON and give what can be cloned. */
export const METHODS = [
  ...(['get', 'find', 'count', 'aggregate', 'explain', 'put', 'patch', 'increment', 'remove'] as const),
  ...(['enrol', 'login', 'logout', 'sync', 'startOver', 'request', 'quarantined', 'archived', 'close'] as const),
] as const satisfies readonly (keyof Database<AnySchema>)[];
export type Method = (typeof METHODS)[number];

/** Of a transaction: those that nobody waits for, and those that answer. */
export const OPERATIONS = ['put', 'patch', 'increment', 'remove', 'archive'] as const satisfies TransactionMethod[];
export const READS = ['get', 'find', 'count', 'nextNumber'] as const satisfies TransactionMethod[];
type TransactionMethod = keyof Transaction<AnySchema>;
export type Operation = (typeof OPERATIONS)[number];
export type Read = (typeof READS)[number];

/** Numbers that the page gives: of what it waits for, and of what it watches. */
export type CallNumber = number;
/** One run of the callback of a write. */
export type RunNumber = number;

/** Begins a database; its port comes along. To any worker that has imported `sawa/worker-host`. */
export interface OpenMessage {
  sawa: 'open';
  options: OpenOptions<AnySchema>;
}

export type ToWorker =
  | { kind: 'call'; call: CallNumber; method: Method; args: string }
  | { kind: 'write'; call: CallNumber; name: string }
  | { kind: 'operation'; run: RunNumber; method: Operation; args: string }
  | { kind: 'read'; run: RunNumber; call: CallNumber; method: Read; args: string }
  /** The callback has ended; its result, or its own error, stays on the page. */
  | { kind: 'finish'; run: RunNumber; failed: boolean }
  | { kind: 'load'; call: CallNumber; collection: string }
  /** A part of what is loaded; null at its end. */
  | { kind: 'part'; call: CallNumber; part: Uint8Array<ArrayBuffer> | null }
  /** Ends a load, whose caller knows why. */
  | { kind: 'abort'; call: CallNumber }
  | { kind: 'watch'; call: CallNumber; collection: string; query: string }
  | { kind: 'watchPending'; call: CallNumber; collection: string }
  | { kind: 'unwatch'; call: CallNumber }
  /** The page is looked at again. */
  | { kind: 'seen' };

export type ToPage =
  /** The worker can be used; it holds the lock of this name for as long as it lives. */
  | { kind: 'opened'; lockName: string | null; state: State }
  | { kind: 'refused'; error: ErrorFacts }
  | { kind: 'answer'; call: CallNumber; value?: unknown; error?: ErrorFacts; state: State | null }
  | { kind: 'run'; call: CallNumber; run: RunNumber }
  | { kind: 'more'; call: CallNumber }
  | { kind: 'progress'; call: CallNumber; report: LoadReport }
  | { kind: 'result'; call: CallNumber; changes: ResultChanges }
  | { kind: 'pending'; call: CallNumber; ids: ReadonlySet<string> }
  | { kind: 'state'; state: State };

/** What a database can be asked for without waiting. */
export interface State {
  status: SyncStatus;
  enrolment: Enrolment | null;
}

/** How a watched result differs from the one before it. */
export interface ResultChanges {
  added: object[];
  changed: object[];
  moved: string[];
  removed: string[];
  /** All ids, in order; null if it is the order of before. */
  order: string[] | null;
}

/** An error on its way. */
export interface ErrorFacts {
  name: string;
  message: string;
  /** Null where it is none of the package's. */
  code: ErrorCode | null;
  details: unknown;
  cause: string | null;
  /** The run whose callback threw it: the page has the error itself. */
  run: RunNumber | null;
}

/** The callback of a write has failed. */
export class CallbackFailure extends Error {
  constructor(readonly run: RunNumber) {
    super('the callback failed');
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : JSON.stringify(error));

export function factsOf(error: unknown): ErrorFacts {
  const { name, message, cause } = error instanceof Error ? error : new Error(textOf(error));
  const own = error instanceof SawaError ? error : null;
  return {
    name,
    message: own ? message.slice(own.code.length + 2) : message,
    code: own?.code ?? null,
    details: own?.details ?? null,
    cause: cause === undefined ? null : textOf(cause),
    run: error instanceof CallbackFailure ? error.run : null,
  };
}

export function errorOf({ name, message, code, details, cause }: ErrorFacts): Error {
  const options = cause === null ? {} : { cause: new Error(cause) };
  return code === null
    ? Object.assign(new Error(message, options), { name })
    : makeError(code, message, { details, ...options });
}
