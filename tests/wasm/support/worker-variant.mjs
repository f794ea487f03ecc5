// SPDX-License-Identifier: MIT
// `sawa` as the tests of the API import it, with the engine in a worker thread: see worker.test.mjs.
import { Worker } from 'node:worker_threads';

import { openInWorker } from 'sawa/worker';

export * from 'sawa';

let worker = null;

/** Takes the place of the package's own. One worker serves all databases; it has what this thread has. */
export function openDatabase(options) {
  const workerData = { hasIndexedDb: typeof indexedDB !== 'undefined' };
  worker ??= new Worker(new URL('./worker-thread.mjs', import.meta.url), { workerData });
  worker.unref();
  return openInWorker({ ...options, worker });
}
