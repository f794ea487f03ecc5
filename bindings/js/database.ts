// SPDX-License-Identifier: MIT
// The database: what `openDatabase` gives. Joins the engine with this host's tabs, timers and listeners.

import { prepareAggregation } from './aggregation.js';
import type { Database, EnrolOptions, OpenOptions } from './database-types.js';
import { Engine, SyncFailure, toJson } from './engine.js';
import type { EngineCall } from './engine.js';
import type { Answer, EngineModule } from './engine-module.js';
import { makeError, SawaError } from './errors.js';
import { LiveQuery } from './live-query.js';
import { load, turn } from './loading.js';
import type { AnySchema, CollectionName, RecordOf } from './schema.js';
import { SyncScheduler } from './sync-scheduler.js';
import { Tabs } from './tabs.js';
import type {
  ArchivedMutation,
  Enrolment,
  QuarantinedMutation,
  Query,
  QueryChanges,
  SyncReport,
  SyncStatus,
  Transaction,
  Unsubscribe,
} from './types.js';
import { guarded, Watchers } from './watchers.js';
import type { Touched } from './watchers.js';
import { WriteQueue } from './write-queue.js';

/** A context that another one asks for a turn waits for so long. */
const TURN_MS = 40;
/** An aggregation takes a few milliseconds for so many. */
const SLICE_ENTRIES = 1_500;
const SLICE_GROWTH = 1.02;

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

function quarantinedOf({ mutation, created_at_ms: createdAtMs, ...rest }: StoredMutation): QuarantinedMutation {
  return { ...rest, ...mutation, createdAtMs };
}

