// SPDX-License-Identifier: MIT
// The same requests as those of indexeddb-storage.ts, on memory that ends with the connection.

import { entryParts, success } from './host-request.js';
import type { FoldParts, HostAnswer, HostStorage, LogEntry } from './host-request.js';

export class MemoryStorage implements HostStorage {
  #foldedTo = 0;
  #directory = new ArrayBuffer(0);
  readonly #pages = new Map<number, ArrayBuffer>();
  #log: LogEntry[] = [];

  async open(): Promise<HostAnswer> {
    return success();
  }

  async readState(): Promise<HostAnswer> {
    return success([this.#foldedTo, this.#directory, ...entryParts(this.#log)]);
  }

  async readPages(ids: number[]): Promise<HostAnswer> {
    return success(ids.map((id) => this.#pages.get(id) ?? new ArrayBuffer(0)));
  }

  async readLog([after]: [number]): Promise<HostAnswer> {
    return success(entryParts(this.#entriesBehind(after)));
  }

  async append([after, bytes]: [number, ArrayBuffer, number]): Promise<HostAnswer> {
    const missed = this.#entriesBehind(after);
    if (missed.length === 0) this.#log.push([after + 1, bytes]);
    return success(entryParts(missed));
  }

  async fold([, to, directory, entry, droppedCount, ...changes]: FoldParts): Promise<HostAnswer> {
    if (entry.byteLength > 0) this.#log.push([to, entry]);
    this.#foldedTo = to;
    this.#directory = directory;
    for (const id of changes.splice(0, droppedCount)) this.#pages.delete(id as number);
    for (let index = 0; index < changes.length; index += 2) {
      this.#pages.set(changes[index] as number, changes[index + 1] as ArrayBuffer);
    }
    this.#log = this.#log.filter(([position]) => position >= to);
    return success([1]);
  }

  close(): void {
    // Nothing is held open.
  }

  #entriesBehind(after: number): LogEntry[] {
    return this.#log.filter(([position]) => position > after);
  }
}
