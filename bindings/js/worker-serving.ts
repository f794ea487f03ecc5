// SPDX-License-Identifier: MIT
// Opens databases for pages, each at a port of its own.

import type { Database, OpenOptions } from './database-types.js';
import { newId } from './new-id.js';
import type { AnySchema } from './schema.js';
import { factsOf } from './worker-messages.js';
import type { OpenMessage } from './worker-messages.js';
import { DatabaseService } from './worker-service.js';

type Open = (options: OpenOptions<AnySchema>) => Promise<Database<AnySchema>>;

/** Answers all that come to this worker with a port and the wish for a database; other messages are the app's. */
export function serveDatabases(worker: Pick<EventTarget, 'addEventListener'>, openDatabase: Open): void {
  worker.addEventListener('message', (event) => {
    const { data, ports } = event as MessageEvent<Partial<OpenMessage> | null>;
    const [port] = ports;
    if (data?.sawa === 'open' && port) void serve(port, () => openDatabase(data.options!));
  });
}

async function serve(port: MessagePort, open: () => Promise<Database<AnySchema>>): Promise<void> {
  try {
    const database = await open();
    const lock = await holdLock();
    new DatabaseService(database, port, lock.name, lock.release);
  } catch (error) {
    port.postMessage({ kind: 'refused', error: factsOf(error) });
  }
}

/** A lock that the browser releases when this worker is gone, however it went. */
async function holdLock(): Promise<{ name: string | null; release: () => void }> {
  const nothing = { name: null, release: () => undefined };
  // The page of an insecure origin, and Node, have no locks.
  const locks = globalThis.navigator?.locks;
  if (!locks) return nothing;
  const name = `sawa-worker:${newId()}`;
  return new Promise((resolve) => {
    locks
      .request(name, () => new Promise<void>((release) => resolve({ name, release })))
      // Refused, as where cookies are.
      .catch(() => resolve(nothing));
  });
}
