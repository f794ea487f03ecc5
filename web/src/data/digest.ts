// SPDX-License-Identifier: MIT
// Has this device the same records as the server? Compares a piece after a sync when nobody is busy, and all when a person
// asks. It is loaded after the till has started.

import { effect, signal } from '@preact/signals';
import { digestOf } from 'sawa/digest';
import type { DigestCheck, DigestReport } from 'sawa/digest';

import { shopSchema } from './schema';
import { database, enrolment, errorCode, syncStatus } from './store';
import { memoryFrom, NEW_ROUND, remember, resultOf, withReport } from './digest-result';
import type { DigestMemory, DigestResult } from './digest-result';

const MEMORY_KEY = 'bidhaa.digest';
/** When any tab has compared a piece last. */
const PIECE_KEY = 'bidhaa.digest.piece';
const LOCK = 'bidhaa-digest';
const PIECE_EVERY_MS = 60_000;
/** What cannot be repaired from here is the same in a minute. */
const AFTER_UNREPAIRED_MS = 6 * 60 * 60_000;

export const digestMemory = signal<DigestMemory | null>(null);
/** How many records have been compared for the person who asked; null if nobody waits. */
export const comparing = signal<number | null>(null);
/** Why the last check that a person asked for could not be made. */
export const checkFailure = signal<string | null>(null);

let check: DigestCheck | null = null;
let round = NEW_ROUND;
let pieceUnderWay = false;

const digest = (): DigestCheck => (check ??= digestOf(database(), shopSchema));

effect(() => {
  const device = enrolment.value?.device.id;
  digestMemory.value = device === undefined ? null : memoryFrom(localStorage.getItem(MEMORY_KEY), device);
});

// Another tab has found something out.
window.addEventListener('storage', ({ key, newValue }) => {
  const device = enrolment.peek()?.device.id;
  if (key === MEMORY_KEY && device !== undefined) digestMemory.value = memoryFrom(newValue, device);
});

function tell(result: DigestResult): void {
  const memory = digestMemory.peek();
  if (!memory) return;
  digestMemory.value = remember(memory, result);
  localStorage.setItem(MEMORY_KEY, JSON.stringify(digestMemory.peek()));
}

function note(report: DigestReport): void {
  // The evidence: what this device had, which the repair has changed.
  if (report.differences.length > 0) console.warn('Differs from the server:', JSON.stringify(report.differences));
}

/** Compares a piece after each sync from now on, at most one a minute, while `isQuiet` and the page is in sight. */
export function compareAfterSyncs(isQuiet: () => boolean): void {
  let synced: number | null = null;
  effect(() => {
    const { lastSyncedAtMs = null, syncing = true } = syncStatus.value ?? {};
    if (syncing || lastSyncedAtMs === null || lastSyncedAtMs === synced) return;
    synced = lastSyncedAtMs;
    if (isDue()) whenIdle(() => void comparePiece(isQuiet));
  });
}

function whenIdle(work: () => void): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(work);
  else setTimeout(work, 1_000);
}

function isDue(): boolean {
  const sinceMs = Date.now() - Number(localStorage.getItem(PIECE_KEY) ?? 0);
  const pauseMs = digestMemory.peek()?.last?.outcome === 'differs' ? AFTER_UNREPAIRED_MS : PIECE_EVERY_MS;
  // A clock that was put back must not stop it for good.
  return sinceMs >= pauseMs || sinceMs < 0;
}

async function comparePiece(isQuiet: () => boolean): Promise<void> {
  const { waiting = 1, lastError = null } = syncStatus.peek() ?? {};
  const isBusy = pieceUnderWay || comparing.peek() !== null || waiting > 0 || lastError !== null || !isQuiet();
  if (isBusy || document.visibilityState !== 'visible') return;
  pieceUnderWay = true;
  try {
    await navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
      if (!lock || !isDue()) return;
      localStorage.setItem(PIECE_KEY, String(Date.now()));
      const report = await digest().compareNext();
      if (!report) return;
      note(report);
      round = withReport(round, report);
      if (report.complete || report.differences.length > 0) tell(resultOf(round, report.atMs));
      if (report.complete) round = NEW_ROUND;
    });
  } catch (error) {
    // No network, most of the time: another piece comes.
    console.warn(error);
  } finally {
    pieceUnderWay = false;
  }
}

/** Compares everything now. Never throws: `digestMemory` or `checkFailure` says how it went. */
export async function compareAll(): Promise<void> {
  if (comparing.peek() !== null) return;
  checkFailure.value = null;
  comparing.value = 0;
  try {
    const report = await digest().compare({ onProgress: ({ compared }) => (comparing.value = compared) });
    note(report);
    tell(resultOf(withReport(NEW_ROUND, report), Date.now()));
  } catch (error) {
    console.warn(error);
    checkFailure.value = errorCode(error);
  } finally {
    comparing.value = null;
  }
}
