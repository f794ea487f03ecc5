// SPDX-License-Identifier: MIT
// The package for browsers and workers.

import type { WasmCompiler } from './engine-module.js';
import { makeOpenDatabase } from './entry.js';

export * from './public.js';

const compile: WasmCompiler = async (address) => {
  const response = await fetch(address, { credentials: 'same-origin' });
  if (!response.ok) throw new Error(`${response.status}: ${String(address)}`);
  // Some servers give the file another type, which compileStreaming refuses.
  const streams = response.headers.get('Content-Type') === 'application/wasm';
  return streams ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
};

/**
 * Opens or creates a local database. Resolves when it can be read and written, with or without a network.
 * Errors: invalid_argument, invalid_schema, engine_not_loaded; storage_unavailable, storage_blocked,
 * storage_version_too_new, storage_corrupt … A failed call changes nothing.
 */
export const openDatabase = makeOpenDatabase(compile, {
  wasm: new URL('./sawa.wasm', import.meta.url),
  credential: 'cookie',
});
