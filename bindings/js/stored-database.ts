// SPDX-License-Identifier: MIT
// A database as it is stored, past the engine: read at one moment, and written into a new one.

import { makeError } from './errors.js';
import type { SawaError } from './errors.js';
import { BYTES_A_TURN, createStores, failureOf, FORMAT_VERSION, STORES } from './indexeddb-storage.js';

/** Of `log` its position, of `pages` its id. */
export type Block = [key: number, bytes: ArrayBuffer];

/** The object stores: docs/storage-format.md. */
export interface StoredDatabase {
  foldedTo: number;
  /** Null before the first fold. */
  directory: ArrayBuffer | null;
  log: Block[];
  pages: Block[];
}

const BLOCKS_A_TURN = 16;

/** Of a failed request or transaction. */
export function storageError(cause: unknown): SawaError {
  const { code, message } = failureOf(cause);
  return makeError(code, message, { cause });
}

/** The connection to a database that exists; null if there is none of this name. It is never made here. */
export function connect(name: string): Promise<IDBDatabase | null> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    let isMissing = false;
    request.onupgradeneeded = () => {
      isMissing = true;
      request.transaction!.abort();
    };
    request.onerror = () => (isMissing ? resolve(null) : reject(storageError(request.error)));
    request.onsuccess = () => {
      const database = request.result;
      database.onversionchange = () => database.close();
      if (database.version <= FORMAT_VERSION && STORES.every((store) => database.objectStoreNames.contains(store))) {
        resolve(database);
        return;
      }
      database.close();
      const isNewer = database.version > FORMAT_VERSION;
      reject(
        makeError(isNewer ? 'storage_version_too_new' : 'storage_corrupt', `${name} is no database of this engine`),
      );
    };
  });
}

/** All of a database at one moment, whatever other contexts do meanwhile. */
export function readStored(database: IDBDatabase): Promise<StoredDatabase> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORES, 'readonly');
    const stored: StoredDatabase = { foldedTo: 0, directory: null, log: [], pages: [] };
    transaction.onabort = () => reject(storageError(transaction.error));
    transaction.oncomplete = () => resolve(stored);
    const meta = transaction.objectStore('meta');
    const foldedTo = meta.get('folded_to') as IDBRequest<number | undefined>;
    foldedTo.onsuccess = () => (stored.foldedTo = foldedTo.result ?? 0);
    const directory = meta.get('directory') as IDBRequest<ArrayBuffer | undefined>;
    directory.onsuccess = () => (stored.directory = directory.result ?? null);
    readBlocks(transaction.objectStore('log'), 0, stored.log);
    readBlocks(transaction.objectStore('pages'), 0, stored.pages);
  });
}

/** A few at a time: to clone all of a large database at once would hold up the page. */
function readBlocks(store: IDBObjectStore, after: number, blocks: Block[]): void {
  const range = IDBKeyRange.lowerBound(after, true);
  const keys = store.getAllKeys(range, BLOCKS_A_TURN) as IDBRequest<number[]>;
  const values = store.getAll(range, BLOCKS_A_TURN) as IDBRequest<ArrayBuffer[]>;
  values.onsuccess = () => {
    for (const [index, key] of keys.result.entries()) blocks.push([key, values.result[index]!]);
    if (keys.result.length === BLOCKS_A_TURN) readBlocks(store, keys.result.at(-1)!, blocks);
  };
}

/**
 * Makes a database of what is stored, as a whole or not at all; durable when it resolves. Errors: invalid_argument with the
 * reason `database_exists`; storage_…
 */
export async function createStored(name: string, stored: StoredDatabase): Promise<void> {
  const database = await create(name, stored);
  try {
    // Nothing says that the transaction which makes a database is on disk when it is complete; a strict one behind it does.
    await flush(database);
  } finally {
    database.close();
  }
}

function create(name: string, stored: StoredDatabase): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, FORMAT_VERSION);
    let isNew = false;
    let aborted: DOMException | null = null;
    request.onupgradeneeded = () => {
      isNew = true;
      createStores(request);
      const transaction = request.transaction!;
      // The request itself tells only that it was aborted.
      transaction.onabort = () => (aborted = transaction.error);
      const meta = transaction.objectStore('meta');
      if (stored.foldedTo > 0) meta.put(stored.foldedTo, 'folded_to');
      if (stored.directory) meta.put(stored.directory, 'directory');
      writeBlocks(transaction.objectStore('log'), stored.log, 0);
      writeBlocks(transaction.objectStore('pages'), stored.pages, 0);
    };
    request.onerror = () => {
      const exists = !isNew && request.error?.name === 'VersionError';
      reject(exists ? existsError(name) : storageError(aborted ?? request.error));
    };
    request.onsuccess = () => {
      if (isNew) {
        resolve(request.result);
        return;
      }
      request.result.close();
      reject(existsError(name));
    };
  });
}

function writeBlocks(store: IDBObjectStore, blocks: readonly Block[], from: number): void {
  let byteCount = 0;
  let index = from;
  let last: IDBRequest | undefined;
  for (; index < blocks.length && byteCount < BYTES_A_TURN; index += 1) {
    const [key, bytes] = blocks[index]!;
    last = store.put(bytes, key);
    byteCount += bytes.byteLength;
  }
  if (last && index < blocks.length) last.onsuccess = () => writeBlocks(store, blocks, index);
}

function flush(database: IDBDatabase): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction('meta', 'readwrite', { durability: 'strict' });
    const meta = transaction.objectStore('meta');
    const identity = meta.get('identity');
    identity.onsuccess = () => meta.put(identity.result, 'identity');
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(storageError(transaction.error));
  });
}

/**
 * Adds an entry behind all others of the log, as a commit of any context; durable when it resolves. Errors: storage_…
 */
export function appendEntry(database: IDBDatabase, entry: ArrayBuffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(['meta', 'log'], 'readwrite', { durability: 'strict' });
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(storageError(transaction.error));
    const log = transaction.objectStore('log');
    const foldedTo = transaction.objectStore('meta').get('folded_to') as IDBRequest<number | undefined>;
    foldedTo.onsuccess = () => {
      const from = foldedTo.result ?? 0;
      const keys = log.getAllKeys(IDBKeyRange.lowerBound(from, true)) as IDBRequest<number[]>;
      keys.onsuccess = () => log.add(entry, (keys.result.at(-1) ?? from) + 1);
    };
  });
}

const existsError = (name: string): SawaError =>
  makeError('invalid_argument', `a database ${name} exists already`, { details: { reason: 'database_exists' } });
