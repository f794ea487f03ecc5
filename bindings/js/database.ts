// SPDX-License-Identifier: MIT
// The database: what `openDatabase` gives. Joins the engine with this host's tabs, timers and listeners.

import type { Database, EnrolOptions, OpenOptions } from './database-types.js';
import { Engine, SyncFailure, toJson } from './engine.js';
import type { EngineModule } from './engine-module.js';
import { makeError, SawaError } from './errors.js';
import type { AnySchema, CollectionName, RecordOf } from './schema.js';
import { SyncScheduler } from './sync-scheduler.js';
import { Tabs } from './tabs.js';
import { EngineTransaction } from './transaction.js';
import type {
  Enrolment,
  QuarantinedMutation,
  Query,
  SyncReport,
  SyncStatus,
  Transaction,
  Unsubscribe,
} from './types.js';
import { guarded, Watchers } from './watchers.js';

const WRITE_ATTEMPTS_MAX = 50;
/** A context that was too late this often in a row asks the others for a turn, and they wait for so long. */
const ATTEMPTS_BEFORE_ASKING = 5;
const TURN_MS = 40;

/** The engine's part of the status. */
interface EngineStatus {
  running: boolean;
  sent: number;
  toSend: number;
  pulled: number;
  toPull: number;
  waiting: number;
  oldestWaitingAtMs: number | null;
  needsAction: number;
  syncedAtMs: number | null;
  ready: boolean;
  enrolment: Enrolment | null;
}

interface StoredMutation {
  incarnation: string;
  status: QuarantinedMutation['status'];
  code: string;
  message: string;
  created_at_ms: number;
  mutation: { seq: number; id: string; name: string; ops: object[] };
}

export class EngineBackedDatabase<Schema extends AnySchema> implements Database<Schema> {
  readonly name: string;
  readonly #engine: Engine;
  readonly #tabs: Tabs;
  readonly #watchers = new Watchers();
  readonly #statusListeners = new Set<(status: SyncStatus) => void>();
  readonly #scheduler: SyncScheduler;
  #lastWrite: Promise<unknown> = Promise.resolve();
  #othersTurnUntilMs = 0;
  #eventsPlanned = false;
  #closing = false;
  #lastKnown: EngineStatus | null = null;
  readonly #outboxOnly: boolean;

  /** Opens or creates the database. Errors: invalid_schema, storage_… */
  static async open<Schema extends AnySchema>(
    module: EngineModule,
    options: OpenOptions<Schema>,
  ): Promise<EngineBackedDatabase<Schema>> {
    const database = new EngineBackedDatabase<Schema>(module, options);
    try {
      await database.#engine.callAsync((engine) => engine.open());
    } catch (error) {
      await database.close();
      throw error;
    }
    if (database.enrolment) database.#scheduler.nudge();
    return database;
  }

