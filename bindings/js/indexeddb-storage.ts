// SPDX-License-Identifier: MIT
// The browser's half of HostStorage: turns each of its requests into one IndexedDB transaction and one answer. What is
// stored, and why, is decided in C++.

import type { ErrorCode } from './error-codes.js';
import { entryParts, failure, success } from './host-request.js';
import type { FoldParts, HostAnswer, HostFailure, HostStorage, LogEntry, Part } from './host-request.js';

export const FORMAT_VERSION = 1;
export const STORES = ['log', 'pages', 'meta'];
/** To clone more at once would hold up the page. */
export const BYTES_A_TURN = 4 * 1024 * 1024;

type Resolve = (answer: HostAnswer) => void;

export class IndexedDbStorage implements HostStorage {
  #database: IDBDatabase | null = null;
  #name = '';
  /** Made with the database: another one under the same name is not the one this context knows. */
  #identity: unknown = null;

  async open(name: string): Promise<HostAnswer> {
    this.#name = name;
    try {
      if (typeof indexedDB !== 'undefined' && indexedDB) return await this.#connect();
    } catch (cause) {
      // Where site data is blocked, even the name throws.
      return unavailable(cause);
    }
    return failure('storage_unavailable', 'this browser has no IndexedDB here');
  }

  #connect(): Promise<HostAnswer> {
    return new Promise((resolve) => {
      let blocked = false;
      let wiped = false;
      let request: IDBOpenDBRequest;
      try {
        request = indexedDB.open(this.#name, FORMAT_VERSION);
      } catch (cause) {
        resolve(unavailable(cause));
        return;
      }
      request.onupgradeneeded = () => {
        if (this.#identity !== null) {
          wiped = true;
          request.transaction!.abort();
          return;
        }
        createStores(request);
      };
      request.onblocked = () => {
        // Another tab has an older format open and does not let go.
        blocked = true;
        resolve(failure('storage_blocked', 'another tab keeps an older version of the database open'));
      };
      request.onerror = () => resolve(wiped ? wipedFailure() : failureOf(request.error));
      request.onsuccess = () => {
        if (blocked) {
          request.result.close();
          return;
        }
        try {
          this.#adopt(request.result, resolve);
        } catch (cause) {
          resolve(failureOf(cause));
        }
      };
    });
  }

  #adopt(database: IDBDatabase, resolve: Resolve): void {
    const drop = () => {
      database.close();
      if (this.#database === database) this.#database = null;
    };
    // The browser may close the connection (storage pressure, site data cleared): the next use opens it anew.
    database.onclose = drop;
    // A newer version of the app wants to change the format: stand aside, rather than block it.
    database.onversionchange = drop;
    const read = database.transaction('meta', 'readonly').objectStore('meta').get('identity');
    read.onerror = () => resolve(failureOf(read.error));
    read.onsuccess = () => {
      if (this.#identity !== null && this.#identity !== read.result) {
        database.close();
        resolve(wipedFailure());
        return;
      }
      this.#identity = read.result;
      this.#database = database;
      resolve(success());
    };
  }

