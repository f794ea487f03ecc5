// SPDX-License-Identifier: MIT
// What the page and the service worker say to each other.

/** The tag of the background sync that sends waiting mutations. */
export const SYNC_TAG = 'sawa-sync';

/** From a page to the worker: take over now; or, send what waits. */
export interface WorkerRequest {
  type: 'SKIP_WAITING' | 'SAWA_SYNC';
}

/** From the worker to every page: how sending in the background went. */
export type WorkerReport =
  | { type: 'SAWA_SYNCED'; pushed: number; waiting: number }
  | { type: 'SAWA_SYNC_FAILED'; code: string; message: string };
