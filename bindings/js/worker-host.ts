// SPDX-License-Identifier: MIT
// The worker of `openInWorker`: opens the databases that pages ask it for. An app's own worker imports it for the same.

import { openDatabase } from './index.js';
import { serveDatabases } from './worker-serving.js';

serveDatabases(globalThis, openDatabase);
