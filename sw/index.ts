// SPDX-License-Identifier: MIT
// Everything a service worker needs for an app on Sawa. It must be a module worker, and call this as it is evaluated.

import type { AnySchema, OpenOptions } from 'sawa';

import { SERVER_ADDRESSES, keptWasm, serveAppShell } from './app-shell.js';
import type { PrecacheEntry } from './app-shell.js';
import { SYNC_TAG } from './messages.js';
import { drainOutbox } from './outbox.js';
import { workerScope } from './worker-scope.js';

export { SERVER_ADDRESSES } from './app-shell.js';
export type { PrecacheEntry } from './app-shell.js';
export type { WorkerReport, WorkerRequest } from './messages.js';

export interface ServiceWorkerOptions<Schema extends AnySchema> {
  /** The app's files, `/index.html` and the engine's .wasm among them; a build tool writes the list. */
  precache: PrecacheEntry[];
  /** The database to send from: name, schema and server as the page opens it. A function finds the name anew each time. */
  database: Pick<OpenOptions<Schema>, 'schema' | 'server' | 'credential'> & { name: string | (() => Promise<string>) };
  /** Paths whose navigations go to the network. `SERVER_ADDRESSES` when absent. */
  navigationDenylist?: readonly RegExp[];
}

/**
 * Serves the app without a network and sends waiting mutations in the background. A new version waits until a page
 * sends `SKIP_WAITING`; it never takes over by itself.
 */
export function startServiceWorker<Schema extends AnySchema>(options: ServiceWorkerOptions<Schema>): void {
  serveAppShell(options.precache, options.navigationDenylist ?? SERVER_ADDRESSES);

  let running: Promise<void> | null = null;
  const drain = (): Promise<void> => {
    running ??= keptWasm(options.precache)
      .then(async (wasm) => {
        const { name } = options.database;
        const found = typeof name === 'string' ? name : await name();
        await drainOutbox({ ...options.database, name: found, ...(wasm ? { wasm } : {}) });
      })
      .finally(() => (running = null));
    return running;
  };

  workerScope.addEventListener('sync', (event) => {
    if (event.tag === SYNC_TAG) event.waitUntil(drain());
  });
  // Not part of the event: page loads wait until a worker is activated, and sending can take minutes.
  workerScope.addEventListener('activate', () => void drain().catch(tryAgainLater));
  workerScope.addEventListener('message', (event) => {
    const type = typeof event.data === 'object' && event.data !== null && 'type' in event.data ? event.data.type : null;
    if (type === 'SKIP_WAITING') event.waitUntil(workerScope.skipWaiting());
    if (type === 'SAWA_SYNC') event.waitUntil(drain().catch(tryAgainLater));
  });

  // Without background sync the start of the worker is the only chance. A version that still waits must not touch the
  // database of the one in charge.
  const inCharge = workerScope.serviceWorker?.state === 'activated';
  if (inCharge && !('sync' in workerScope.registration)) drain().catch(tryAgainLater);
}

/** For events whose failure makes nobody try again; the failure itself has been reported by then. */
function tryAgainLater(): void {
  return;
}
