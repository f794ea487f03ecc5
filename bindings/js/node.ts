// SPDX-License-Identifier: MIT
// The package for Node: no IndexedDB and no cookies here, so storage is in memory unless a global indexedDB is given.

import { makeOpenDatabase } from './entry.js';
import createSawaModule from './sawa.node.mjs';

export * from './public.js';

/**
 * Opens or creates a local database. Resolves when it can be read and written, with or without a network.
 * Errors: invalid_argument, invalid_schema, engine_not_loaded; storage_unavailable, storage_blocked,
 * storage_version_too_new, storage_corrupt … A failed call changes nothing.
 */
export const openDatabase = makeOpenDatabase(createSawaModule, { credential: 'bearer' });
