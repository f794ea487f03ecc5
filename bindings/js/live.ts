// SPDX-License-Identifier: MIT
// Live pokes: a stream of the server that says "look" when the shop has changed, so that a device need not wait for its next
// poll. One context of a database holds it. A module of its own: docs/live.md.

import type { Database } from './database-types.js';
import { readEvents } from './event-stream.js';
import type { AnySchema } from './schema.js';
import type { Unsubscribe } from './types.js';

const PATH = '/sync/v1/live';
const LOOK = 'look';
const LOCK_PREFIX = 'sawa-live:';
/** As the engine calls itself. */
const CLIENT = 'sawa/0.1.0';

/** A server that says nothing for so long is gone; it sends a heartbeat more often. */
const SILENCE_MS = 60_000;
const FIRST_DELAY_MS = 1_000;
const LAST_DELAY_MS = 60_000;
/** Of a server that refuses: nothing will be different soon. */
const REFUSED_DELAY_MS = 5 * 60_000;
const RETRY_AFTER_MS_MAX = 60 * 60_000;
/** All devices of a shop hear of a change at once: they do not all ask at once. */
const SPREAD_MS = 500;
/** A page that nobody looks at lets another one have the stream. */
const HIDDEN_MS = 60_000;

export interface LiveOptions {
  /** The server's address, as given to `openDatabase`. */
  server?: string;
  /** The device's token, where the host keeps it; asked for at each connection. Without it the cookie is sent. */
  token?: () => string | null;
}

/** Ends with another one, or by itself. */
function linked(outer: AbortSignal): AbortController {
  const inner = new AbortController();
  if (outer.aborted) inner.abort();
  else outer.addEventListener('abort', () => inner.abort(), { signal: inner.signal });
  return inner;
}

/** Waits for a time, or until the signal or what `onWaiting` gets ends it. */
function wait(delayMs: number, signal: AbortSignal, onWaiting?: (wake: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, delayMs);
    (timer as { unref?: () => void }).unref?.();
    signal.addEventListener('abort', finish);
    if (signal.aborted) finish();
    onWaiting?.(finish);
  });
}

/**
 * Syncs a database whenever the server says that there is something new, until it is stopped: call it once for each open
 * database. It never fails: without a stream, the database polls as ever.
 */
export function keepLive<Schema extends AnySchema>(database: Database<Schema>, options: LiveOptions = {}): Unsubscribe {
  const stopped = new AbortController();
  void holdWhileVisible(database.name, stopped.signal, (signal) => listen(database, options, signal));
  return () => stopped.abort();
}

/** Runs `work` in one context of the database at a time; not in one that has been hidden for long. */
async function holdWhileVisible(
  name: string,
  stopped: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  while (!stopped.aborted) {
    await untilVisible(stopped);
    const turn = linked(stopped);
    const { signal } = turn;
    const forget = whenHiddenForLong(() => turn.abort());
    try {
      const locks = globalThis.navigator?.locks;
      if (locks) await locks.request(LOCK_PREFIX + name, { signal }, () => work(signal));
      else await work(signal);
    } catch (error) {
      // It waited for its turn, and is not to have it any more; or locks are forbidden here.
      if (!signal.aborted) {
        console.warn('Sawa could not listen for changes.', error);
        return;
      }
    } finally {
      forget();
      turn.abort();
    }
  }
}

const isHidden = (): boolean => globalThis.document?.visibilityState === 'hidden';

function untilVisible(stopped: AbortSignal): Promise<void> {
  if (!isHidden() || stopped.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = new AbortController();
    const finish = () => {
      if (isHidden() && !stopped.aborted) return;
      done.abort();
      resolve();
    };
    document.addEventListener('visibilitychange', finish, { signal: done.signal });
    stopped.addEventListener('abort', finish, { signal: done.signal });
  });
}

function whenHiddenForLong(action: () => void): () => void {
  if (typeof document === 'undefined') return () => undefined;
  const done = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    clearTimeout(timer);
    if (isHidden()) timer = setTimeout(action, HIDDEN_MS);
  };
  document.addEventListener('visibilitychange', look, { signal: done.signal });
  look();
  return () => {
    done.abort();
    clearTimeout(timer);
  };
}

