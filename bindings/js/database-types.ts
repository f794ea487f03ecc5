// SPDX-License-Identifier: MIT
// The database as an app sees it: the one interface that `openDatabase` gives.

import type { AnySchema, CollectionName, FieldValues, RecordOf } from './schema.js';
import type {
  AggregateRow,
  Aggregation,
  ArchivedMutation,
  LoadOptions,
  LoadReport,
  LoadSource,
  Enrolment,
  QuarantinedMutation,
  Query,
  QueryChanges,
  QueryPlan,
  SyncReport,
  SyncStatus,
  Transaction,
  Unsubscribe,
} from './types.js';

export interface OpenOptions<Schema extends AnySchema> {
  /** The name of the IndexedDB database. */
  name: string;
  schema: Schema;
  /** The server's address, such as `https://shop.example`; the page's own origin when absent. */
  server?: string;
  /** `memory` keeps nothing after `close`; it is for tests and for hosts without IndexedDB. Default `indexeddb`. */
  storage?: 'indexeddb' | 'memory';
  /** Where the engine's .wasm is, or its bytes or compiled module; found beside the package's script when absent. */
  wasm?: string | URL | Response | ArrayBuffer | WebAssembly.Module;
  /** `cookie` for a page on the server's own origin (the default in browsers), `bearer` for every other host. */
  credential?: 'cookie' | 'bearer';
  /** The device's token, for `bearer`. Sawa never stores it. */
  token?: string;
  /** Sync by itself: after writes, when the network returns, and from time to time. Default true. */
  autoSync?: boolean;
  /** `outbox` opens only what is needed to send waiting mutations (for service workers): queries are refused. */
  load?: 'all' | 'outbox';
}

export interface EnrolOptions {
  username: string;
  password: string;
  deviceName: string;
  /** Needed only if the user has several shops. */
  shop?: string;
}

export interface Database<Schema extends AnySchema> {
  readonly name: string;

  /** The record as this device sees it: what the server confirmed with the local mutations laid over it. */
  get<Name extends CollectionName<Schema>>(collection: Name, id: string): Promise<RecordOf<Schema, Name> | undefined>;
  find<Name extends CollectionName<Schema>>(
    collection: Name,
    query?: Query<RecordOf<Schema, Name>>,
  ): Promise<RecordOf<Schema, Name>[]>;

  /** How many records there are, whatever limit and offset say. */
  count<Name extends CollectionName<Schema>>(collection: Name, query?: Query<RecordOf<Schema, Name>>): Promise<number>;
  /** Sums, counts and the like by groups: a row for each, in the order of the groups; without groups one row. */
  aggregate<Name extends CollectionName<Schema>>(
    collection: Name,
    aggregation: Aggregation<RecordOf<Schema, Name>>,
  ): Promise<AggregateRow[]>;
  /** How `find` would answer. */
  explain<Name extends CollectionName<Schema>>(
    collection: Name,
    query?: Query<RecordOf<Schema, Name>>,
  ): Promise<QueryPlan>;

  /** Single writes; each is one mutation. They resolve when the change is durable on this device. */
  put<Name extends CollectionName<Schema>>(
    collection: Name,
    fields: FieldValues<Schema, Name> & { id?: string },
  ): Promise<string>;
  patch<Name extends CollectionName<Schema>>(
    collection: Name,
    id: string,
    fields: Partial<FieldValues<Schema, Name>>,
  ): Promise<void>;
  increment<Name extends CollectionName<Schema>>(
    collection: Name,
    id: string,
    field: keyof RecordOf<Schema, Name> & string,
    delta: number,
  ): Promise<void>;
  remove<Name extends CollectionName<Schema>>(collection: Name, id: string): Promise<void>;

  /**
   * Runs `callback` as one atomic mutation called `name` (such as `sale.complete`) over any number of collections.
   * Resolves when it is durable on this device. The callback runs again if another tab commits meanwhile, or if it waits for
   * something while writes before it are to be stored; so it must do nothing but read and write through its transaction.
   * Awaiting another `write` inside it would wait for ever.
   * On any error nothing is written; after storage_connection_lost the write may all the same have been stored.
   */
  write<Result>(
    name: string,
    callback: (transaction: Transaction<Schema>) => Result | Promise<Result>,
  ): Promise<Result>;

  /**
   * Fills a collection with records that need not be sent: a catalogue that comes with the app, say. Each has its `id`, a
   * UUID. They count as older than all that the server says; records whose ids the database has already stay as they are.
   * Resolves when all are durable on this device.
   * Into an empty collection all is stored or nothing; into another one, part by part: what was stored before an error
   * stays, and the next load of the same skips it.
   * Errors: invalid_argument for what is no JSON array of objects; invalid_value and unknown_field, with the record's number;
   * storage_contended if another tab puts something into the empty collection meanwhile; storage_…
   */
  load<Name extends CollectionName<Schema>>(
    collection: Name,
    source: LoadSource,
    options?: LoadOptions,
  ): Promise<LoadReport>;

  /**
   * Calls `listener` with the result now and after every change of it, from any tab or from a sync, and with what makes the
   * difference to the last call. Records that have not changed are the same objects.
   */
  watch<Name extends CollectionName<Schema>>(
    collection: Name,
    query: Query<RecordOf<Schema, Name>>,
    listener: (records: RecordOf<Schema, Name>[], changes: QueryChanges<RecordOf<Schema, Name>>) => void,
  ): Unsubscribe;
  /** The ids of a collection's records that a waiting mutation touches: "only on this device so far". */
  watchPending<Name extends CollectionName<Schema>>(
    collection: Name,
    listener: (ids: ReadonlySet<string>) => void,
  ): Unsubscribe;

  /** Who this device is, or null before enrolment. */
  readonly enrolment: Enrolment | null;
  /** Makes this database a device of a shop. Errors: auth_invalid_credentials, network_unreachable, … */
  enrol(options: EnrolOptions): Promise<Enrolment & { token: string | null }>;
  /** Renews an expired credential; the outbox stays. */
  login(options: { username: string; password: string }): Promise<Enrolment & { token: string | null }>;
  /** Ends the credential. Refused with `invalid_argument` while mutations wait, unless `force`. Local data stays. */
  logout(options?: { force?: boolean }): Promise<void>;

  /** Pushes and pulls until nothing is left to do. Rejects with a NetworkError, AuthError …; nothing is lost then. */
  sync(): Promise<SyncReport>;
  /**
   * Has the next sync replace the confirmed state by the server's, record by record. What waits stays, and so does what the
   * app reads until all has come. Errors: storage_…; storage_contended while a sync is running.
   */
  startOver(): Promise<void>;
  /**
   * Posts JSON to a path of the server with this device's credential, and gives the JSON of the answer.
   * Errors: as of `sync`; response_malformed for what is no JSON.
   */
  request(path: string, body: object): Promise<unknown>;
  readonly status: SyncStatus;
  /** Calls `listener` now and whenever the status changes. */
  watchStatus(listener: (status: SyncStatus) => void): Unsubscribe;
  /** Mutations the server refused or parked: kept until somebody decides. */
  quarantined(): Promise<QuarantinedMutation[]>;
  /** Those that somebody has decided about. */
  archived(): Promise<ArchivedMutation[]>;

  /** Waits for running writes, then releases everything. Later calls fail with `database_closed`. */
  close(): Promise<void>;
}
