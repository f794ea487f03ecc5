// SPDX-License-Identifier: MIT
// The watchdog: says when something has not reached the server for too long, whatever the reason. A module of its own.

import type { Database } from './database-types.js';
import { makeError } from './errors.js';
import type { AnySchema } from './schema.js';
import type { SyncStatus, Unsubscribe } from './types.js';

/** A day without a network is nothing unusual for an app that works offline. */
const AFTER_MS = 24 * 60 * 60 * 1000;
/** A timer does not count while the device sleeps, and cannot be set for longer than 24 days. */
const LOOK_EVERY_MS = 15 * 60 * 1000;

/** What is late. */
export interface LateReport {
  /** All mutations that wait, also those that are not late yet. */
  waiting: number;
  /** When the oldest of them was made. */
  oldestWaitingAtMs: number;
}

export interface WatchdogOptions {
  /** How old the oldest waiting mutation may become; a day when absent. */
  afterMs?: number;
}

/**
 * Calls `listener` when the oldest waiting mutation has become older than allowed, again whenever the report changes, and with
 * null when nothing is late any more. It is not called before something is late. Errors: invalid_argument.
 */
export function watchLate<Schema extends AnySchema>(
  database: Database<Schema>,
  listener: (late: LateReport | null) => void,
  { afterMs = AFTER_MS }: WatchdogOptions = {},
): Unsubscribe {
  if (!(afterMs > 0 && Number.isFinite(afterMs))) {
    throw makeError('invalid_argument', 'afterMs is a number of milliseconds above 0');
  }
  let told = JSON.stringify(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = ({ waiting, oldestWaitingAtMs }: Pick<SyncStatus, 'waiting' | 'oldestWaitingAtMs'>) => {
    clearTimeout(timer);
    let late: LateReport | null = null;
    if (waiting > 0 && oldestWaitingAtMs !== null) {
      const leftMs = oldestWaitingAtMs + afterMs - Date.now();
      if (leftMs < 0) late = { waiting, oldestWaitingAtMs };
      // It grows old without any change of the status.
      else timer = setTimeout(() => look(database.status), Math.min(leftMs + 1, LOOK_EVERY_MS));
      (timer as { unref?: () => void } | undefined)?.unref?.();
    }
    const text = JSON.stringify(late);
    if (text === told) return;
    told = text;
    listener(late);
  };
  const stop = database.watchStatus(look);
  return () => {
    stop();
    clearTimeout(timer);
  };
}