/** Connects again and again. */
async function listen<Schema extends AnySchema>(
  database: Database<Schema>,
  options: LiveOptions,
  signal: AbortSignal,
): Promise<void> {
  let wake: (() => void) | null = null;
  let refused = false;
  (globalThis as unknown as Partial<EventTarget>).addEventListener?.('online', () => wake?.(), { signal });
  // A sync that succeeds shows that the device is enrolled and logged in (again).
  let syncedAtMs = database.status.lastSyncedAtMs;
  const unwatch = database.watchStatus(({ lastSyncedAtMs }) => {
    if (lastSyncedAtMs === syncedAtMs) return;
    syncedAtMs = lastSyncedAtMs;
    if (refused) wake?.();
  });
  let delayMs = FIRST_DELAY_MS;
  const onLook = () => {
    delayMs = FIRST_DELAY_MS;
    void lookSoon(database, signal);
  };
  try {
    while (!signal.aborted) {
      const outcome = database.enrolment ? await connect(options, signal, onLook) : REFUSED;
      refused = outcome.refused;
      // Spread, so that the devices of a server that was restarted do not all come back at once.
      const spread = 0.5 + Math.random() / 2;
      await wait((outcome.delayMs ?? delayMs) * spread, signal, (finish) => (wake = finish));
      wake = null;
      delayMs = Math.min(delayMs * 2, LAST_DELAY_MS);
    }
  } finally {
    unwatch();
  }
}

/** How listening has ended. */
interface Outcome {
  /** The server wants to know who this is. */
  refused: boolean;
  /** When to try again, if not a little later than last time. */
  delayMs: number | null;
}

const BROKEN: Outcome = { refused: false, delayMs: null };
const REFUSED: Outcome = { refused: true, delayMs: REFUSED_DELAY_MS };
const REFUSALS: readonly number[] = [401, 403];

function outcomeOf({ status, headers }: Response): Outcome {
  const retryAfterMs = Number(headers.get('Retry-After')) * 1000;
  if (retryAfterMs > 0) return { refused: false, delayMs: Math.min(retryAfterMs, RETRY_AFTER_MS_MAX) };
  if (status >= 500) return BROKEN;
  // Any other answer is of a server that has no stream, or of something else.
  return { refused: REFUSALS.includes(status), delayMs: REFUSED_DELAY_MS };
}

/** Listens until the stream ends, however it does. Never rejects. */
async function connect({ server = '', token }: LiveOptions, signal: AbortSignal, onLook: () => void): Promise<Outcome> {
  const silence = linked(signal);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), SILENCE_MS);
    (timer as { unref?: () => void }).unref?.();
  };
  heard();
  try {
    const bearer = token?.() ?? null;
    const response = await fetch(server + PATH, {
      headers: {
        ...{ Accept: 'text/event-stream', 'Sawa-Client': CLIENT },
        ...(bearer === null ? {} : { Authorization: `Bearer ${bearer}` }),
      },
      credentials: bearer === null ? 'same-origin' : 'omit',
      cache: 'no-store',
      redirect: 'error',
      signal: silence.signal,
    });
    const isStream = response.ok && response.headers.get('Content-Type')?.startsWith('text/event-stream') === true;
    if (isStream && response.body) {
      await readEvents(response.body, heard, (event) => {
        if (event === LOOK) onLook();
      });
      return BROKEN;
    }
    await response.body?.cancel();
    return outcomeOf(response);
  } catch {
    // No network, no server, or a stream that broke off or fell silent.
    return BROKEN;
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}

/** Of several events in a row one sync is enough: the one that begins after the last. */
const planned = new WeakSet<object>();

async function lookSoon<Schema extends AnySchema>(database: Database<Schema>, signal: AbortSignal): Promise<void> {
  if (planned.has(database)) return;
  planned.add(database);
  await wait(Math.random() * SPREAD_MS, signal);
  planned.delete(database);
  // How it went is in the status; the database tries again by itself.
  if (!signal.aborted) await database.sync().catch(() => undefined);
}
