// SPDX-License-Identifier: MIT
// A database whose engine runs in a worker, so that no work of it holds up the page. A module of its own: docs/worker.md.

import type { Database, OpenOptions } from './database-types.js';
import { toJson } from './engine.js';
import { makeError } from './errors.js';
import type { AnySchema } from './schema.js';
import { WorkerDatabase } from './worker-database.js';
import type { OpenMessage } from './worker-messages.js';

export interface WorkerOptions<Schema extends AnySchema> extends OpenOptions<Schema> {
  /**
   * The app's own worker, which has imported `sawa/worker-host`; it can serve any number of databases, and is not ended
   * with them. A new worker for this database alone when absent.
   */
  worker?: Pick<Worker, 'postMessage'>;
}

/**
 * As `openDatabase`, with the engine in a worker. Everything is as it is with the engine in the page, but for what
 * docs/worker.md tells. Errors: those of `openDatabase`; engine_not_loaded if the worker cannot be started. When the worker
 * ends, whatever waits fails with engine_aborted; nothing that has resolved is lost.
 */
export async function openInWorker<Schema extends AnySchema>({
  worker,
  ...options
}: WorkerOptions<Schema>): Promise<Database<Schema>> {
  const message: OpenMessage = { sawa: 'open', options: await crossing(options) };
  const { port1, port2 } = new MessageChannel();
  const own = worker ? null : startWorker();
  const database = new WorkerDatabase<Schema>(options.name, port1, () => own?.terminate());
  own?.addEventListener('error', (event) => {
    event.preventDefault();
    database.abort('the worker has failed', event.message || 'its script could not be loaded');
  });
  try {
    (worker ?? own)!.postMessage(message, [port2]);
    return await database.opened();
  } catch (error) {
    own?.terminate();
    throw error;
  }
}

function startWorker(): Worker {
  try {
    return new Worker(new URL('./worker-host.js', import.meta.url), { type: 'module', name: 'sawa' });
  } catch (cause) {
    throw makeError('engine_not_loaded', 'the worker could not be started', { cause });
  }
}

/** The options as they can be sent: addresses count from the page, and a response is its bytes. */
async function crossing({ wasm, ...rest }: OpenOptions<AnySchema>): Promise<OpenOptions<AnySchema>> {
  const options = JSON.parse(toJson(rest)) as OpenOptions<AnySchema>;
  if (wasm === undefined) return options;
  if (wasm instanceof WebAssembly.Module || wasm instanceof ArrayBuffer) return { ...options, wasm };
  if (wasm instanceof Response) return { ...options, wasm: await wasm.arrayBuffer() };
  return { ...options, wasm: new URL(wasm, globalThis.document?.baseURI).href };
}
