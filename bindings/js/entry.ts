// SPDX-License-Identifier: MIT
// What an entry point offers, given the glue of its host.

import { EngineBackedDatabase } from './database.js';
import type { Database, OpenOptions } from './database-types.js';
import { loadModule } from './engine-module.js';
import type { EngineModule, ModuleFactory } from './engine-module.js';
import { makeError } from './errors.js';
import type { AnySchema } from './schema.js';

const NAME_LENGTH_MAX = 64;

/** Makes `openDatabase` for a host whose module `factory` creates; the module is loaded once. */
export function makeOpenDatabase(factory: ModuleFactory, defaults: { credential: 'cookie' | 'bearer' }) {
  let loaded: Promise<EngineModule> | null = null;

  return async function openDatabase<Schema extends AnySchema>(
    options: OpenOptions<Schema>,
  ): Promise<Database<Schema>> {
    if (options.name.length < 1 || options.name.length > NAME_LENGTH_MAX) {
      throw makeError('invalid_argument', "a database's name has 1 to 64 characters");
    }
    loaded ??= loadModule(factory, options.wasm);
    const module = await loaded.catch((error: unknown) => {
      // The next call tries again.
      loaded = null;
      throw error;
    });
    return EngineBackedDatabase.open(module, { ...defaults, ...options });
  };
}
