// SPDX-License-Identifier: MIT
// The transaction that a `write` callback works with: a thin shape over the engine's transaction.

import { toJson } from './engine.js';
import type { Engine } from './engine.js';
import { makeError } from './errors.js';
import { newId } from './new-id.js';
import type { AnySchema } from './schema.js';
import type { Transaction } from './types.js';

type AnyTransaction = Transaction<AnySchema>;

export class EngineTransaction implements AnyTransaction {
  readonly #engine: Engine;
  readonly #id: number;
  #ended = false;
  #failure: Error | null = null;

  constructor(engine: Engine, name: string) {
    this.#engine = engine;
    this.#id = engine.call<number>((database) => database.begin(name));
  }

  get: AnyTransaction['get'] = async (collection, id) => {
    const record = this.#call<object | null>((database) => database.getIn(this.#id, collection, id));
    return (record ?? undefined) as never;
  };

  find: AnyTransaction['find'] = async (collection, query = {}) => {
    const text = toJson(query);
    return this.#call((database) => database.findIn(this.#id, collection, text));
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

  nextNumber: AnyTransaction['nextNumber'] = async (series) =>
    this.#call<number>((database) => database.nextNumber(this.#id, series));

  /** Makes it durable. Errors: storage_contended if it has to run again; those of storage. */
  async commit(): Promise<void> {
    // An operation that failed must fail the whole, even if the callback caught its error.
    if (this.#failure !== null) throw this.#failure;
    this.#ended = true;
    await this.#engine.callAsync<null>((database) => database.commit(this.#id));
  }

  discard(): void {
    if (this.#ended || this.#engine.closed) return;
    this.#ended = true;
    this.#engine.raw((database) => database.discard(this.#id));
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
    this.#call((database) => database.add(this.#id, text));
  }

  #call<Value>(call: Parameters<Engine['call']>[0]): Value {
    if (this.#ended) throw makeError('invalid_argument', 'the transaction has ended');
    try {
      return this.#engine.call<Value>(call);
    } catch (error) {
      // The engine and `toJson` throw SawaErrors alone.
      this.#failure ??= error as Error;
      throw error;
    }
  }
}
