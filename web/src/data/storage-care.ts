// SPDX-License-Identifier: MIT
// How safe this device's data is, as signals: what the browser promises, how much room is left, and whether it has thrown
// the till's database away.

import { computed, signal } from '@preact/signals';
import { checkWitness, forgetWipe, keepWitness, requestPersistence, storageState, watchStorage } from 'sawa/storage';
import type { StorageState, WitnessMark } from 'sawa/storage';

import { databaseName } from './database-name';
import { database } from './store';

export type Protection = 'unknown' | 'protected' | 'unprotected' | 'refused';

/** Null until the browser has said something. */
export const storage = signal<StorageState | null>(null);
const refused = signal(false);

/** Does the browser promise not to clear this site's data when space runs out? */
export const protection = computed<Protection>(() => {
  const persistence = storage.value?.persistence ?? 'unknown';
  if (persistence === 'persistent') return 'protected';
  if (refused.value) return 'refused';
  return persistence === 'best_effort' ? 'unprotected' : 'unknown';
});

/** What is known of a database of this till that is gone, until a person has read it. */
export const wiped = signal<WitnessMark | null>(null);

/** Looks whether the till's database is still there. Before it is opened: that would make a new one. */
export async function lookForWipe(): Promise<void> {
  const report = await checkWitness(await databaseName());
  wiped.value = report.finding === 'wiped' ? report.mark : null;
}

/** Marks the open database, and watches the storage from now on. */
export function careForStorage(): void {
  void keepWitness(database());
  watchStorage((state) => (storage.value = state));
}

/** Looks anew, for somebody who is looking. What was found out by trying stays. */
export async function lookAtStorage(): Promise<void> {
  const state = await storageState();
  const level = state.level === 'unknown' ? (storage.peek()?.level ?? 'unknown') : state.level;
  storage.value = { ...state, level };
}

/** Asks the browser to protect the data. The answer is in `protection`. */
export async function protectStorage(): Promise<void> {
  const outcome = await requestPersistence();
  refused.value = outcome === 'refused';
  if (outcome === 'granted' && storage.peek()) storage.value = { ...storage.peek()!, persistence: 'persistent' };
}

/** A person has read that data was lost. */
export function acknowledgeWipe(): void {
  wiped.value = null;
  void databaseName().then(forgetWipe);
}
