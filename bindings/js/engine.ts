// SPDX-License-Identifier: MIT
// Calls into the engine: unwraps its envelopes, and notices when it has died.

import type { Answer, Call, EngineModule, Envelope, Handle } from './engine-module.js';
import type { ErrorCode } from './error-codes.js';
import { makeError } from './errors.js';
import type { SawaError } from './errors.js';
import { RecordDecoder } from './record-decoder.js';

interface EnvelopeJson {
  value?: unknown;
  error?: { code: ErrorCode; message: string; details: unknown };
  retryDelayMs?: number;
}

/** The failure of a sync run, with the engine's advice when to try again. */
export class SyncFailure {
  constructor(
    readonly error: SawaError,
    readonly retryDelayMs: number,
  ) {}
}

/** What a call of the engine's module needs: `(engine, database) => engine.status(database)`. */
export type EngineCall<Result> = (engine: EngineModule, database: Handle) => Result;

/** A call that takes time: `(engine, database, call) => engine.refresh(database, call)`. */
export type LongEngineCall = (engine: EngineModule, database: Handle, call: Call) => void;

/** A read that needs pages which are not in memory. Whoever made it awaits `loadMissing` and makes it again. */
export const MISSING = Symbol('missing pages');

export class Engine {
  readonly #module: EngineModule;
  readonly #decoder: RecordDecoder;
  #database: Handle | null;
  #died: unknown = null;
  readonly #running = new Map<Call, { resolve: (envelope: Envelope) => void; reject: (error: unknown) => void }>();
  #lastCall: Call = 0;
  #idle: (() => void)[] = [];

  /** `onEvents` is called when `takeEvents` has something new; it must not make that call itself. */
  constructor(module: EngineModule, options: string, onEvents: () => void) {
    this.#module = module;
    this.#database = module.create(options);
    module.listeners.set(this.#database, {
      settle: (call, envelope) => {
        const running = this.#running.get(call);
        this.#running.delete(call);
        running?.resolve(envelope);
        if (this.#running.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
      },
      announce: onEvents,
      trap: (trap) => this.#die(trap),
    });
    this.#decoder = new RecordDecoder(
      () => module.HEAPU8,
      (shape) => JSON.parse(this.raw((engine, database) => engine.shapeNames(database, shape))) as string[],
    );
  }

  get closed(): boolean {
    return this.#database === null;
  }

  get alive(): boolean {
    return this.#database !== null && this.#died === null;
  }

  /** Calls the engine and gives what it returns. Errors: database_closed, engine_aborted. */
  raw<Result>(call: EngineCall<Result>): Result {
    if (this.#died !== null) throw this.#aborted();
    if (this.#database === null) throw makeError('database_closed', 'the database is closed');
    try {
      return call(this.#module, this.#database);
    } catch (cause) {
      // C++ has no exceptions: whatever arrives here is a trap, and the engine's memory is not to be trusted any more.
      this.#die(cause);
      throw this.#aborted();
    }
  }

  /** Nothing that runs will end any more. */
  #die(cause: unknown): void {
    this.#died ??= cause;
    for (const { reject } of this.#running.values()) reject(this.#aborted());
    this.#running.clear();
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Calls the engine and unwraps the envelope. */
  call<Value>(call: EngineCall<Envelope>): Value | typeof MISSING {
    const text = this.raw(call);
    return text === '' ? MISSING : (unwrap(text) as Value);
  }

  /** As `call`, for calls that read nothing which could be missing. */
  callNow<Value>(call: EngineCall<Envelope>): Value {
    return unwrap(this.raw(call)) as Value;
  }

  /** As `call`, for calls that answer with records. */
  callForRecords(call: EngineCall<Answer>): object[] | typeof MISSING {
    const address = this.raw(call);
    if (address !== 0) return this.#decoder.decode(address);
    return this.call<never>((engine, database) => engine.problem(database));
  }

  /** Makes a read until no page is missing. */
  async read<Value>(call: () => Value | typeof MISSING): Promise<Value> {
    for (;;) {
      const value = call();
      if (value !== MISSING) return value;
      await this.loadMissing();
    }
  }

  /** Errors: those of storage. */
  async loadMissing(): Promise<void> {
    await this.callAsync((engine, database, call) => engine.loadMissing(database, call));
  }

  /** As `callNow`, for calls that answer later. */
  async callAsync<Value>(call: LongEngineCall): Promise<Value> {
    return unwrap(await this.#run(call)) as Value;
  }

  /** As `callAsync`, for sync runs: their failure is a value. */
  async sync<Value>(): Promise<Value | SyncFailure> {
    const text = await this.#run((engine, database, call) => engine.sync(database, call));
    const envelope = JSON.parse(text) as EnvelopeJson;
    if (!envelope.error) return envelope.value as Value;
    return new SyncFailure(errorOf(envelope.error), envelope.retryDelayMs ?? 0);
  }

  /** Waits for the running calls, then frees the engine's object. */
  async close(): Promise<void> {
    if (this.#running.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
    const database = this.#database;
    this.#database = null;
    if (database === null) return;
    this.#module.listeners.delete(database);
    if (this.#died === null) {
      this.#module.close(database);
      this.#module.destroy(database);
    }
  }

  #run(call: LongEngineCall): Promise<Envelope> {
    return new Promise((resolve, reject) => {
      const number = ++this.#lastCall;
      this.#running.set(number, { resolve, reject });
      try {
        this.raw((engine, database) => call(engine, database, number));
      } catch (error) {
        this.#running.delete(number);
        throw error;
      }
    });
  }

  #aborted(): SawaError {
    return makeError('engine_aborted', 'the engine has stopped; reload the page', { cause: this.#died });
  }
}

/** The JSON text of what the app gave. Errors: invalid_argument for what JSON cannot hold (a cycle, a BigInt). */
export function toJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw makeError('invalid_argument', 'the value cannot be written as JSON', { cause });
  }
}

/** The value of an envelope. Throws the error that it holds instead. */
export function unwrap(text: string): unknown {
  const envelope = JSON.parse(text) as EnvelopeJson;
  if (envelope.error) throw errorOf(envelope.error);
  return envelope.value;
}

function errorOf(error: NonNullable<EnvelopeJson['error']>): SawaError {
  return makeError(error.code, error.message, { details: error.details });
}
