// SPDX-License-Identifier: MIT
// The WebAssembly module as TypeScript sees it, and how it is loaded. bindings/embind/module.cc is the other side.

import type { OpenOptions } from './database-types.js';
import { makeError } from './errors.js';
import { makeHost } from './host.js';
import createSawaModule from './sawa.mjs';
import type { AnySchema } from './schema.js';

/** The address of a database in the engine. */
export type Handle = number;
/** A JSON envelope: {value} or {error}; of reads also '' where pages are missing: `loadMissing`, then the same call again. */
export type Envelope = string;
/** The address of an answer for RecordDecoder; 0 where there is none: `problem` says why. It lives until the next read. */
export type Answer = number;

/** The number of a call that ends with `settle(call, envelope)`. */
export type Call = number;

/** Of what happens in the engine. It must not call the engine before it has returned. */
export interface EngineListener {
  settle(call: Call, envelope: Envelope): void;
  /** `takeEvents` has something new. */
  announce(): void;
  /** Gets what ended the engine where nobody could catch it. */
  trap(trap: unknown): void;
}

/** The engine's functions. Several calls of the same database may be running at once. */
export interface EngineModule {
  readonly HEAPU8: Uint8Array<ArrayBuffer>;
  /** Who is told of a database. */
  readonly listeners: Map<Handle, EngineListener>;
  create(options: string): Handle;
  /** Frees a database; no call of it may be running. */
  destroy(database: Handle): void;
  open(database: Handle, call: Call): void;
  close(database: Handle): void;
  /** Of reads: `transaction` 0 reads the database as it stands. */
  get(database: Handle, transaction: number, collection: string, id: string): Answer;
  find(database: Handle, transaction: number, collection: string, query: string): Answer;
  count(database: Handle, transaction: number, collection: string, query: string): Envelope;
  /** The next slice of an aggregation, of so many entries; 0 begins. Null as long as there are more. One at a time. */
  aggregate(database: Handle, entryCount: number, collection: string, aggregation: string): Envelope;
  /** `ids`: a JSON list. */
  isAnsweredByAny(database: Handle, collection: string, query: string, ids: string): Envelope;
  explain(database: Handle, collection: string, query: string): Envelope;
  /** Why the last read gave 0. */
  problem(database: Handle): Envelope;
  loadMissing(database: Handle, call: Call): void;
  warmUp(database: Handle, call: Call): void;
  /** A JSON list of names. */
  shapeNames(database: Handle, shape: number): string;
  /** A JSON list of ids. */
  pendingIds(database: Handle, collection: string): string;
  begin(database: Handle, name: string): Envelope;
  add(database: Handle, transaction: number, operation: string): Envelope;
  /** `note`: a JSON object. */
  archive(database: Handle, transaction: number, mutationId: string, note: string): Envelope;
  nextNumber(database: Handle, transaction: number, series: string): Envelope;
  /** 0 if another context has changed what the transaction read or wrote. */
  discard(database: Handle, transaction: number): number;
  /** Seals the open mutation and opens another one. */
  next(database: Handle, transaction: number, name: string): Envelope;
  /** `whole`: with the open mutation, and the transaction ends. */
  commit(database: Handle, call: Call, transaction: number, whole: number): void;
  loadBegin(database: Handle, collection: string): Envelope;
  /** The address of room for the next part of the text. */
  loadRoom(database: Handle, byteCount: number): number;
  /** `last`: there are no more parts; again until the answer says that there is no more to do. */
  load(database: Handle, call: Call, last: number): void;
  loadEnd(database: Handle): void;
  sync(database: Handle, call: Call): void;
  enrol(database: Handle, call: Call, username: string, password: string, deviceName: string, shop: string): void;
  login(database: Handle, call: Call, username: string, password: string): void;
  logout(database: Handle, call: Call): void;
  /** `body`: JSON text, as is the value that it settles with. */
  request(database: Handle, call: Call, path: string, body: string): void;
  startOver(database: Handle, call: Call): void;
  foldIfLong(database: Handle, call: Call): void;
  refresh(database: Handle, call: Call): void;
  status(database: Handle): Envelope;
  /** A JSON list of quarantined mutations; `archived`: of those that left quarantine, as {entry, note}. */
  quarantined(database: Handle, archived: number): string;
  takeEvents(database: Handle): string;
}

/** How a host compiles the .wasm at an address. */
export type WasmCompiler = (address: string | URL) => Promise<WebAssembly.Module>;

/**
 * Loads the engine. Errors: engine_not_loaded, with the reason as its cause.
 */
export async function loadModule(
  compile: WasmCompiler,
  wasm: NonNullable<OpenOptions<AnySchema>['wasm']>,
): Promise<EngineModule> {
  try {
    return await instantiate(await compileAny(compile, wasm));
  } catch (cause) {
    throw makeError('engine_not_loaded', 'the engine could not be loaded', { cause });
  }
}

async function compileAny(
  compile: WasmCompiler,
  wasm: NonNullable<OpenOptions<AnySchema>['wasm']>,
): Promise<WebAssembly.Module> {
  if (typeof wasm === 'string' || wasm instanceof URL) return compile(wasm);
  if (wasm instanceof WebAssembly.Module) return wasm;
  return wasm instanceof ArrayBuffer ? WebAssembly.compile(wasm) : WebAssembly.compileStreaming(wasm);
}

/** Instead of the glue's own way to the module: it would look for a file, differently in each host. */
async function instantiate(module: WebAssembly.Module): Promise<EngineModule> {
  const listeners: EngineModule['listeners'] = new Map();
  const host = makeHost(() => glue, {
    settle: (database, call, envelope) => listeners.get(database)?.settle(call, envelope),
    announce: (database) => listeners.get(database)?.announce(),
    trap: (trap) => {
      for (const listener of listeners.values()) listener.trap(trap);
    },
  });
  const glue = await createSawaModule({
    host,
    instantiateWasm: (imports, receive) => void receive(new WebAssembly.Instance(module, imports)),
  });
  return Object.assign(glue, { listeners });
}
