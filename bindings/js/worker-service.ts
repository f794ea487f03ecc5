// SPDX-License-Identifier: MIT
// A database for a page at the other end of a port: the worker's half of `openInWorker`.

import type { Database } from './database-types.js';
import { makeError } from './errors.js';
import type { AnySchema } from './schema.js';
import type { QueryChanges, Transaction, Unsubscribe } from './types.js';
import { CallbackFailure, factsOf, METHODS, OPERATIONS, READS } from './worker-messages.js';
import type { CallNumber, ErrorFacts, RunNumber, State, ToPage, ToWorker } from './worker-messages.js';

type AnyDatabase = Database<AnySchema>;
type AnyFunction = (...args: unknown[]) => unknown;
type ToWorkerOf<Kind extends ToWorker['kind']> = Extract<ToWorker, { kind: Kind }>;

/** What the page waits for. */
const ASKING = ['call', 'write', 'read', 'load', 'watch', 'watchPending'] as const satisfies ToWorker['kind'][];
type Asking = ToWorkerOf<(typeof ASKING)[number]>;

const isAsking = (message: ToWorker): message is Asking => (ASKING as readonly string[]).includes(message.kind);

/** One run of a callback, which is a page's. */
interface Run {
  readonly transaction: Transaction<AnySchema>;
  /** Of the first operation that failed: the whole fails, whatever the callback does next. */
  failure: { error: unknown } | null;
  readonly resolve: (run: RunNumber) => void;
  readonly reject: (error: unknown) => void;
}

interface Load {
  readonly ended: AbortController;
  /** The page was asked for the next part. */
  takePart: ((part: Uint8Array | null) => void) | null;
}

/** The method of an object by its name, which must be one of these. */
function methodOf(object: object, names: readonly string[], name: string): AnyFunction {
  if (!names.includes(name)) throw makeError('invalid_argument', `there is no ${name}`);
  return ((object as Record<string, unknown>)[name] as AnyFunction).bind(object);
}

const argumentsOf = (text: string): unknown[] => JSON.parse(text) as unknown[];

export class DatabaseService {
  readonly #database: AnyDatabase;
  readonly #port: MessagePort;
  readonly #runs = new Map<RunNumber, Run>();
  readonly #loads = new Map<CallNumber, Load>();
  readonly #watches = new Map<CallNumber, Unsubscribe>();
  readonly #onClosed: () => void;
  #lastRun: RunNumber = 0;
  #stateTold = '';

  /** `lockName`: of the lock that this worker holds until `onClosed` is called. */
  constructor(database: AnyDatabase, port: MessagePort, lockName: string | null, onClosed: () => void) {
    this.#database = database;
    this.#port = port;
    this.#onClosed = onClosed;
    this.#port.onmessage = ({ data }: MessageEvent<ToWorker>) => this.#receive(data);
    this.#send({ kind: 'opened', lockName, state: this.#state() });
    this.#database.watchStatus(() => this.#tellState());
  }

