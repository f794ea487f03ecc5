// SPDX-License-Identifier: MIT
// Whether the browser promises not to clear this site's data when space runs out.

import { signal } from '@preact/signals';

export type Protection = 'unknown' | 'protected' | 'unprotected' | 'refused';

export const protection = signal<Protection>('unknown');
export const storageUse = signal<{ used: number; quota: number } | null>(null);

/** Reads the present state without asking for anything. */
export async function readStorageState(): Promise<void> {
  if (!('storage' in navigator)) return;
  const [persisted, estimate] = await Promise.all([navigator.storage.persisted(), navigator.storage.estimate()]);
  if (persisted) protection.value = 'protected';
  else if (protection.peek() !== 'refused') protection.value = 'unprotected';
  storageUse.value = { used: estimate.usage ?? 0, quota: estimate.quota ?? 0 };
}

/** Asks the browser to protect the data. The answer is in `protection`. */
export async function protectStorage(): Promise<void> {
  if (!('storage' in navigator)) return;
  protection.value = (await navigator.storage.persist()) ? 'protected' : 'refused';
}
