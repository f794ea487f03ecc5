// SPDX-License-Identifier: MIT
// A database whose engine runs in a worker, as the page sees it.

import type { Database, EnrolOptions } from './database-types.js';
import { toJson } from './engine.js';
import { makeError } from './errors.js';
import type { SawaError } from './errors.js';
import { partsOf } from './loading.js';
import type { AnySchema, CollectionName, RecordOf } from './schema.js';
import type {
  ArchivedMutation,
  Enrolment,
  LoadOptions,
  LoadReport,
  LoadSource,
  QuarantinedMutation,
  Query,
  QueryChanges,
  SyncReport,
  SyncStatus,
  Transaction,
  Unsubscribe,
} from './types.js';
import { guarded } from './watchers.js';
import { RunFailed, WorkerLink } from './worker-link.js';
import type { CallNumber, Method, RunNumber, State, ToPage, ToWorker } from './worker-messages.js';
import { WatchedResult } from './worker-result.js';
import { WorkerTransaction } from './worker-transaction.js';

/** A write whose callback the worker asks to be run, perhaps several times. */
interface Write {
  readonly callback: (transaction: WorkerTransaction) => unknown;
  readonly results: Map<RunNumber, unknown>;
  readonly errors: Map<RunNumber, unknown>;
}

interface Load {
  readonly parts: AsyncGenerator<Uint8Array>;
  readonly onProgress: (report: LoadReport) => void;
  /** Of the source, or of the app's listener: the worker only hears that it is over. */
  failure: { error: unknown } | null;
}

type Told<Kind extends ToPage['kind']> = Extract<ToPage, { kind: Kind }>;

export class WorkerDatabase<Schema extends AnySchema> implements Database<Schema> {
  readonly name: string;
  readonly #link: WorkerLink;
  readonly #onClosed: () => void;
  readonly #writes = new Map<CallNumber, Write>();
  readonly #loads = new Map<CallNumber, Load>();
  readonly #results = new Map<CallNumber, WatchedResult>();
  readonly #pending = new Map<CallNumber, (ids: ReadonlySet<string>) => void>();
  readonly #statusListeners = new Set<(status: SyncStatus) => void>();
  readonly #pageListeners = new AbortController();
  #state: State | null = null;
  #closing = false;

