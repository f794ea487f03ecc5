// SPDX-License-Identifier: MIT
// When to sync: after writes, when the network may be back, when the page is looked at, after a failure's delay, and from
// time to time. `navigator.onLine` is only a hint; the outcome of requests decides what "online" means.

import { AuthError, makeError, NetworkError, SawaError } from './errors.js';
import { SyncFailure } from './engine.js';
import type { ConnectionState, SyncReport } from './types.js';

const POLL_INTERVAL_MS = 30_000;
const UNLIKELY_RETRY_MS = 60_000;

export interface SchedulerState {
  connection: ConnectionState;
  lastError: SawaError | null;
  nextAttemptAtMs: number | null;
}

export class SyncScheduler {
  readonly state: SchedulerState = { connection: 'unknown', lastError: null, nextAttemptAtMs: null };
  readonly #run: () => Promise<SyncReport | SyncFailure>;
  readonly #onState: () => void;
  readonly #automatic: boolean;
  readonly #listeners = new AbortController();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #current: Promise<SyncReport | SyncFailure> | null = null;
  #next: Promise<SyncReport | SyncFailure> | null = null;
  #stopped = false;
  /** The browser has said "offline" since the current run began. */
  #offlineSinceStart = false;

  constructor(run: () => Promise<SyncReport | SyncFailure>, automatic: boolean, onState: () => void) {
    this.#run = run;
    this.#onState = onState;
    this.#automatic = automatic;
    if (automatic) this.#listen();
  }

  /** A sync run that begins after this call. */
  sync(): Promise<SyncReport | SyncFailure> {
    if (!this.#current) return this.#start();
    const follow = () => {
      this.#next = null;
      return this.#start();
    };
    this.#next ??= this.#current.then(follow, follow);
    return this.#next;
  }

  /** Something may have become possible: syncs soon, if it is automatic. */
  nudge(): void {
    if (!this.#automatic || this.#stopped) return;
    this.sync().catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#listeners.abort();
    this.#clearTimer();
    await Promise.allSettled([this.#current, this.#next]);
  }

  #start(): Promise<SyncReport | SyncFailure> {
    this.#clearTimer();
    this.#offlineSinceStart = false;
    const current = this.#run().then(
      (outcome) => {
        this.#current = null;
        this.#conclude(outcome);
        return outcome;
      },
      (error: unknown) => {
        this.#current = null;
        this.#break(error);
        throw error;
      },
    );
    this.#current = current;
    return current;
  }

  #conclude(outcome: SyncReport | SyncFailure): void {
    if (outcome instanceof SyncFailure) {
      const { error, retryDelayMs } = outcome;
      if (error instanceof NetworkError) this.state.connection = 'offline';
      if (error instanceof AuthError || error.code === 'rate_limited') this.state.connection = 'online';
      if (error.code === 'not_enrolled') return;
      this.state.lastError = error;
      // What asks for a person may also pass by itself (a captive portal, a log-in in another tab): only not so soon.
      this.#plan(error.retry === 'later' ? retryDelayMs : Math.max(retryDelayMs, UNLIKELY_RETRY_MS));
    } else {
      // An answer that was already under way when the network went says nothing about the network now.
      this.state.connection = this.#offlineSinceStart ? 'offline' : 'online';
      this.state.lastError = null;
      this.#plan(POLL_INTERVAL_MS);
    }
    this.#onState();
  }

  /** The run itself broke: the engine has died, or the host refused something. */
  #break(error: unknown): void {
    if (this.#stopped) return;
    this.state.lastError = error instanceof SawaError ? error : makeError('engine_aborted', String(error));
    if (this.state.lastError.code !== 'engine_aborted') this.#plan(UNLIKELY_RETRY_MS);
    this.#onState();
  }

  #plan(delayMs: number): void {
    this.#clearTimer();
    if (!this.#automatic || this.#stopped) return;
    this.state.nextAttemptAtMs = Date.now() + delayMs;
    this.#timer = setTimeout(() => this.nudge(), delayMs);
    (this.#timer as { unref?: () => void }).unref?.();
  }

  #clearTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.state.nextAttemptAtMs = null;
  }

  #listen(): void {
    const { signal } = this.#listeners;
    const target = globalThis as unknown as EventTarget;
    if (typeof target.addEventListener !== 'function') return;
    target.addEventListener('online', () => this.nudge(), { signal });
    target.addEventListener('pageshow', () => this.nudge(), { signal });
    target.addEventListener('offline', () => this.#wentOffline(), { signal });
    if (typeof document === 'undefined') return;
    // When it is looked at, something may have changed; when it is left, this may be the last chance to send.
    document.addEventListener('visibilitychange', () => this.nudge(), { signal });
  }

  /** The browser says so only when it is sure. */
  #wentOffline(): void {
    this.#offlineSinceStart = true;
    this.state.connection = 'offline';
    this.#onState();
  }
}
