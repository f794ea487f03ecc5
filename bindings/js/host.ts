// SPDX-License-Identifier: MIT
// What the WebAssembly module imports; src/platform/web/host_imports.h is the other side.

import { post } from './fetch-transport.js';
import type { PostParts } from './fetch-transport.js';
import type { HostAnswer, HostStorage, Part } from './host-request.js';
import { IndexedDbStorage } from './indexeddb-storage.js';
import { MemoryStorage } from './memory-storage.js';

/** What the rest of the module does with what the engine tells. */
export interface HostListener {
  settle(database: number, call: number, envelope: string): void;
  announce(database: number): void;
  /** What ended the engine where nobody could catch it. */
  trap: (trap: unknown) => void;
}

/** What of the module's exports is used here. */
export interface HostExports {
  readonly HEAPU8: Uint8Array<ArrayBuffer>;
  resume(request: number): void;
}

const encoder = new TextEncoder();
// A byte order mark is part of the text that somebody wrote.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The functions that the module imports, by their names; `exports` gives the module's own once it has some. */
export function makeHost(exports: () => HostExports, listener: HostListener) {
  const storages = new Map<number, HostStorage>();
  let request: Part[] = [];
  /** The last part comes first. */
  let answer: Part[] = [];
  let next = new Uint8Array();

  const bytesAt = (address: number, count: number) => new Uint8Array(exports().HEAPU8.buffer, address, count);
  const textAt = (address: number, count: number) => decoder.decode(bytesAt(address, count));

  const openStorage = async (storage: number, [inMemory, name]: [number, string]): Promise<HostAnswer> => {
    const connection = inMemory ? new MemoryStorage() : new IndexedDbStorage();
    const opened = await connection.open(name);
    if (opened.ok) storages.set(storage, connection);
    return opened;
  };

  const ask = (storage: number, [method, ...parts]: Part[]): Promise<HostAnswer> => {
    if (method === 'post') return post(parts as PostParts);
    if (method === 'open') return openStorage(storage, parts as [number, string]);
    return storages.get(storage)![method as 'readLog'](parts as [number]);
  };

  return {
    nowMs: () => Date.now(),
    fillRandom: (address: number, count: number) => crypto.getRandomValues(bytesAt(address, count)),
    parseNumber: (address: number, count: number) => Number(textAt(address, count)),
    writeNumber: (number: number, address: number) => encoder.encodeInto(String(number), bytesAt(address, 32)).written,
    report: (address: number, count: number) => console.error(textAt(address, count)),

    putNumber: (number: number) => request.push(number),
    putText: (address: number, count: number) => request.push(textAt(address, count)),
    // A copy: to store a view of the engine's memory would store all of it.
    putBytes: (address: number, count: number) => request.push(bytesAt(address, count).slice().buffer),
    send: (address: number, storage: number) => {
      const parts = request;
      request = [];
      ask(storage, parts)
        .then((outcome) => {
          answer = outcome.ok ? [1, ...outcome.parts] : [0, outcome.code, outcome.message];
          answer.reverse();
          exports().resume(address);
        })
        // What is resumed may trap, and whoever waits for the engine would wait for ever.
        .catch(listener.trap);
    },
    takeNumber: () => answer.pop() as number,
    nextSize: () => {
      const part = answer.pop();
      next = typeof part === 'string' ? encoder.encode(part) : new Uint8Array(part as ArrayBuffer);
      return next.length;
    },
    takeBytes: (address: number) => bytesAt(address, next.length).set(next),
    closeStorage: (storage: number) => {
      storages.get(storage)?.close();
      storages.delete(storage);
    },

    settle: (database: number, call: number, address: number, count: number) =>
      listener.settle(database, call, textAt(address, count)),
    announce: (database: number) => listener.announce(database),
  };
}
