// SPDX-License-Identifier: MIT
// As worker.test.mjs, for the tests that need an IndexedDB: several contexts of one database.
import 'fake-indexeddb/auto';

import { register } from 'node:module';

register('./support/worker-variant-hooks.mjs', import.meta.url);

for (const name of ['transactions', 'write-groups', 'schema-skew']) await import(`./${name}.test.mjs`);
