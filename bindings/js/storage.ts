// SPDX-License-Identifier: MIT
// How safe the local data is: what the browser promises, how much room there is, and whether it has thrown a database
// away. A module of its own: docs/storage-care.md.

import type { Unsubscribe } from './types.js';

export { checkWitness, forgetWipe, keepWitness } from './witness.js';
export type { WitnessMark, WitnessReport } from './witness.js';

/** `best_effort`: the browser may clear everything when its disk is full. `unknown`: it does not say. */
export type Persistence = 'persistent' | 'best_effort' | 'unknown';

/** `unknown`: the browser does not say how much room there is, and nobody has tried. */
export type StorageLevel = 'ok' | 'low' | 'critical' | 'unknown';

export interface StorageState {
  persistence: Persistence;
  /** Of all that this origin stores; null where the browser does not say. */
  usedBytes: number | null;
  /** Null too where the browser tells everybody the same: Chromium, from version 138. */
  quotaBytes: number | null;
  level: StorageLevel;
}

/** A level is reached when less than both is left, of the quota and in bytes: a fifth of a large disk is no shortage. */
const THRESHOLDS = [
  { level: 'critical', share: 0.05, bytes: 50_000_000 },
  { level: 'low', share: 0.2, bytes: 500_000_000 },
] as const;

const LOOK_EVERY_MS = 60_000;
/** To try is to write: not often, and not much. */
const TRY_EVERY_MS = 6 * 60 * 60 * 1000;
const TRIED_BYTES = 10_000_000;
const TRIAL_NAME = 'sawa-room';

/** Chromium's answer is the use and whole gibibytes, so that it tells nothing of the disk. */
const QUOTA_UNIT_BYTES = 2 ** 30;

/** The level of a use and a quota. */
export function storageLevel(usedBytes: number | null, quotaBytes: number | null): StorageLevel {
  if (usedBytes === null || quotaBytes === null) return 'unknown';
  const left = Math.max(0, quotaBytes - usedBytes);
  return THRESHOLDS.find(({ share, bytes }) => left < share * quotaBytes && left < bytes)?.level ?? 'ok';
}

/** The browser's storage manager; none in an insecure page, in Node, and in old browsers. */
const manager = (): Partial<StorageManager> | undefined => globalThis.navigator?.storage;

/** What the browser says at this moment, without asking it for anything. Never rejects: what it does not say is unknown. */
export async function storageState(): Promise<StorageState> {
  const storage = manager();
  const [persisted, estimate] = await Promise.all([
    storage?.persisted?.().catch(() => undefined),
    storage?.estimate?.().catch(() => undefined),
  ]);
  const { usage: usedBytes = null, quota = null } = estimate ?? {};
  const isMadeUp = usedBytes !== null && quota !== null && (quota - usedBytes) % QUOTA_UNIT_BYTES === 0;
  const quotaBytes = isMadeUp ? null : quota;
  return {
    persistence: persisted === undefined ? 'unknown' : persisted ? 'persistent' : 'best_effort',
    ...{ usedBytes, quotaBytes, level: storageLevel(usedBytes, quotaBytes) },
  };
}

/**
 * Finds out whether so much can still be stored, by storing it for a moment. Null where that cannot be tried. Never rejects.
 */
export async function hasRoomFor(bytes: number): Promise<boolean | null> {
  try {
    const cache = await caches.open(TRIAL_NAME);
    await cache.put('/.sawa-room', new Response(new Uint8Array(bytes)));
    return true;
  } catch (error) {
    return error instanceof DOMException && error.name === 'QuotaExceededError' ? false : null;
  } finally {
    await globalThis.caches?.delete(TRIAL_NAME).catch(() => false);
  }
}

/**
 * Asks the browser never to clear the data by itself. It may ask the user, and then this waits for as long; most decide
 * alone, by whether the app is installed or often used: ask again later if it refuses. Never rejects.
 */
export async function requestPersistence(): Promise<'granted' | 'refused' | 'unsupported'> {
  const storage = manager();
  if (!storage?.persist) return 'unsupported';
  return (await storage.persist().catch(() => false)) ? 'granted' : 'refused';
}

/**
 * Calls `listener` now, and when the state has changed: looks every minute, and when the page is looked at. Where the
 * browser gives no quota it tries by `hasRoomFor`, now and every six hours, whether 10 MB fit: `critical` if not, else `ok`.
 */
export function watchStorage(
  listener: (state: StorageState) => void,
  { everyMs = LOOK_EVERY_MS }: { everyMs?: number } = {},
): Unsubscribe {
  const stopped = new AbortController();
  let last = '';
  let tried: { atMs: number; level: Promise<StorageLevel> } | null = null;
  const tryRoom = () => {
    if (!tried || Date.now() - tried.atMs > TRY_EVERY_MS) {
      const level = hasRoomFor(TRIED_BYTES).then((hasRoom) =>
        hasRoom === null ? 'unknown' : hasRoom ? 'ok' : 'critical',
      );
      tried = { atMs: Date.now(), level };
    }
    return tried.level;
  };
  const look = async () => {
    const state = await storageState();
    if (state.level === 'unknown') state.level = await tryRoom();
    const text = JSON.stringify(state);
    if (stopped.signal.aborted || text === last) return;
    last = text;
    listener(state);
  };
  void look();
  const timer = setInterval(() => void look(), everyMs);
  (timer as { unref?: () => void }).unref?.();
  globalThis.document?.addEventListener(
    'visibilitychange',
    () => {
      if (document.visibilityState === 'visible') void look();
    },
    { signal: stopped.signal },
  );
  return () => {
    stopped.abort();
    clearInterval(timer);
  };
}
