// SPDX-License-Identifier: MIT
// Writes, one after another and stored in groups: those that are there when one begins share its transaction of the
// storage. Each is a mutation of its own, sees what those before it wrote, and succeeds or fails by itself.

import type { Engine } from './engine.js';
import { SawaError, UsageError } from './errors.js';
import { EngineTransaction } from './transaction.js';

const ATTEMPTS_MAX = 50;
/** A context that was too late this often in a row asks the others for a turn. */
const ATTEMPTS_BEFORE_ASKING = 5;
const GROUP_MAX = 128;
/** A callback that takes longer than this holds up nobody else's write. */
const PATIENCE_MS = 2;

type Callback = (transaction: EngineTransaction) => unknown;

interface Write {
  readonly name: string;
  readonly callback: Callback;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
  attempts: number;
  /** Shares its group with nobody. */
  alone: boolean;
}

/** A write that ended its group early. */
interface Failure {
  readonly write: Write;
  /** Its error; or why it runs again: it needs pages that are not in memory, or was too slow to be waited for. */
  readonly outcome: { error: unknown } | 'misses pages' | 'late';
  /** Its mutation was open: what it wrote is to be forgotten. */
  readonly open: boolean;
}

interface Group {
  readonly id: number;
  /** Have run, and are not stored yet. */
  finished: { write: Write; result: unknown }[];
  /** What ended the group early. */
  failure: Failure | null;
}

export interface WriteHooks {
  /** Another context may have asked for a turn. */
  beforeGroup: () => Promise<void>;
  afterGroup: () => void;
  askForTurn: () => void;
}

export class WriteQueue {
  readonly #engine: Engine;
  readonly #hooks: WriteHooks;
  #writes: Write[] = [];
  #running: Promise<void> | null = null;

  constructor(engine: Engine, hooks: WriteHooks) {
    this.#engine = engine;
    this.#hooks = hooks;
  }

  /** Resolves with what `callback` returns once its mutation is durable. */
  add<Result>(name: string, callback: Callback): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.#writes.push({ name, callback, resolve, reject, attempts: 0, alone: false });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    // What is asked for in the same breath is one group.
    await Promise.resolve();
    while (this.#writes.length > 0) await this.#runGroup();
    this.#running = null;
  }

  async #runGroup(): Promise<void> {
    const first = this.#writes[0]!;
    let group: Group;
    try {
      await this.#hooks.beforeGroup();
      const id = await EngineTransaction.begin(this.#engine, first.name);
      group = { id, finished: [], failure: null };
    } catch (error) {
      this.#writes.shift();
      first.reject(error);
      return;
    }
    await this.#runCallbacks(group);
    const again = await this.#store(group);
    if (again) this.#writes.unshift(...again);
    else if (group.failure) await this.#fail(group.failure);
  }

  async #runCallbacks(group: Group): Promise<void> {
    for (let count = 0; count < GROUP_MAX && this.#writes.length > 0 && !group.failure; count++) {
      if (count > 0 && this.#writes[0]!.alone) return;
      const write = this.#writes.shift()!;
      const transaction = new EngineTransaction(this.#engine, group.id);
      const running = this.#runCallback(group, write, transaction, count === 0);
      if (group.finished.length > 0 && !(await isQuick(running))) {
        // The others are not kept waiting: it runs again by itself, and what it still does now fails.
        transaction.end();
        write.alone = true;
        group.failure = { write, outcome: 'late', open: true };
        return;
      }
      (await running)();
      if (write.alone) return;
    }
  }

  /** Never rejects; gives what notes the outcome in the group. */
  async #runCallback(
    group: Group,
    write: Write,
    transaction: EngineTransaction,
    isFirst: boolean,
  ): Promise<() => void> {
    let open = isFirst;
    try {
      if (!open) this.#engine.callNow((engine, database) => engine.next(database, group.id, write.name));
      open = true;
      const result: unknown = await write.callback(transaction);
      transaction.finish();
      return () => group.finished.push({ write, result });
    } catch (error) {
      transaction.end();
      const outcome = transaction.missesPages ? 'misses pages' : { error };
      return () => (group.failure = { write, outcome, open });
    }
  }

  /** Stores what has finished and ends the transaction. Gives null, or the writes to run again if that failed. */
  async #store({ id, finished, failure }: Group): Promise<Write[] | null> {
    // The open mutation is that of the last write which finished, unless another one failed in it.
    const whole = !failure?.open;
    try {
      if (finished.length > 0) {
        await this.#engine.callAsync((engine, database, call) => engine.commit(database, call, id, Number(whole)));
      } else if (this.#engine.alive && (await this.#discard(id, failure!))) {
        return [failure!.write];
      }
    } catch (error) {
      return this.#again(finished, failure, error);
    }
    if (finished.length > 0) this.#hooks.afterGroup();
    for (const { write, result } of finished) write.resolve(result as never);
    return null;
  }

  /** Ends a transaction of which nothing is stored. True if its write runs again: another context has changed what it read. */
  async #discard(id: number, { write, outcome }: Failure): Promise<boolean> {
    const failed = typeof outcome === 'object';
    try {
      if (failed) await this.#engine.callAsync((engine, database, call) => engine.refresh(database, call));
    } catch {
      // The callback's own error is the one to tell.
    }
    const unchanged = this.#engine.alive && this.#engine.raw((engine, database) => engine.discard(database, id));
    return failed && !unchanged && this.#engine.alive && ++write.attempts < ATTEMPTS_MAX;
  }

  async #fail({ write, outcome }: Failure): Promise<void> {
    try {
      if (typeof outcome === 'object') throw outcome.error;
      if (outcome === 'misses pages') await this.#engine.loadMissing();
      this.#writes.unshift(write);
    } catch (error) {
      write.reject(error);
    }
  }

  /** Which writes of a group that could not be stored are to run again; rejects the others. */
  #again(finished: Group['finished'], failure: Failure | null, error: unknown): Write[] {
    const contended = error instanceof SawaError && error.code === 'storage_contended';
    // One of them asks for too much: each runs again by itself. Of other errors it is not sure that nothing was stored.
    const refused = error instanceof UsageError && finished.length > 1;
    const again: Write[] = [];
    for (const { write } of finished) {
      write.attempts++;
      write.alone ||= refused;
      if (refused || (contended && write.attempts < ATTEMPTS_MAX)) again.push(write);
      else write.reject(error);
    }
    if (contended && finished.some(({ write }) => write.attempts % ATTEMPTS_BEFORE_ASKING === 0)) {
      this.#hooks.askForTurn();
    }
    // Its error may have come of what was not stored.
    return failure ? [...again, failure.write] : again;
  }
}

/** Does it end before anything outside of the engine is waited for? */
async function isQuick(running: Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE_MS);
  });
  const quick = await Promise.race([running.then(() => true), late]);
  clearTimeout(timer!);
  return quick;
}
