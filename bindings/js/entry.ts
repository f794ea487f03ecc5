// SPDX-License-Identifier: MIT
// What an entry point offers, given what its host can do.

import { EngineBackedDatabase } from './database.js';
import type { Database, OpenOptions } from './database-types.js';
import { loadModule } from './engine-module.js';
import type { EngineModule, WasmCompiler } from './engine-module.js';
import { makeError } from './errors.js';
import type { AnySchema } from './schema.js';

const NAME_LENGTH_MAX = 64;

/** Makes `openDatabase` for a host. The module is loaded once; `defaults.wasm` is where it is found. */
export function makeOpenDatabase(compile: WasmCompiler, defaults: { wasm: URL; credential: 'cookie' | 'bearer' }) {
  let loaded: Promise<EngineModule> | null = null;

  return async function openDatabase<Schema extends AnySchema>(
    options: OpenOptions<Schema>,
  ): Promise<Database<Schema>> {
    if (options.name.length < 1 || options.name.length > NAME_LENGTH_MAX) {
      throw makeError('invalid_argument', "a database's name has 1 to 64 characters");
    }
    loaded ??= loadModule(compile, options.wasm ?? defaults.wasm);
    const module = await loaded.catch((error: unknown) => {
      // The next call tries again.
      loaded = null;
      throw error;
    });
    return EngineBackedDatabase.open(module, { ...defaults, ...options });
  };
}
