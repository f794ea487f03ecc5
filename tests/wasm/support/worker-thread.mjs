// SPDX-License-Identifier: MIT
// A worker thread of Node that serves databases, as `sawa/worker-host` does in a browser's worker.
import { parentPort, workerData } from 'node:worker_threads';

import { openDatabase } from 'sawa';

import { serveDatabases } from '../../../dist/worker-serving.js';

if (workerData.hasIndexedDb) await import('fake-indexeddb/auto');
serveDatabases(parentPort, openDatabase);
