// SPDX-License-Identifier: MIT
// The package for Node: no IndexedDB and no cookies here, so storage is in memory unless a global indexedDB is given.

import { readFile } from 'node:fs/promises';

import type { WasmCompiler } from './engine-module.js';
import { makeOpenDatabase } from './entry.js';

export * from './public.js';

/** Of a file. */
const compile: WasmCompiler = async (address) => {
  const path = String(address);
  return WebAssembly.compile(await readFile(path.startsWith('file:') ? new URL(path) : path));
};

/**
 * Opens or creates a local database. Resolves when it can be read and written, with or without a network.
 * Errors: invalid_argument, invalid_schema, engine_not_loaded; storage_unavailable, storage_blocked,
 * storage_version_too_new, storage_corrupt … A failed call changes nothing.
 */
export const openDatabase = makeOpenDatabase(compile, {
  wasm: new URL('./sawa.wasm', import.meta.url),
  credential: 'bearer',
});