  /**
   * Runs `work` in one transaction, and answers when it is complete. `work` gets the transaction and a function that takes
   * the parts to answer with; it must make its requests at once and may make more only in their callbacks. A lost
   * connection is opened again, once.
   */
  async #transact(
    mode: IDBTransactionMode,
    durability: IDBTransactionDurability,
    work: (transaction: IDBTransaction, answer: (parts: Part[]) => void) => void,
  ): Promise<HostAnswer> {
    for (let attempt = 0; ; attempt++) {
      if (this.#database === null) {
        const connected = await this.#connect();
        if (!connected.ok) return connected;
      }
      const answer = await new Promise<HostAnswer>((resolve) => {
        try {
          const transaction = this.#database!.transaction(STORES, mode, { durability });
          let parts: Part[] = [];
          // Only the transaction's own error tells of a full disk; the requests may all have succeeded.
          transaction.onabort = () => resolve(failureOf(transaction.error));
          transaction.oncomplete = () => resolve({ ok: true, parts });
          work(transaction, (given) => {
            parts = given;
          });
        } catch (cause) {
          resolve(failureOf(cause));
        }
      });
      if (answer.ok || answer.code !== 'storage_connection_lost' || attempt > 0) return answer;
      this.#database?.close();
      this.#database = null;
    }
  }

  readState(): Promise<HostAnswer> {
    return this.#transact('readonly', 'default', (transaction, answer) => {
      const meta = transaction.objectStore('meta');
      const foldedTo = meta.get('folded_to') as IDBRequest<number | undefined>;
      const directory = meta.get('directory') as IDBRequest<ArrayBuffer | undefined>;
      // The answers come in the order of the requests.
      readEntries(transaction, 0, (entries) => {
        answer([foldedTo.result ?? 0, directory.result ?? new ArrayBuffer(0), ...entryParts(entries)]);
      });
    });
  }

  readPages(ids: number[]): Promise<HostAnswer> {
    return this.#transact('readonly', 'default', (transaction, answer) => {
      const store = transaction.objectStore('pages');
      const requests = ids.map((id) => store.get(id) as IDBRequest<ArrayBuffer | undefined>);
      const last = requests.at(-1);
      if (last) last.onsuccess = () => answer(requests.map(({ result }) => result ?? new ArrayBuffer(0)));
    });
  }

  /**
   * Asks for nothing before it commits: that the position is free, the store itself checks; that the log was not folded
   * beyond it, is looked up on the way. What was added then lies below the fold, where nobody reads it.
   */
  async append([after, entry, strict]: [number, ArrayBuffer, number]): Promise<HostAnswer> {
    let isBehind = false;
    const added = await this.#transact('readwrite', strict ? 'strict' : 'relaxed', (transaction, answer) => {
      const log = transaction.objectStore('log');
      const adding = log.add(entry, after + 1);
      adding.onerror = () => (isBehind = adding.error?.name === 'ConstraintError');
      const beyond = log.getKey(IDBKeyRange.lowerBound(after + 1, true));
      beyond.onsuccess = () => (isBehind ||= beyond.result !== undefined);
      transaction.commit();
      answer(entryParts([]));
    });
    if (!isBehind) return added;
    const missed = await this.readLog([after]);
    const found = !missed.ok || missed.parts[0] !== 0;
    return found ? missed : { ok: false, code: 'storage_failed', message: 'IndexedDB: the log lacks its last entry' };
  }

  readLog([after]: [number]): Promise<HostAnswer> {
    return this.#transact('readonly', 'default', (transaction, answer) => {
      const foldedTo = transaction.objectStore('meta').get('folded_to') as IDBRequest<number | undefined>;
      foldedTo.onsuccess = () => {
        const from = Math.max(after, (foldedTo.result ?? 0) - 1);
        readEntries(transaction, from, (entries) => answer(entryParts(entries)));
      };
    });
  }

  fold([from, to, directory, entry, droppedCount, ...changes]: FoldParts): Promise<HostAnswer> {
    return this.#transact('readwrite', 'strict', (transaction, answer) => {
      const meta = transaction.objectStore('meta');
      const log = transaction.objectStore('log');
      const pages = transaction.objectStore('pages');
      const storePages = (index: number) => {
        let byteCount = 0;
        let last: IDBRequest | undefined;
        for (; index < changes.length && byteCount < BYTES_A_TURN; index += 2) {
          last = pages.put(changes[index + 1], changes[index]);
          byteCount += (changes[index + 1] as ArrayBuffer).byteLength;
        }
        if (last && index < changes.length) last.onsuccess = () => storePages(index);
        else transaction.commit();
      };
      const store = () => {
        answer([1]);
        for (const id of changes.slice(0, droppedCount)) pages.delete(id);
        meta.put(to, 'folded_to');
        meta.put(directory, 'directory');
        log.delete(IDBKeyRange.upperBound(to, true));
        storePages(droppedCount);
      };
      answer([0]);
      const foldedTo = meta.get('folded_to') as IDBRequest<number | undefined>;
      foldedTo.onsuccess = () => {
        if ((foldedTo.result ?? 0) !== from) return;
        if (entry.byteLength === 0) {
          store();
          return;
        }
        const keys = log.getAllKeys(IDBKeyRange.lowerBound(to - 1));
        keys.onsuccess = () => {
          if ((keys.result.at(-1) ?? 0) !== to - 1) return;
          log.add(entry, to);
          store();
        };
      };
    });
  }

  close(): void {
    this.#database?.close();
    this.#database = null;
  }
}

/** All that a new database has. */
export function createStores({ result, transaction }: IDBOpenDBRequest): void {
  for (const store of STORES) result.createObjectStore(store);
  const identity = crypto.getRandomValues(new Uint32Array(4)).join('-');
  transaction!.objectStore('meta').put(identity, 'identity');
}

function readEntries(transaction: IDBTransaction, after: number, then: (entries: LogEntry[]) => void): void {
  const store = transaction.objectStore('log');
  const range = IDBKeyRange.lowerBound(after, true);
  const keys = store.getAllKeys(range) as IDBRequest<number[]>;
  const values = store.getAll(range) as IDBRequest<ArrayBuffer[]>;
  values.onsuccess = () => then(values.result.map((bytes, index) => [keys.result[index]!, bytes]));
}

const wipedFailure = (): HostFailure =>
  failure('storage_wiped', 'the browser has deleted the database while it was open');

const unavailable = (cause: unknown): HostFailure =>
  failure('storage_unavailable', `IndexedDB: ${(cause as Error | null)?.message ?? ''}`);

const CODES: Record<string, ErrorCode> = {
  QuotaExceededError: 'storage_quota_exceeded',
  VersionError: 'storage_version_too_new',
  // The connection is gone, or going: site data cleared, the browser's storage process restarted.
  InvalidStateError: 'storage_connection_lost',
  AbortError: 'storage_connection_lost',
  UnknownError: 'storage_failed',
  SecurityError: 'storage_unavailable',
};

export function failureOf(cause: unknown): HostFailure {
  const { name = 'AbortError', message = '' } = (cause ?? {}) as Partial<Error>;
  return failure(CODES[name] ?? 'storage_failed', `IndexedDB: ${name}: ${message}`);
}
