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

const LOGIN_CODES: readonly string[] = ['auth_required', 'auth_invalid_credentials', 'not_enrolled'];

/** What matters most comes first; what waits is always told beside it. Pure. */
export function chipState(
  status: SyncStatus | null,
  writeFailure: string | null,
  openConflicts: number,
  isLate: boolean,
): ChipState {
  if (writeFailure?.startsWith('storage_')) return 'storage';
  if (!status) return 'loading';
  return trouble(status) ?? activity(status) ?? rest(status, openConflicts, isLate);
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

function rest(status: SyncStatus, openConflicts: number, isLate: boolean): ChipState {
  if (isLate) return 'late';
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