  /** `onClosed` is called once, when the worker is not needed any more, or gone. */
  constructor(name: string, port: MessagePort, onClosed: () => void) {
    this.name = name;
    this.#onClosed = onClosed;
    this.#link = new WorkerLink(port, {
      onTold: (message) => this.#hear(message),
      onState: (state) => this.#take(state),
      onDeath: (error) => this.#die(error),
    });
  }

  /** Resolves when it can be used. Errors: those of openDatabase. */
  async opened(): Promise<this> {
    try {
      await this.#link.opened;
    } catch (error) {
      this.#link.close();
      throw error;
    }
    this.#listenToPage();
    return this;
  }

  /** The worker has failed, or was told to end. */
  abort(reason: string, cause?: unknown): void {
    this.#link.die(reason, cause);
  }

  get: Database<Schema>['get'] = (collection, id) => this.#call('get', collection, id);
  find: Database<Schema>['find'] = (collection, query = {}) => this.#call('find', collection, query);
  count: Database<Schema>['count'] = (collection, query = {}) => this.#call('count', collection, query);
  aggregate: Database<Schema>['aggregate'] = (collection, aggregation) =>
    this.#call('aggregate', collection, aggregation);
  explain: Database<Schema>['explain'] = (collection, query = {}) => this.#call('explain', collection, query);

  put: Database<Schema>['put'] = (collection, fields) => this.#call('put', collection, fields);
  patch: Database<Schema>['patch'] = (collection, id, fields) => this.#call('patch', collection, id, fields);
  increment: Database<Schema>['increment'] = (...args) => this.#call('increment', ...args);
  remove: Database<Schema>['remove'] = (collection, id) => this.#call('remove', collection, id);

  async write<Result>(
    name: string,
    callback: (transaction: Transaction<Schema>) => Result | Promise<Result>,
  ): Promise<Result> {
    this.#assertOpen();
    const write: Write = { callback: callback as never, results: new Map(), errors: new Map() };
    let number: CallNumber = 0;
    try {
      const run = await this.#link.ask<RunNumber>((call) => {
        this.#writes.set((number = call), write);
        return { kind: 'write', call, name };
      });
      return write.results.get(run) as Result;
    } catch (error) {
      throw error instanceof RunFailed ? write.errors.get(error.run) : error;
    } finally {
      this.#writes.delete(number);
    }
  }

  async #run({ call, run }: Told<'run'>): Promise<void> {
    const write = this.#writes.get(call);
    if (!write) return;
    const transaction = new WorkerTransaction(this.#link, run);
    let failed = false;
    try {
      write.results.set(run, await write.callback(transaction));
      transaction.finish();
    } catch (error) {
      failed = true;
      write.errors.set(run, error);
      transaction.end();
    }
    this.#link.send({ kind: 'finish', run, failed });
  }

  load: Database<Schema>['load'] = async (collection, source, options = {}) => {
    this.#assertOpen();
    const { signal } = options;
    signal?.throwIfAborted();
    let number: CallNumber = 0;
    const load = this.#newLoad(source, options);
    const abort = () => this.#failLoad(number, signal!.reason);
    signal?.addEventListener('abort', abort);
    try {
      return await this.#link.ask<LoadReport>((call) => {
        this.#loads.set((number = call), load);
        return { kind: 'load', call, collection };
      });
    } catch (error) {
      throw load.failure ? load.failure.error : error;
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#loads.delete(number);
      // Where it comes from need not go on.
      load.parts.return(undefined).catch(() => undefined);
    }
  };

  #newLoad(source: LoadSource, { onProgress }: LoadOptions): Load {
    return { parts: partsOf(source), onProgress: (report) => onProgress?.(report), failure: null };
  }

  #failLoad(call: CallNumber, error: unknown): void {
    const load = this.#loads.get(call);
    if (!load) return;
    load.failure ??= { error };
    this.#link.send({ kind: 'abort', call });
  }

  async #sendPart({ call }: Told<'more'>): Promise<void> {
    try {
      const next = await this.#loads.get(call)?.parts.next();
      // A copy: the source's own bytes stay the app's.
      const part = next?.value ? new Uint8Array(next.value as Uint8Array) : null;
      this.#link.send({ kind: 'part', call, part }, part ? [part.buffer] : []);
    } catch (error) {
      this.#failLoad(call, error);
    }
  }

  #tellProgress({ call, report }: Told<'progress'>): void {
    try {
      this.#loads.get(call)?.onProgress(report);
    } catch (error) {
      this.#failLoad(call, error);
    }
  }

  watch<Name extends CollectionName<Schema>>(
    collection: Name,
    query: Query<RecordOf<Schema, Name>>,
    listener: (records: RecordOf<Schema, Name>[], changes: QueryChanges<RecordOf<Schema, Name>>) => void,
  ): Unsubscribe {
    const text = toJson(query);
    const result = new WatchedResult(listener as never);
    return this.#subscribe(this.#results, result, (call) => ({ kind: 'watch', call, collection, query: text }));
  }

  watchPending<Name extends CollectionName<Schema>>(
    collection: Name,
    listener: (ids: ReadonlySet<string>) => void,
  ): Unsubscribe {
    return this.#subscribe(this.#pending, listener, (call) => ({ kind: 'watchPending', call, collection }));
  }

  /** What is wrong with a query is known later than the call: whoever handles the page's errors hears of it. */
  #subscribe<Subscriber>(
    subscribers: Map<CallNumber, Subscriber>,
    subscriber: Subscriber,
    messageOf: (call: CallNumber) => ToWorker,
  ): Unsubscribe {
    this.#assertOpen();
    this.#link.assertOpen();
    let number: CallNumber = 0;
    const begun = this.#link.ask<void>((call) => {
      subscribers.set((number = call), subscriber);
      return messageOf(call);
    });
    begun.catch((error: unknown) => {
      if (!subscribers.delete(number)) return;
      guarded(() => {
        throw error;
      });
    });
    return () => {
      if (subscribers.delete(number)) this.#link.send({ kind: 'unwatch', call: number });
    };
  }

  get enrolment(): Enrolment | null {
    return this.#known().enrolment;
  }

  enrol(options: EnrolOptions): Promise<Enrolment & { token: string | null }> {
    return this.#call('enrol', options);
  }

  login(options: { username: string; password: string }): Promise<Enrolment & { token: string | null }> {
    return this.#call('login', options);
  }

  logout(options: { force?: boolean } = {}): Promise<void> {
    return this.#call('logout', options);
  }

  sync(): Promise<SyncReport> {
    return this.#call('sync');
  }

  startOver(): Promise<void> {
    return this.#call('startOver');
  }

  request(path: string, body: object): Promise<unknown> {
    return this.#call('request', path, body);
  }

  get status(): SyncStatus {
    return this.#known().status;
  }

  watchStatus(listener: (status: SyncStatus) => void): Unsubscribe {
    this.#statusListeners.add(listener);
    queueMicrotask(() => {
      if (this.#statusListeners.has(listener)) guarded(() => listener(this.status));
    });
    return () => this.#statusListeners.delete(listener);
  }

  quarantined(): Promise<QuarantinedMutation[]> {
    return this.#call('quarantined');
  }

  archived(): Promise<ArchivedMutation[]> {
    return this.#call('archived');
  }

  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    this.#pageListeners.abort();
    this.#statusListeners.clear();
    try {
      await this.#link.ask<void>((call) => ({ kind: 'call', call, method: 'close', args: '[]' }));
    } catch {
      // A worker that is gone has nothing to close.
    }
    this.#results.clear();
    this.#pending.clear();
    this.#link.close();
    this.#onClosed();
  }

  async #call<Value>(method: Method, ...args: readonly unknown[]): Promise<Value> {
    this.#assertOpen();
    const text = toJson(args);
    return this.#link.ask<Value>((call) => ({ kind: 'call', call, method, args: text }));
  }

  #assertOpen(): void {
    if (this.#closing) throw makeError('database_closed', 'the database is closed');
  }

  #known(): State {
    this.#assertOpen();
    return this.#state!;
  }

  #hear(message: Parameters<ConstructorParameters<typeof WorkerLink>[1]['onTold']>[0]): void {
    switch (message.kind) {
      case 'run':
        return void this.#run(message);
      case 'more':
        return void this.#sendPart(message);
      case 'progress':
        return this.#tellProgress(message);
      case 'result':
        if (!this.#closing) this.#results.get(message.call)?.take(message.changes);
        return;
      case 'pending':
        if (!this.#closing) guarded(() => this.#pending.get(message.call)?.(message.ids));
    }
  }

  #take(state: State): void {
    this.#state = state;
    for (const listener of [...this.#statusListeners]) guarded(() => listener(state.status));
  }

  /** The status is where it is told. */
  #die({ code, message, retry }: SawaError): void {
    this.#pageListeners.abort();
    if (this.#state) {
      const status = {
        ...this.#state.status,
        syncing: false,
        nextAttemptAtMs: null,
        lastError: { code, message, retry },
      };
      this.#take({ ...this.#state, status });
    }
    this.#onClosed();
  }

  /** A worker does not hear when its page is looked at again. */
  #listenToPage(): void {
    const { signal } = this.#pageListeners;
    const seen = () => this.#link.send({ kind: 'seen' });
    globalThis.window?.addEventListener('pageshow', seen, { signal });
    globalThis.document?.addEventListener(
      'visibilitychange',
      () => {
        if (document.visibilityState === 'visible') seen();
      },
      { signal },
    );
  }
}
