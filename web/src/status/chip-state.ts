// SPDX-License-Identifier: MIT
// The one word for how this device stands with the server.

import type { SyncStatus } from '../data/store';

export type ChipState =
  | 'loading'
  | 'storage'
  | 'login'
  | 'action'
  | 'problem'
  | 'sending'
  | 'receiving'
  | 'offline'
  | 'late'
  | 'waiting'
  | 'conflict'
  | 'synced';

/** Unsent for longer than this deserves attention. */
export const LATE_AFTER_MS = 24 * 60 * 60 * 1000;

const LOGIN_CODES: readonly string[] = ['auth_required', 'auth_invalid_credentials', 'not_enrolled'];

/** What matters most comes first; what waits is always told beside it. Pure: the clock is passed in. */
export function chipState(
  status: SyncStatus | null,
  writeFailure: string | null,
  openConflicts: number,
  nowMs: number,
): ChipState {
  if (writeFailure?.startsWith('storage_')) return 'storage';
  if (!status) return 'loading';
  return trouble(status) ?? activity(status) ?? rest(status, openConflicts, nowMs);
}

/** What only a person can mend. */
function trouble({ lastError, needsAction }: SyncStatus): ChipState | null {
  if (lastError?.code.startsWith('storage_')) return 'storage';
  if (LOGIN_CODES.includes(lastError?.code ?? '')) return 'login';
  if (needsAction > 0) return 'action';
  return lastError && lastError.retry !== 'later' ? 'problem' : null;
}

/** What is under way just now. */
function activity({ syncing, sent, toSend, pulled, toPull }: SyncStatus): ChipState | null {
  if (!syncing) return null;
  if (sent < toSend) return 'sending';
  return pulled < toPull ? 'receiving' : null;
}

function rest(status: SyncStatus, openConflicts: number, nowMs: number): ChipState {
  if (isLate(status, nowMs)) return 'late';
  // A server that answers with failures is no better than none.
  if (status.connection === 'offline' || status.lastError) return 'offline';
  if (status.waiting > 0) return 'waiting';
  if (status.lastSyncedAtMs === null) return 'loading';
  return openConflicts > 0 ? 'conflict' : 'synced';
}

/** Has the server refused this device's credential? */
export function needsLogin(status: SyncStatus | null): boolean {
  return LOGIN_CODES.includes(status?.lastError?.code ?? '');
}

function isLate(status: SyncStatus, nowMs: number): boolean {
  return status.waiting > 0 && status.oldestWaitingAtMs !== null && nowMs - status.oldestWaitingAtMs > LATE_AFTER_MS;
}
