// SPDX-License-Identifier: MIT
// The till's one door to the package: opens the database and mirrors its state in signals.

import { signal } from '@preact/signals';
import { openDatabase, SawaError } from 'sawa';
import type { CollectionName, Database, Enrolment, RecordOf, SyncStatus } from 'sawa';
import { keepLive } from 'sawa/live';
import { quarantineOf } from 'sawa/quarantine';
import type { Quarantine } from 'sawa/quarantine';
import { requestBackgroundSync } from 'sawa/register';
import { watchLate } from 'sawa/watchdog';
import type { LateReport } from 'sawa/watchdog';

import { databaseName } from './database-name';
import { shopSchema } from './schema';
import type { ShopSchema } from './schema';

export { newId } from 'sawa';
export { registerServiceWorker } from 'sawa/register';
export type { Enrolment, QuarantinedMutation, Query, SyncStatus } from 'sawa';

export type ShopCollection = CollectionName<ShopSchema>;
export type ShopRecord<Name extends ShopCollection> = RecordOf<ShopSchema, Name>;
export type Product = ShopRecord<'bidhaas'>;
export type Customer = ShopRecord<'customers'>;
export type Sale = ShopRecord<'sales'>;
export type SaleItem = ShopRecord<'sale_items'>;
export type Payment = ShopRecord<'payments'>;

/** `opening` until the database answers; `failed` if this device cannot store anything. */
export type OpenState = { phase: 'opening' } | { phase: 'open' } | { phase: 'failed'; code: string };

export const openState = signal<OpenState>({ phase: 'opening' });
export const enrolment = signal<Enrolment | null>(null);
export const syncStatus = signal<SyncStatus | null>(null);
/** What has not reached the server for more than a day. */
export const late = signal<LateReport | null>(null);
/** The code of the last local write that failed, until a write succeeds. */
export const writeFailure = signal<string | null>(null);

let opened: Database<ShopSchema> | null = null;

/** The open database. Call it only where `openState` is `open`. */
export function database(): Database<ShopSchema> {
  if (!opened) throw new Error('The database is not open.');
  return opened;
}

/** What can be done about the changes that the server refused. */
export const quarantineOfShop = (): Quarantine => quarantineOf(database());

/** The stable code of an error, or `unexpected` for one that the package did not raise. */
export function errorCode(error: unknown): string {
  return error instanceof SawaError ? error.code : 'unexpected';
}

/** Opens the database once. Never throws: `openState` says how it went. */
export async function openShop(): Promise<void> {
  openState.value = { phase: 'opening' };
  try {
    const shop = await openDatabase({ name: await databaseName(), schema: shopSchema });
    opened = shop;
    enrolment.value = shop.enrolment;
    shop.watchStatus(followStatus);
    watchLate(shop, (found) => (late.value = found));
    keepLive(shop);
    openState.value = { phase: 'open' };
  } catch (error) {
    console.error(error);
    openState.value = { phase: 'failed', code: errorCode(error) };
  }
}

const otherTabs = new BroadcastChannel('bidhaa');
// A backup was restored, or the till is another device now: what this tab has in memory is old. Its cart is kept.
otherTabs.onmessage = () => location.reload();

/** Has the other tabs start anew, with what is stored by then. */
export const tellOtherTabs = (): void => otherTabs.postMessage('reload');

/** How long this page's own sync may take before the browser is asked to help. */
const OWN_SYNC_MS = 3_000;

function followStatus(status: SyncStatus): void {
  const waitedBefore = syncStatus.peek()?.waiting ?? 0;
  syncStatus.value = { ...status };
  if (status.waiting <= waitedBefore) return;
  const offline = !navigator.onLine || status.connection === 'offline';
  setTimeout(sendInBackground, offline ? 0 : OWN_SYNC_MS);
}

/** Has what still waits sent even if this page is closed by then. */
function sendInBackground(): void {
  if (syncStatus.peek()?.waiting) void requestBackgroundSync();
}

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') sendInBackground();
});

/** Makes this browser a device of the shop. Throws what `Database.enrol` throws. */
export async function enrolDevice(username: string, password: string, deviceName: string): Promise<void> {
  enrolment.value = await database().enrol({ username, password, deviceName });
  startSync();
}

/** Renews the credential of this device; waiting changes stay. Throws what `Database.login` throws. */
export async function logIn(username: string, password: string): Promise<void> {
  enrolment.value = await database().login({ username, password });
  startSync();
}

/**
 * Makes this browser another device of the shop: its data is used by a second one too. What waits is kept, and sent by the new
 * device. Throws what `enrolAnew` throws; then nothing has changed.
 */
export async function enrolDeviceAnew(username: string, password: string, deviceName: string): Promise<void> {
  const { enrolAnew } = await import('sawa/anew');
  enrolment.value = await enrolAnew(database(), { username, password, deviceName });
  // They have the old device's name and receipt series in memory.
  tellOtherTabs();
  startSync();
}

/** Ends the credential. Refused by the database while changes wait to be sent. */
export async function logOut(): Promise<void> {
  await database().logout();
  enrolment.value = database().enrolment;
}

/** Begins a sync run; its outcome, good or bad, is read from `syncStatus`. */
export function startSync(): void {
  database()
    .sync()
    .catch((error: unknown) => {
      if (!(error instanceof SawaError)) console.error(error);
    });
}

/** Runs a local write and remembers a failure for the status display. Throws what the write throws. */
export async function tracked<Result>(write: Promise<Result>): Promise<Result> {
  try {
    const result = await write;
    writeFailure.value = null;
    return result;
  } catch (error) {
    writeFailure.value = errorCode(error);
    throw error;
  }
}
