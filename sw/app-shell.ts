// SPDX-License-Identifier: MIT
// The app's own files, kept at installation, so that it starts without a network.

import { createHandlerBoundToURL, matchPrecache, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';

/** One file to keep. `revision` is null when the address itself changes with the content. */
export interface PrecacheEntry {
  url: string;
  revision: string | null;
}

/** Addresses that belong to the server, not to the app. */
export const SERVER_ADDRESSES: readonly RegExp[] = [
  /^\/api(\/|$)/,
  /^\/sync(\/|$)/,
  /^\/admin(\/|$)/,
  /^\/health(\/|$)/,
  /^\/static(\/|$)/,
];

/**
 * Keeps the files of `precache` and answers from them; a navigation to any address that `denylist` does not name gets
 * the app's index.html. Each version keeps its own files until it is replaced.
 */
export function serveAppShell(precache: PrecacheEntry[], denylist: readonly RegExp[]): void {
  precacheAndRoute(precache);
  registerRoute(new NavigationRoute(createHandlerBoundToURL('/index.html'), { denylist: [...denylist] }));
}

/** The engine's module out of the kept files, so that the worker needs no network to start it. */
export async function keptWasm(precache: readonly PrecacheEntry[]): Promise<Response | undefined> {
  const entry = precache.find(({ url }) => url.endsWith('.wasm'));
  return entry && matchPrecache(entry.url);
}
