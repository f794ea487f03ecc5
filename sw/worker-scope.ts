// SPDX-License-Identifier: MIT
// The part of the service worker's global scope that this module uses. TypeScript's own WebWorker types cannot stand
// beside those of the page in one program, and do not know the sync event.

interface LastingEvent extends Event {
  /** Keeps the worker alive until the promise settles; a rejection fails the event. */
  waitUntil(work: Promise<unknown>): void;
}

export interface SyncEvent extends LastingEvent {
  readonly tag: string;
}

export interface WorkerMessageEvent extends LastingEvent {
  readonly data: unknown;
}

interface WorkerEvents {
  activate: LastingEvent;
  message: WorkerMessageEvent;
  sync: SyncEvent;
}

export interface WorkerScope {
  readonly registration: ServiceWorkerRegistration;
  /** This worker itself; absent in older browsers. */
  readonly serviceWorker?: ServiceWorker;
  readonly clients: {
    matchAll(options: {
      includeUncontrolled: boolean;
      type: 'window';
    }): Promise<readonly { postMessage(message: unknown): void }[]>;
  };
  skipWaiting(): Promise<void>;
  addEventListener<Name extends keyof WorkerEvents>(name: Name, listener: (event: WorkerEvents[Name]) => void): void;
}

export const workerScope = globalThis as unknown as WorkerScope;
