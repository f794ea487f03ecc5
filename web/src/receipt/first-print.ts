// SPDX-License-Identifier: MIT
// Which receipt has not been printed yet. Every other print is a copy and says so.

import { signal } from '@preact/signals';

const KEY = 'bidhaa.first-print';

/** The sale whose receipt may still be printed as the original, across reloads. */
export const firstPrint = signal<string | null>(localStorage.getItem(KEY));

export function rememberFirstPrint(saleId: string): void {
  firstPrint.value = saleId;
  try {
    localStorage.setItem(KEY, saleId);
  } catch (error) {
    console.warn('A reprint after a reload will be marked as a copy.', error);
  }
}

export function markPrinted(saleId: string): void {
  if (firstPrint.peek() !== saleId) return;
  firstPrint.value = null;
  localStorage.removeItem(KEY);
}
