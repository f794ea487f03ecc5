// SPDX-License-Identifier: MIT
// The page's end of the port to a database in a worker: who waits for which answer, and what happens when the worker dies.

import { makeError } from './errors.js';
import type { SawaError } from './errors.js';
import { errorOf } from './worker-messages.js';
import type { CallNumber, ErrorFacts, RunNumber, State, ToPage, ToWorker } from './worker-messages.js';

interface Waiting {
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
}

type Told = Exclude<ToPage, { kind: 'opened' | 'refused' | 'answer' | 'state' }>;

/** The callback of a write has failed: its error is with whoever ran it. */
export class RunFailed {
  constructor(readonly run: RunNumber) {}
}

export interface LinkHooks {
  /** What is told about a call while it is under way. */
  onTold: (message: Told) => void;
  onState: (state: State) => void;
  onDeath: (error: SawaError) => void;
}

export class WorkerLink {
  readonly #port: MessagePort;
  readonly #waiting = new Map<CallNumber, Waiting>();
  readonly #lockWait = new AbortController();
  readonly #opened: Promise<void>;
  #opening: Waiting | null = null;
  readonly #hooks: LinkHooks;
  #lastCall: CallNumber = 0;
  #ended: SawaError | null = null;

  constructor(port: MessagePort, hooks: LinkHooks) {
    this.#port = port;
    this.#hooks = hooks;
    this.#opened = new Promise((resolve, reject) => (this.#opening = { resolve, reject }));
    port.onmessage = ({ data }: MessageEvent<ToPage>) => this.#receive(data);
    // Some hosts tell that the other end is gone.
    port.addEventListener('close', () => this.die('the worker has ended'));
  }

  /** Resolves when the database can be used. Errors: those of openDatabase. */
  get opened(): Promise<void> {
    return this.#opened;
  }

  /** Errors: engine_aborted, database_closed. */
  assertOpen(): void {
    if (this.#ended) throw this.#ended;
  }

  /** Sends what nobody waits for; to a worker that is gone, nothing. */
  send(message: ToWorker, transfer: Transferable[] = []): void {
    if (!this.#ended) this.#port.postMessage(message, transfer);
  }

  /** Sends and waits for the answer. Errors: those of the answer, or RunFailed; engine_aborted, database_closed. */
  ask<Value>(messageOf: (call: CallNumber) => ToWorker): Promise<Value> {
    if (this.#ended) return Promise.reject(this.#ended);
    const call = this.nextCall();
    return new Promise<Value>((resolve, reject) => {
      this.#waiting.set(call, { resolve, reject });
      this.send(messageOf(call));
    });
  }

  nextCall(): CallNumber {
    return ++this.#lastCall;
  }

  /** The worker is gone, or must not be trusted any more: nobody waits for it in vain. */
  die(reason: string, cause?: unknown): void {
    if (this.#ended) return;
    const error = makeError('engine_aborted', `${reason}; reload the page`, { cause });
    this.#end(error);
    this.#settleOpening()?.reject(makeError('engine_not_loaded', reason, { cause }));
    this.#hooks.onDeath(error);
  }

  /** After this nothing is sent or heard. */
  close(): void {
    this.#end(makeError('database_closed', 'the database is closed'));
  }

  #end(error: SawaError): void {
    if (this.#ended) return;
    this.#ended = error;
    this.#lockWait.abort();
    this.#port.onmessage = null;
    this.#port.close();
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #receive(message: ToPage): void {
    switch (message.kind) {
      case 'opened':
        this.#hooks.onState(message.state);
        void this.#waitForDeath(message.lockName);
        this.#settleOpening()?.resolve(undefined as never);
        return;
      case 'refused':
        this.#settleOpening()?.reject(errorOf(message.error));
        return;
      case 'answer':
        // Whoever waited finds the state as it was when the answer was given.
        if (message.state) this.#hooks.onState(message.state);
        return this.#settle(message);
      case 'state':
        return this.#hooks.onState(message.state);
      case 'run':
      case 'more':
      case 'progress':
      case 'result':
      case 'pending':
        return this.#hooks.onTold(message);
    }
  }

  #settleOpening(): Waiting | null {
    const opening = this.#opening;
    this.#opening = null;
    return opening;
  }

  #settle({ call, value, error }: { call: CallNumber; value?: unknown; error?: ErrorFacts }): void {
    const waiting = this.#waiting.get(call);
    this.#waiting.delete(call);
    if (!error) waiting?.resolve(value as never);
    else waiting?.reject(error.run === null ? errorOf(error) : new RunFailed(error.run));
  }

  /** The worker holds a lock: whoever gets it after all knows that the worker has ended. */
  async #waitForDeath(lockName: string | null): Promise<void> {
    if (lockName === null) return;
    try {
      await navigator.locks.request(lockName, { signal: this.#lockWait.signal }, () =>
        this.die('the worker has ended'),
      );
    } catch {
      // Closed in the meantime.
    }
  }
}