  #receive(message: ToWorker): void {
    if (isAsking(message)) {
      void this.#answer(message);
      return;
    }
    switch (message.kind) {
      case 'operation':
        return this.#operate(message);
      case 'finish':
        return this.#finish(message);
      case 'part':
        return this.#loads.get(message.call)?.takePart?.(message.part);
      case 'abort':
        return this.#loads.get(message.call)?.ended.abort();
      case 'unwatch':
        this.#watches.get(message.call)?.();
        this.#watches.delete(message.call);
        return;
      case 'seen':
        // The scheduler of the database listens for what a page would hear.
        globalThis.dispatchEvent?.(new Event('pageshow'));
    }
  }

  async #answer(message: Asking): Promise<void> {
    let outcome: { value: unknown } | { error: ErrorFacts };
    try {
      outcome = { value: await this.#do(message) };
    } catch (error) {
      outcome = { error: factsOf(error) };
    }
    this.#send({ kind: 'answer', call: message.call, ...outcome, state: this.#changedState() });
  }

  #do(message: Asking): unknown {
    switch (message.kind) {
      case 'call':
        return this.#call(message);
      case 'write':
        return this.#write(message);
      case 'read':
        return this.#read(message);
      case 'load':
        return this.#load(message);
      case 'watch':
      case 'watchPending':
        return this.#watch(message);
    }
  }

  async #call({ method, args }: ToWorkerOf<'call'>): Promise<unknown> {
    const value = await methodOf(this.#database, METHODS, method)(...argumentsOf(args));
    if (method === 'close') this.#onClosed();
    return value;
  }

  #write({ call, name }: ToWorkerOf<'write'>): Promise<RunNumber> {
    let current: RunNumber | null = null;
    const forget = () => current !== null && this.#runs.delete(current);
    const done = this.#database.write(name, (transaction) => {
      forget();
      const run = (current = ++this.#lastRun);
      return new Promise<RunNumber>((resolve, reject) => {
        this.#runs.set(run, { transaction, failure: null, resolve, reject });
        this.#send({ kind: 'run', call, run });
      });
    });
    return done.finally(forget);
  }

  /** Of a run that is not current any more nothing counts. */
  #operate({ run: number, method, args }: ToWorkerOf<'operation'>): void {
    const run = this.#runs.get(number);
    if (!run || run.failure) return;
    try {
      methodOf(run.transaction, OPERATIONS, method)(...argumentsOf(args));
    } catch (error) {
      run.failure = { error };
    }
  }

  #read({ run: number, method, args }: ToWorkerOf<'read'>): unknown {
    const run = this.#runs.get(number);
    if (!run) throw makeError('invalid_argument', 'the transaction has ended');
    if (run.failure) throw run.failure.error;
    return methodOf(run.transaction, READS, method)(...argumentsOf(args));
  }

  #finish({ run: number, failed }: ToWorkerOf<'finish'>): void {
    const run = this.#runs.get(number);
    if (!run) return;
    this.#runs.delete(number);
    if (run.failure) run.reject(run.failure.error);
    else if (failed) run.reject(new CallbackFailure(number));
    else run.resolve(number);
  }

  async #load({ call, collection }: ToWorkerOf<'load'>): Promise<unknown> {
    const load: Load = { ended: new AbortController(), takePart: null };
    const { signal } = load.ended;
    this.#loads.set(call, load);
    const source = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        const part = await new Promise<Uint8Array | null>((resolve, reject) => {
          load.takePart = resolve;
          signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
          this.#send({ kind: 'more', call });
        });
        if (part) controller.enqueue(part);
        else controller.close();
      },
    });
    try {
      return await this.#database.load(collection, source, {
        signal,
        onProgress: (report) => this.#send({ kind: 'progress', call, report }),
      });
    } finally {
      this.#loads.delete(call);
    }
  }

  #watch(message: ToWorkerOf<'watch' | 'watchPending'>): void {
    const { call, collection } = message;
    if (message.kind === 'watchPending') {
      const tell = (ids: ReadonlySet<string>) => this.#send({ kind: 'pending', call, ids });
      this.#watches.set(call, this.#database.watchPending(collection, tell));
      return;
    }
    let isFirst = true;
    const tell = (records: { id: string }[], { added, changed, moved, removed }: QueryChanges<{ id: string }>) => {
      const isReordered = isFirst || added.length + moved.length + removed.length > 0;
      isFirst = false;
      const order = isReordered ? idsOf(records) : null;
      const changes = { added, changed, moved: idsOf(moved), removed: idsOf(removed), order };
      this.#send({ kind: 'result', call, changes });
    };
    this.#watches.set(call, this.#database.watch(collection, JSON.parse(message.query) as object, tell));
  }

  #state(): State {
    const { status, enrolment } = this.#database;
    return { status, enrolment };
  }

  /** Null if the page knows it. */
  #changedState(): State | null {
    try {
      const state = this.#state();
      const text = JSON.stringify(state);
      if (text === this.#stateTold) return null;
      this.#stateTold = text;
      return state;
    } catch {
      // It is closed, or has died: the answer says so.
      return null;
    }
  }

  #tellState(): void {
    const state = this.#changedState();
    if (state) this.#send({ kind: 'state', state });
  }

  #send(message: ToPage): void {
    this.#port.postMessage(message);
  }
}

const idsOf = (records: readonly { id: string }[]): string[] => records.map(({ id }) => id);
