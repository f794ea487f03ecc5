// SPDX-License-Identifier: MIT
// The till's service worker. The build puts the list of files to keep in place of `__WB_MANIFEST`.

import { startServiceWorker } from 'sawa/service-worker';
import type { PrecacheEntry } from 'sawa/service-worker';

import { findDatabaseName } from './data/database-name';
import { shopSchema } from './data/schema';

declare const self: { __WB_MANIFEST: PrecacheEntry[] };

startServiceWorker({
  precache: self.__WB_MANIFEST,
  database: { name: findDatabaseName, schema: shopSchema },
});
