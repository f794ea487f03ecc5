// SPDX-License-Identifier: MIT
// The transaction that a `write` callback works with: a thin shape over the engine's transaction.

import { MISSING, toJson } from './engine.js';
import type { Engine, EngineCall } from './engine.js';
import type { Answer } from './engine-module.js';
import { makeError } from './errors.js';
import { newId } from './new-id.js';
import type { AnySchema } from './schema.js';
import type { Transaction } from './types.js';

type AnyTransaction = Transaction<AnySchema>;

/** A write that needs pages which are not in memory. */
class MissingPages extends Error {}

export class EngineTransaction implements AnyTransaction {
  readonly #engine: Engine;
  readonly #id: number;
  #ended = false;
  #failure: Error | null = null;

  /** What one callback does in a transaction of the engine, which it may share with those before and after it. */
  constructor(engine: Engine, id: number) {
    this.#engine = engine;
    this.#id = id;
  }

  /** A new transaction of the engine. Errors: those of storage, invalid_argument. */
  static begin(engine: Engine, name: string): Promise<number> {
    return engine.read(() => engine.call<number>((module, database) => module.begin(database, name)));
  }

  get: AnyTransaction['get'] = async (collection, id) => {
    const records = await this.#read((engine, database) => engine.get(database, this.#id, collection, id));
    return records[0] as never;
  };

  find: AnyTransaction['find'] = async (collection, query = {}) => {
    const text = toJson(query);
    return (await this.#read((engine, database) => engine.find(database, this.#id, collection, text))) as never[];
  };

  count: AnyTransaction['count'] = async (collection, query = {}) => {
    const text = toJson(query);
    return this.#engine.read(() =>
      this.#guarded(() =>
        this.#engine.call<number>((engine, database) => engine.count(database, this.#id, collection, text)),
      ),
    );
  };

  put: AnyTransaction['put'] = (collection, { id, ...fields }) => {
    const recordId = id ?? newId();
    this.#add({ op: 'put', collection, id: recordId, fields });
    return recordId;
  };

  patch: AnyTransaction['patch'] = (collection, id, fields) => {
    this.#add({ op: 'patch', collection, id, fields });
  };

  increment: AnyTransaction['increment'] = (collection, id, field, delta) => {
    this.#add({ op: 'increment', collection, id, field, delta });
  };

  remove: AnyTransaction['remove'] = (collection, id) => {
    this.#add({ op: 'remove', collection, id });
  };

  archive: AnyTransaction['archive'] = (mutationId, note) => {
    this.#guarded(() => {
      const text = toJson(note);
      return this.#engine.callNow((engine, database) => engine.archive(database, this.#id, mutationId, text));
    });
  };

  nextNumber: AnyTransaction['nextNumber'] = async (series) =>
    this.#guarded(() =>
      this.#engine.callNow<number>((engine, database) => engine.nextNumber(database, this.#id, series)),
    );

  /** Ends it. An operation that failed fails the whole, even if the callback caught its error. */
  finish(): void {
    this.#ended = true;
    if (this.#failure !== null) throw this.#failure;
  }

  end(): void {
    this.#ended = true;
  }

  /** True if an operation could not be checked for want of pages. */
  get missesPages(): boolean {
    return this.#failure instanceof MissingPages;
  }

  #add(operation: object): void {
    if (this.#ended) throw makeError('invalid_argument', 'the transaction has ended');
    let text: string;
    try {
      text = toJson(operation);
    } catch (error) {
      // The engine and `toJson` throw SawaErrors alone.
      this.#failure ??= error as Error;
      throw error;
    }
    const added = this.#guarded(() =>
      this.#engine.call<null>((engine, database) => engine.add(database, this.#id, text)),
    );
    if (added === MISSING) {
      // Nothing waits here: `write` loads the pages and runs the callback again.
      this.#failure ??= new MissingPages();
      throw this.#failure;
    }
  }

  #read(call: EngineCall<Answer>): Promise<object[]> {
    return this.#engine.read(() => this.#guarded(() => this.#engine.callForRecords(call)));
  }

  #guarded<Result>(call: () => Result): Result {
    if (this.#ended) throw makeError('invalid_argument', 'the transaction has ended');
    try {
      return call();
    } catch (error) {
      // The engine and `toJson` throw SawaErrors alone.
      this.#failure ??= error as Error;
      throw error;
    }
  }
}