export class EngineBackedDatabase<Schema extends AnySchema> implements Database<Schema> {
  readonly name: string;
  readonly #engine: Engine;
  readonly #tabs: Tabs;
  readonly #watchers = new Watchers();
  readonly #statusListeners = new Set<(status: SyncStatus) => void>();
  readonly #scheduler: SyncScheduler;
  readonly #writes: WriteQueue;
  #othersTurnUntilMs = 0;
  #load: Promise<void> = Promise.resolve();
  #aggregation: Promise<unknown> = Promise.resolve();
  #eventsPlanned = false;
  #opened = false;
  /** Another context committed something while this one was opening, which may have read it or not. */
  #lookWhenOpened = false;
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
      await database.#engine.callAsync((engine, handle, call) => engine.open(handle, call));
      database.#opened = true;
      if (database.#lookWhenOpened) database.#look();
    } catch (error) {
      await database.close();
      throw error;
    }
    if (database.enrolment) database.#scheduler.nudge();
    void database.#warmUp();
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
    this.#engine = new Engine(module, toJson(engineOptions), () => this.#planEvents());
    this.#tabs = new Tabs(
      options.name,
      () => this.#look(),
      () => (this.#othersTurnUntilMs = Date.now() + TURN_MS),
    );
    this.#writes = new WriteQueue(this.#engine, {
      beforeGroup: () => this.#waitForOthersTurn(),
      afterGroup: () => {
        this.#afterCommits();
        this.#scheduler.nudge();
      },
      askForTurn: () => this.#tabs.askForTurn(),
    });
    this.#scheduler = new SyncScheduler(
      () => this.#syncOnce(),
      options.autoSync ?? true,
      () => this.#notifyStatus(),
    );
  }

  get: Database<Schema>['get'] = async (collection, id) => {
    const records = await this.#read((engine, database) => engine.get(database, 0, collection, id));
    return records[0] as never;
  };

  find: Database<Schema>['find'] = async (collection, query = {}) => {
    const text = toJson(query);
    return (await this.#read((engine, database) => engine.find(database, 0, collection, text))) as never[];
  };

  count: Database<Schema>['count'] = async (collection, query = {}) => {
    const text = toJson(query);
    return this.#engine.read(() =>
      this.#engine.call<number>((engine, database) => engine.count(database, 0, collection, text)),
    );
  };

  aggregate: Database<Schema>['aggregate'] = async (collection, aggregation) => {
    const { text, toRows } = prepareAggregation(aggregation, this.enrolment?.shop.time_zone);
    const slices = async () => {
      // It begins anew when somebody has changed the collection; larger slices see to it that it ends.
      for (let entryCount = 0; ; entryCount = entryCount * SLICE_GROWTH || SLICE_ENTRIES) {
        const rows = await this.#engine.read(() =>
          this.#engine.call<unknown[][] | null>((engine, database) =>
            engine.aggregate(database, entryCount, collection, text),
          ),
        );
        if (rows) return toRows(rows);
        await turn();
      }
    };
    // The engine has one aggregation at a time.
    const own = this.#aggregation.then(slices, slices);
    this.#aggregation = own;
    return own;
  };

  explain: Database<Schema>['explain'] = async (collection, query = {}) => {
    const text = toJson(query);
    return this.#engine.callNow((engine, database) => engine.explain(database, collection, text));
  };

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
    return this.#writes.add(name, (transaction) => callback(transaction as unknown as Transaction<Schema>));
  }

  load: Database<Schema>['load'] = async (collection, source, options = {}) => {
    // The engine has one load at a time.
    const before = this.#load;
    const own = before.then(() => load(this.#engine, collection, source, options));
    this.#load = own.then(
      () => this.#afterCommits(),
      () => undefined,
    );
    return own;
  };

  watch<Name extends CollectionName<Schema>>(
    collection: Name,
    query: Query<RecordOf<Schema, Name>>,
    listener: (records: RecordOf<Schema, Name>[], changes: QueryChanges<RecordOf<Schema, Name>>) => void,
  ): Unsubscribe {
    const text = toJson(query);
    // A query that is wrong is wrong at once.
    this.#engine.callNow((engine, database) => engine.explain(database, collection, text));
    let stopped = false;
    const live = new LiveQuery({
      hasOffset: (query.offset ?? 0) > 0,
      find: () =>
        this.#engine.callForRecords((engine, database) => engine.find(database, 0, collection, text)) as never,
      load: () => this.#engine.loadMissing(),
      isAnsweredByAny: (ids) => {
        const list = JSON.stringify(ids);
        return (
          this.#engine.call<boolean>((engine, database) => engine.isAnsweredByAny(database, collection, text, list)) !==
          false
        );
      },
      tell: (records, changes) => {
        if (!stopped && !this.#closing) guarded(() => listener(records as never[], changes as never));
      },
      fail: (error) => this.#warn('Sawa could not read what a listener watches.', error),
    });
    const unwatch = this.#watchers.add(collection, (touched) => live.run(touched));
    return () => {
      stopped = true;
      unwatch();
    };
  }

  watchPending<Name extends CollectionName<Schema>>(
    collection: Name,
    listener: (ids: ReadonlySet<string>) => void,
  ): Unsubscribe {
    return this.#watchers.add(collection, () => {
      const text = this.#engine.raw((engine, database) => engine.pendingIds(database, collection));
      const ids = JSON.parse(text) as string[];
      listener(new Set(ids));
    });
  }

  get enrolment(): Enrolment | null {
    return this.#engineStatus().enrolment;
  }

  async enrol({ username, password, deviceName, shop = '' }: EnrolOptions) {
    return this.#authenticate((engine, database, call) =>
      engine.enrol(database, call, username, password, deviceName, shop),
    );
  }

  async login({ username, password }: { username: string; password: string }) {
    return this.#authenticate((engine, database, call) => engine.login(database, call, username, password));
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
    await this.#engine.callAsync((engine, database, call) => engine.logout(database, call));
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

  startOver(): Promise<void> {
    return this.#tabs.exclusively(() =>
      this.#engine.callAsync<void>((engine, database, call) => engine.startOver(database, call)),
    );
  }

  async request(path: string, body: object): Promise<unknown> {
    const text = toJson(body);
    return this.#engine.callAsync((engine, database, call) => engine.request(database, call, path, text));
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
    const text = this.#engine.raw((engine, database) => engine.quarantined(database, 0));
    return (JSON.parse(text) as StoredMutation[]).map(quarantinedOf);
  }

  async archived(): Promise<ArchivedMutation[]> {
    const text = this.#engine.raw((engine, database) => engine.quarantined(database, 1));
    const stored = JSON.parse(text) as { entry: StoredMutation; note: ArchivedMutation['note'] }[];
    return stored.map(({ entry, note }) => ({ ...quarantinedOf(entry), note }));
  }

  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    await this.#writes.idle();
    await this.#scheduler.stop();
    this.#tabs.close();
    this.#watchers.clear();
    this.#statusListeners.clear();
    await this.#engine.close();
  }

  #read(call: EngineCall<Answer>): Promise<object[]> {
    return this.#engine.read(() => this.#engine.callForRecords(call));
  }

  /** Reads the resident collections into memory, piece by piece, so that nothing else has to wait. */
  async #warmUp(): Promise<void> {
    if (this.#outboxOnly) return;
    try {
      while (!this.#closing) {
        const more = await this.#engine.callAsync<boolean>((engine, database, call) => engine.warmUp(database, call));
        if (!more) return;
        await new Promise((resolve) => setTimeout(resolve));
      }
    } catch (error) {
      this.#warn('Sawa could not read all of the database ahead.', error);
    }
  }

  /** For upkeep that nobody awaits: whoever uses the database next meets the same error and can act on it. */
  #warn(message: string, error: unknown): void {
    if (!this.#closing) console.warn(message, error);
  }

  #engineStatus(): EngineStatus {
    try {
      this.#lastKnown = this.#engine.callNow<EngineStatus>((engine, database) => engine.status(database));
    } catch (error) {
      // A dead engine must not take the status display with it: that is where it is told.
      const died = error instanceof SawaError && error.code === 'engine_aborted';
      if (!died || !this.#lastKnown) throw error;
      return { ...this.#lastKnown, running: false };
    }
    return this.#lastKnown;
  }

  async #waitForOthersTurn(): Promise<void> {
    if (Date.now() < this.#othersTurnUntilMs) await new Promise((resolve) => setTimeout(resolve, TURN_MS));
  }

  /** Tells the other contexts, and keeps the log short. */
  #afterCommits(): void {
    this.#tabs.look();
    if (this.#outboxOnly || this.#engine.closed) return;
    this.#engine
      .callAsync((engine, database, call) => engine.foldIfLong(database, call))
      .catch((error: unknown) => {
        // What was committed is safe in the log; the next commit tries again.
        console.warn('Sawa could not fold its log into pages.', error);
      });
  }

  /** Another context has committed something. */
  #look(): void {
    if (!this.#opened) this.#lookWhenOpened = true;
    if (!this.#opened || this.#closing) return;
    this.#engine
      .callAsync((engine, database, call) => engine.refresh(database, call))
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
      const events = JSON.parse(this.#engine.raw((engine, database) => engine.takeEvents(database))) as {
        collections: Record<string, Touched>;
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