  private constructor(module: EngineModule, options: OpenOptions<Schema>) {
    this.name = options.name;
    this.#outboxOnly = options.load === 'outbox';
    const engineOptions = {
      name: options.name,
      schema: options.schema,
      storage: options.storage ?? 'indexeddb',
      server: options.server ?? '',
      token: options.token ?? '',
      bearer: options.credential === 'bearer',
      outboxOnly: this.#outboxOnly,
    };
    this.#engine = new Engine(new module.Database(toJson(engineOptions), () => this.#planEvents()));
    this.#tabs = new Tabs(
      options.name,
      () => this.#look(),
      () => (this.#othersTurnUntilMs = Date.now() + TURN_MS),
    );
    this.#scheduler = new SyncScheduler(
      () => this.#syncOnce(),
      options.autoSync ?? true,
      () => this.#notifyStatus(),
    );
  }

  get: Database<Schema>['get'] = async (collection, id) => {
    const record = this.#engine.call<object | null>((engine) => engine.get(collection, id));
    return (record ?? undefined) as never;
  };

  find: Database<Schema>['find'] = async (collection, query = {}) => this.#find(collection, query);

  put: Database<Schema>['put'] = (collection, fields) =>
    this.write(`${collection}.put`, (transaction) => transaction.put(collection, fields));

  patch: Database<Schema>['patch'] = (collection, id, fields) =>
    this.write(`${collection}.patch`, (transaction) => transaction.patch(collection, id, fields));

  increment: Database<Schema>['increment'] = (collection, id, field, delta) =>
    this.write(`${collection}.increment`, (transaction) => transaction.increment(collection, id, field, delta));

  remove: Database<Schema>['remove'] = (collection, id) =>
    this.write(`${collection}.remove`, (transaction) => transaction.remove(collection, id));

  write<Result>(
    name: string,
    callback: (transaction: Transaction<Schema>) => Result | Promise<Result>,
  ): Promise<Result> {
    if (this.#closing) return Promise.reject(makeError('database_closed', 'the database is closed'));
    // One at a time: two callbacks that ran between each other's steps could only make each other run again.
    const write = this.#lastWrite.then(() => this.#writeNow(name, callback));
    this.#lastWrite = write.catch(() => undefined);
    return write;
  }

  async #writeNow<Result>(
    name: string,
    callback: (transaction: Transaction<Schema>) => Result | Promise<Result>,
  ): Promise<Result> {
    if (Date.now() < this.#othersTurnUntilMs) await new Promise((resolve) => setTimeout(resolve, TURN_MS));
    for (let attempt = 1; ; attempt++) {
      const transaction = new EngineTransaction(this.#engine, name);
      try {
        const result = await callback(transaction as unknown as Transaction<Schema>);
        await transaction.commit();
        this.#afterCommits();
        this.#scheduler.nudge();
        return result;
      } catch (error) {
        transaction.discard();
        const contended = error instanceof SawaError && error.code === 'storage_contended';
        if (!contended || attempt >= WRITE_ATTEMPTS_MAX) throw error;
        if (attempt % ATTEMPTS_BEFORE_ASKING === 0) this.#tabs.askForTurn();
      }
    }
  }

  watch<Name extends CollectionName<Schema>>(
    collection: Name,
    query: Query<RecordOf<Schema, Name>>,
    listener: (records: RecordOf<Schema, Name>[]) => void,
  ): Unsubscribe {
    this.#find(collection, query);
    return this.#watchers.add(collection, () => listener(this.#find(collection, query)));
  }

  watchPending<Name extends CollectionName<Schema>>(
    collection: Name,
    listener: (ids: ReadonlySet<string>) => void,
  ): Unsubscribe {
    return this.#watchers.add(collection, () => {
      const ids = JSON.parse(this.#engine.raw((engine) => engine.pendingIds(collection))) as string[];
      listener(new Set(ids));
    });
  }

  get enrolment(): Enrolment | null {
    return this.#engineStatus().enrolment;
  }

  async enrol({ username, password, deviceName, shop = '' }: EnrolOptions) {
    return this.#authenticate((engine) => engine.enrol(username, password, deviceName, shop));
  }

  async login({ username, password }: { username: string; password: string }) {
    return this.#authenticate((engine) => engine.login(username, password));
  }

  async #authenticate(call: Parameters<Engine['callAsync']>[0]): Promise<Enrolment & { token: string | null }> {
    const { enrolment, token } = await this.#engine.callAsync<{ enrolment: Enrolment; token: string | null }>(call);
    this.#afterCommits();
    this.#scheduler.nudge();
    return { ...enrolment, token };
  }

  async logout({ force = false }: { force?: boolean } = {}): Promise<void> {
    const { waiting } = this.#engineStatus();
    if (waiting > 0 && !force) {
      throw makeError('invalid_argument', `${waiting} mutations wait to be sent`, { details: { waiting } });
    }
    await this.#engine.callAsync((engine) => engine.logout());
  }

  async sync(): Promise<SyncReport> {
    const outcome = await this.#scheduler.sync();
    if (outcome instanceof SyncFailure) throw outcome.error;
    return outcome;
  }

  #syncOnce(): Promise<SyncReport | SyncFailure> {
    return this.#tabs.exclusively(async () => {
      const outcome = await this.#engine.sync<SyncReport>();
      this.#afterCommits();
      return outcome;
    });
  }

  get status(): SyncStatus {
    const { running, syncedAtMs, enrolment: _, ...counts } = this.#engineStatus();
    const { connection, lastError, nextAttemptAtMs } = this.#scheduler.state;
    return {
      ...counts,
      connection,
      syncing: running,
      lastSyncedAtMs: syncedAtMs,
      nextAttemptAtMs,
      lastError: lastError && { code: lastError.code, message: lastError.message, retry: lastError.retry },
    };
  }

  watchStatus(listener: (status: SyncStatus) => void): Unsubscribe {
    this.#statusListeners.add(listener);
    queueMicrotask(() => {
      if (this.#statusListeners.has(listener)) guarded(() => listener(this.status));
    });
    return () => this.#statusListeners.delete(listener);
  }

  async quarantined(): Promise<QuarantinedMutation[]> {
    const stored = JSON.parse(this.#engine.raw((engine) => engine.quarantined())) as StoredMutation[];
    return stored.map(({ mutation, created_at_ms: createdAtMs, ...rest }) => ({ ...rest, ...mutation, createdAtMs }));
  }

  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    await this.#lastWrite;
    await this.#scheduler.stop();
    this.#tabs.close();
    this.#watchers.clear();
    this.#statusListeners.clear();
    await this.#engine.close();
  }

  #find(collection: string, query: object): never[] {
    const text = toJson(query);
    return this.#engine.call((engine) => engine.find(collection, text));
  }

  #engineStatus(): EngineStatus {
    try {
      this.#lastKnown = this.#engine.call<EngineStatus>((engine) => engine.status());
    } catch (error) {
      // A dead engine must not take the status display with it: that is where it is told.
      const died = error instanceof SawaError && error.code === 'engine_aborted';
      if (!died || !this.#lastKnown) throw error;
      return { ...this.#lastKnown, running: false };
    }
    return this.#lastKnown;
  }

  /** Tells the other contexts, and keeps the log short. */
  #afterCommits(): void {
    this.#tabs.look();
    if (this.#outboxOnly || this.#engine.closed) return;
    this.#engine
      .callAsync((engine) => engine.foldIfLong())
      .catch((error: unknown) => {
        // What was committed is safe in the log; the next commit tries again.
        console.warn('Sawa could not fold its log into pages.', error);
      });
  }

  /** Another context has committed something. */
  #look(): void {
    if (this.#closing) return;
    this.#engine
      .callAsync((engine) => engine.refresh())
      .catch((error: unknown) => {
        // The next use of the database meets the same error and reports it to somebody who can act on it.
        if (!this.#closing) console.warn('Sawa could not read what another tab wrote.', error);
      });
  }

  #planEvents(): void {
    if (this.#eventsPlanned) return;
    this.#eventsPlanned = true;
    queueMicrotask(() => {
      this.#eventsPlanned = false;
      if (this.#closing) return;
      const events = JSON.parse(this.#engine.raw((engine) => engine.takeEvents())) as {
        collections: string[];
        status: boolean;
      };
      this.#watchers.notify(events.collections);
      if (events.status) this.#notifyStatus();
    });
  }

  #notifyStatus(): void {
    if (this.#closing || this.#statusListeners.size === 0) return;
    const status = this.status;
    for (const listener of [...this.#statusListeners]) guarded(() => listener(status));
  }
}
