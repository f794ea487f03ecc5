// SPDX-License-Identifier: MIT
// The words of the public API: queries, transactions, status and reports.

import type { AnySchema, CollectionName, FieldValues, RecordOf } from './schema.js';

/** A condition on one field: a value (equal), or comparisons that must all hold. */
export type Condition<Value> =
  | Value
  | {
      equals?: Value;
      in?: readonly Value[];
      lessThan?: Value;
      atMost?: Value;
      greaterThan?: Value;
      atLeast?: Value;
    };

/** What `find` and `watch` ask for. All parts must hold. */
export interface Query<Record_ extends object> {
  where?: { [Field in keyof Record_]?: Condition<Record_[Field]> };
  /** Words that must all occur in the collection's search fields, case and diacritics folded. */
  search?: string;
  /** Fields to sort by; the record id breaks ties, in the last field's direction. */
  orderBy?: readonly { field: keyof Record_ & string; descending?: boolean }[];
  /** At most 10,000; 1,000 when absent. */
  limit?: number;
  /** Skips this many records of the ordered result. */
  offset?: number;
  /** Only what follows this record in the order: the last one of the page before, whether or not it is still there. */
  after?: Partial<Record_> & { id: string };
}

/** What `aggregate` groups by: a field, or the period of local time that a field of milliseconds since 1970 lies in. */
export type Grouping<Record_ extends object> =
  | (keyof Record_ & string)
  | {
      field: keyof Record_ & string;
      by: 'hour' | 'day' | 'month';
      /** An IANA name. The enrolled shop's when absent, and the host's before enrolment. */
      timeZone?: string;
    };

/** What `aggregate` measures of each group. Null is neither counted nor measured. */
export type Measure<Record_ extends object> =
  | { count: true | (keyof Record_ & string) }
  | { sum: keyof Record_ & string }
  | { min: keyof Record_ & string }
  | { max: keyof Record_ & string }
  | { average: keyof Record_ & string };

export interface Aggregation<Record_ extends object> extends Pick<Query<Record_>, 'where' | 'search'> {
  groupBy?: readonly Grouping<Record_>[];
  /** By the names that the rows have them under. */
  measures: Readonly<Record<string, Measure<Record_>>>;
}

/** The groups' values by their fields, periods as '2026-11-23T14', '2026-11-23' or '2026-11', and the measures by their names. */
export type AggregateRow = Record<string, unknown>;

/** How a query is answered. */
export interface QueryPlan {
  /** Which table is walked: the records themselves, an index, or the search texts. */
  access: 'records' | 'index' | 'search';
  table: string;
  /** The walk has the order asked for: nothing is sorted, and it ends at the limit. */
  sorted: boolean;
  /** Every entry of the walk is an answer: no record is read to decide. */
  exact: boolean;
}

/** How the result of a watched query differs from the one before it. A record may be in `changed` and in `moved`. */
export interface QueryChanges<Record> {
  added: Record[];
  changed: Record[];
  /** Those that follow another record than before, of the ones that stayed. */
  moved: Record[];
  removed: Record[];
}

/** The sync state of one record: is a local mutation of it still waiting for the server? */
export interface RecordState {
  pending: boolean;
}

/** Reads and writes that take effect together or not at all. Calls after the callback has settled fail. */
export interface Transaction<Schema extends AnySchema> {
  get<Name extends CollectionName<Schema>>(collection: Name, id: string): Promise<RecordOf<Schema, Name> | undefined>;
  find<Name extends CollectionName<Schema>>(
    collection: Name,
    query?: Query<RecordOf<Schema, Name>>,
  ): Promise<RecordOf<Schema, Name>[]>;
  /** How many records there are, whatever limit and offset say. */
  count<Name extends CollectionName<Schema>>(collection: Name, query?: Query<RecordOf<Schema, Name>>): Promise<number>;
  /** Creates a record, with a new id unless `id` is given, and returns its id. */
  put<Name extends CollectionName<Schema>>(
    collection: Name,
    fields: FieldValues<Schema, Name> & { id?: string },
  ): string;
  /** Changes the given fields of a record. */
  patch<Name extends CollectionName<Schema>>(
    collection: Name,
    id: string,
    fields: Partial<FieldValues<Schema, Name>>,
  ): void;
  /** Adds `delta` (negative to subtract) to a counter field. */
  increment<Name extends CollectionName<Schema>>(
    collection: Name,
    id: string,
    field: keyof RecordOf<Schema, Name> & string,
    delta: number,
  ): void;
  remove<Name extends CollectionName<Schema>>(collection: Name, id: string): void;
  /**
   * Takes a mutation out of quarantine, together with the other operations; the archive keeps it with `note` (JSON, at most
   * 4 KiB). Errors: record_not_found if it is in quarantine no more.
   */
  archive(mutationId: string, note: Readonly<Record<string, unknown>>): void;
  /**
   * Takes the next number (1, 2, 3 …) of a series of this database. It is stored in the same commit as the other
   * operations: never given out twice, and given back if the transaction fails.
   */
  nextNumber(series: string): Promise<number>;
}

/** A JSON array of records: its text, as bytes or as a stream of them, or the array itself. */
export type LoadSource = readonly object[] | string | Uint8Array | Blob | ReadableStream<Uint8Array>;

export interface LoadReport {
  loaded: number;
  /** Records whose ids were there already. */
  skipped: number;
}

export interface LoadOptions {
  /** Ends the load with the signal's reason. */
  signal?: AbortSignal;
  onProgress?: (soFar: LoadReport) => void;
}

/** What a sync run did. */
export interface SyncReport {
  pushed: number;
  pulled: number;
  rejected: number;
  /** Mutations that still wait. */
  waiting: number;
}

export type ConnectionState = 'unknown' | 'online' | 'offline';

/** The whole truth about sync, for a status display. */
export interface SyncStatus {
  connection: ConnectionState;
  /** True while a sync run of this context is under way; another tab or the service worker may be sending instead. */
  syncing: boolean;
  /** Mutations that the server has not answered for. */
  waiting: number;
  /** Mutations sent and answered so far in this run, and how many it began with. */
  sent: number;
  toSend: number;
  /** Changes pulled so far in this run, and the estimate of how many there are. */
  pulled: number;
  toPull: number;
  /** Mutations refused by the server, kept until somebody decides. */
  needsAction: number;
  oldestWaitingAtMs: number | null;
  lastSyncedAtMs: number | null;
  lastError: { code: string; message: string; retry: 'never' | 'later' | 'after_user_action' } | null;
  /** When the next attempt is due, if one is planned. */
  nextAttemptAtMs: number | null;
  /** True once a first sync has been completed: the app can be used without a network. */
  ready: boolean;
}

/** A mutation that the server refused or parked. */
export interface QuarantinedMutation {
  seq: number;
  incarnation: string;
  id: string;
  name: string;
  status: 'rejected' | 'quarantined';
  code: string;
  message: string;
  createdAtMs: number;
  ops: readonly object[];
}

/** A mutation that has left quarantine, with what its decider noted. */
export interface ArchivedMutation extends QuarantinedMutation {
  note: Readonly<Record<string, unknown>>;
}

/** Who this device is, as the server said at enrolment. */
export interface Enrolment {
  device: { id: string; name: string; series: string };
  shop: { id: string; name: string; currency: string; time_zone: string };
  actor: { id: string; name: string };
}

/** Stops a subscription. */
export type Unsubscribe = () => void;
