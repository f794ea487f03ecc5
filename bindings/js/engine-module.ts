// SPDX-License-Identifier: MIT
// The WebAssembly module as TypeScript sees it, and how it is loaded. bindings/embind/module.cc is the other side.

import type { OpenOptions } from './database-types.js';
import { makeError } from './errors.js';
import type { AnySchema } from './schema.js';

/** One open database in the engine. Texts are JSON envelopes: {value} or {error}. */
export interface EngineDatabase {
  open(): Promise<string>;
  close(): void;
  get(collection: string, id: string): string;
  find(collection: string, query: string): string;
  /** A JSON list of ids. */
  pendingIds(collection: string): string;
  begin(name: string): string;
  getIn(transaction: number, collection: string, id: string): string;
  findIn(transaction: number, collection: string, query: string): string;
  add(transaction: number, operation: string): string;
  nextNumber(transaction: number, series: string): string;
  discard(transaction: number): void;
  commit(transaction: number): Promise<string>;
  sync(): Promise<string>;
  enrol(username: string, password: string, deviceName: string, shop: string): Promise<string>;
  login(username: string, password: string): Promise<string>;
  logout(): Promise<string>;
  foldIfLong(): Promise<string>;
  refresh(): Promise<string>;
  status(): string;
  /** A JSON list of quarantined mutations. */
  quarantined(): string;
  takeEvents(): string;
  /** Frees the C++ object; no call may be running. */
  delete(): void;
}

export interface EngineModule {
  Database: new (options: string, onEvents: () => void) => EngineDatabase;
  previewMerge(request: string): string;
  /** A JSON list of [code, class, retry]. */
  errorTable(): string;
}

export interface ModuleOptions {
  locateFile?: (path: string) => string;
  wasmBinary?: ArrayBuffer;
  instantiateWasm?: (
    imports: WebAssembly.Imports,
    receive: (instance: WebAssembly.Instance, module?: WebAssembly.Module) => void,
  ) => object;
}

export type ModuleFactory = (options?: ModuleOptions) => Promise<EngineModule>;

/**
 * Loads the engine. Errors: engine_not_loaded, with the reason as its cause.
 */
export async function loadModule(factory: ModuleFactory, wasm: OpenOptions<AnySchema>['wasm']): Promise<EngineModule> {
  try {
    return await factory(await moduleOptions(wasm));
  } catch (cause) {
    throw makeError('engine_not_loaded', 'the engine could not be loaded', { cause });
  }
}

async function moduleOptions(wasm: OpenOptions<AnySchema>['wasm']): Promise<ModuleOptions> {
  if (wasm === undefined) return {};
  if (typeof wasm === 'string' || wasm instanceof URL) return { locateFile: () => String(wasm) };
  if (wasm instanceof WebAssembly.Module) return { instantiateWasm: instantiator(wasm) };
  if (wasm instanceof ArrayBuffer) return { wasmBinary: wasm };
  return { instantiateWasm: instantiator(await WebAssembly.compileStreaming(wasm)) };
}

function instantiator(module: WebAssembly.Module): NonNullable<ModuleOptions['instantiateWasm']> {
  return (imports, receive) => {
    receive(new WebAssembly.Instance(module, imports), module);
    return {};
  };
}
