// SPDX-License-Identifier: MIT
// The page's side of the service worker: registration, updates on the user's word, background sync.

import { SYNC_TAG } from './messages.js';
import type { WorkerRequest } from './messages.js';

export type { WorkerReport, WorkerRequest } from './messages.js';

const UPDATE_CHECK_MS = 60 * 60 * 1000;

export interface RegisterOptions {
  /** A new version is installed and waits. `applyUpdate` puts it in charge and reloads this page. */
  onUpdateAvailable?: (applyUpdate: () => void) => void;
  /** The app can now be started without a network. */
  onReady?: () => void;
}

/**
 * Registers the service worker at `url`, a script of this origin. Gives null where the browser has no service workers
 * (or the page is not secure). A new version never takes over by itself. Rejects if the script cannot be installed.
 */
export async function registerServiceWorker(
  url: string,
  options: RegisterOptions = {},
): Promise<ServiceWorkerRegistration | null> {
  if (!('serviceWorker' in navigator)) return null;
  const script = trustedScriptUrl(url) as string;
  const registration = await navigator.serviceWorker.register(script, { type: 'module', updateViaCache: 'none' });
  announceUpdates(registration, options.onUpdateAvailable);
  void navigator.serviceWorker.ready.then(() => options.onReady?.());
  // A till stays open for weeks, and only a navigation makes the browser look by itself.
  setInterval(() => void registration.update().catch(offline), UPDATE_CHECK_MS);
  return registration;
}

/**
 * Asks the browser to send waiting mutations even if the page is closed by then. Call it when a write has been made.
 * Does nothing where the browser has no background sync: there the page's own sync has to do.
 */
export async function requestBackgroundSync(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const registration = await navigator.serviceWorker.getRegistration();
  if (!registration?.active || !hasBackgroundSync(registration)) return;
  try {
    await registration.sync.register(SYNC_TAG);
  } catch (error) {
    console.warn('Background sync is not allowed; the page itself will send.', error);
  }
}

interface WithBackgroundSync {
  readonly sync: { register(tag: string): Promise<void> };
}

function hasBackgroundSync(
  registration: ServiceWorkerRegistration,
): registration is ServiceWorkerRegistration & WithBackgroundSync {
  return 'sync' in registration;
}

function announceUpdates(
  registration: ServiceWorkerRegistration,
  announce: RegisterOptions['onUpdateAvailable'],
): void {
  let applied = false;

  function offer(waiting: ServiceWorker): void {
    announce?.(() => {
      applied = true;
      waiting.postMessage({ type: 'SKIP_WAITING' } satisfies WorkerRequest);
    });
  }

  // The first installation has no page to update.
  if (registration.waiting && navigator.serviceWorker.controller) offer(registration.waiting);
  registration.addEventListener('updatefound', () => {
    const installing = registration.installing;
    installing?.addEventListener('statechange', () => {
      if (installing.state === 'installed' && navigator.serviceWorker.controller) offer(installing);
    });
  });

  const hadController = navigator.serviceWorker.controller !== null;
  let reloading = false;
  function reload(): void {
    if (reloading) return;
    reloading = true;
    location.reload();
  }
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (applied) reload();
    else if (hadController) whenHidden(reload);
  });
}

/** Another tab has applied the update: this one follows when nobody is working in it. */
function whenHidden(action: () => void): void {
  if (document.visibilityState === 'hidden') action();
  else document.addEventListener('visibilitychange', action, { once: true });
}

/** Under `require-trusted-types-for 'script'` a plain text is no address of a script. */
function trustedScriptUrl(url: string): unknown {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  if (!trustedTypes) return url;
  return trustedTypes.createPolicy('sawa-service-worker', { createScriptURL: sameOrigin }).createScriptURL(url);
}

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): unknown };
}

function sameOrigin(url: string): string {
  const { href, origin } = new URL(url, location.href);
  if (origin !== location.origin) throw new TypeError('A service worker comes from its own origin.');
  return href;
}

/** A check for updates that finds no network is repeated at the next interval. */
function offline(): void {
  return;
}
