// SPDX-License-Identifier: MIT
// What the callback of a write works with on the page: its operations go to the worker in the order they were made.

import { toJson } from './engine.js';
import { makeError } from './errors.js';
import { newId } from './new-id.js';
import type { AnySchema } from './schema.js';
import type { Transaction } from './types.js';
import type { Operation, Read, RunNumber } from './worker-messages.js';
import type { WorkerLink } from './worker-link.js';

type AnyTransaction = Transaction<AnySchema>;

export class WorkerTransaction implements AnyTransaction {
  readonly #link: WorkerLink;
  readonly #run: RunNumber;
  #ended = false;
  #failure: { error: unknown } | null = null;

  constructor(link: WorkerLink, run: RunNumber) {
    this.#link = link;
    this.#run = run;
  }

  get: AnyTransaction['get'] = (collection, id) => this.#read('get', [collection, id]);
  find: AnyTransaction['find'] = (collection, query = {}) => this.#read('find', [collection, query]);
  count: AnyTransaction['count'] = (collection, query = {}) => this.#read('count', [collection, query]);
  nextNumber: AnyTransaction['nextNumber'] = (series) => this.#read('nextNumber', [series]);

  put: AnyTransaction['put'] = (collection, fields) => {
    const id = fields.id ?? newId();
    this.#operate('put', [collection, { ...fields, id }]);
    return id;
  };
  patch: AnyTransaction['patch'] = (...args) => this.#operate('patch', args);
  increment: AnyTransaction['increment'] = (...args) => this.#operate('increment', args);
  remove: AnyTransaction['remove'] = (...args) => this.#operate('remove', args);
  archive: AnyTransaction['archive'] = (...args) => this.#operate('archive', args);

  /** Ends it. An operation that failed here fails the whole, even if the callback caught its error. */
  finish(): void {
    this.#ended = true;
    if (this.#failure) throw this.#failure.error;
  }

  end(): void {
    this.#ended = true;
  }

  #operate(method: Operation, args: readonly unknown[]): void {
    this.#link.send({ kind: 'operation', run: this.#run, method, args: this.#textOf(args) });
  }

  async #read<Value>(method: Read, args: readonly unknown[]): Promise<Value> {
    const text = this.#textOf(args);
    return this.#link.ask<Value>((call) => ({ kind: 'read', run: this.#run, call, method, args: text }));
  }

  #textOf(args: readonly unknown[]): string {
    if (this.#ended) throw makeError('invalid_argument', 'the transaction has ended');
    try {
      return toJson(args);
    } catch (error) {
      this.#failure ??= { error };
      throw error;
    }
  }
}
