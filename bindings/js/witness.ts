// SPDX-License-Identifier: MIT
// The witness: a mark outside IndexedDB that tells of a database which the browser has thrown away. It is kept in
// localStorage and in the Cache Storage, since one may outlive the other; what clears all three leaves nobody to tell.

import type { Database } from './database-types.js';
import type { AnySchema } from './schema.js';
import { connect, storageError } from './stored-database.js';
import type { Enrolment, Unsubscribe } from './types.js';

const KEY_PREFIX = 'sawa:witness:';
const CACHE_NAME = 'sawa-witness';
const VERSION = 1;

/** What is known of a database from outside. It holds no secret, and nothing of the records. */
export interface WitnessMark {
  /** Made with the database: another one of the same name has another. */
  identity: string;
  /** When it was last known to be there. */
  seenAtMs: number;
  /** How many mutations had not been sent then. */
  waiting: number;
  device: Enrolment['device'] | null;
}

/**
 * `new`: no mark is there, so this is the first time, or everything was cleared. `intact`: the database of the mark is there.
 * `wiped`: it is gone, or another one has its name; `mark` tells what was lost, until `forgetWipe`. `unknown`: the storage
 * cannot be read now.
 */
export type WitnessReport =
  { finding: 'new' } | { finding: 'intact' } | { finding: 'wiped'; mark: WitnessMark } | { finding: 'unknown' };

interface Testimony {
  version: typeof VERSION;
  mark: WitnessMark;
  /** The mark of a database that was lost, and that nobody has been told of yet. */
  lost: WitnessMark | null;
}

/** Whether the database that was here is still here. Call it before `openDatabase`, which makes one. Never rejects. */
export async function checkWitness(name: string): Promise<WitnessReport> {
  const testimony = await read(name);
  if (!testimony) return { finding: 'new' };
  if (testimony.lost) return { finding: 'wiped', mark: testimony.lost };
  try {
    const isThere = (await identityOf(name)) === testimony.mark.identity;
    return isThere ? { finding: 'intact' } : { finding: 'wiped', mark: testimony.mark };
  } catch {
    return { finding: 'unknown' };
  }
}

/**
 * Marks an open database, and keeps the mark up to date until it is stopped. A loss that nobody was told of stays noted.
 * Never rejects: without a mark, nothing else is worse.
 */
export async function keepWitness<Schema extends AnySchema>(database: Database<Schema>): Promise<Unsubscribe> {
  const { name } = database;
  try {
    const identity = await identityOf(name);
    if (identity === null) return () => undefined;
    const before = await read(name);
    const lost = before?.lost ?? (before && before.mark.identity !== identity ? before.mark : null);
    if (before && lost) await write(name, { ...before, lost });
    let last = '';
    let next: WitnessMark | null = null;
    let isWriting = false;
    // One after the other, and only the newest of those that come meanwhile.
    const writeNext = async () => {
      isWriting = true;
      for (let mark = next; mark; mark = next) {
        next = null;
        // Somebody may have been told of the loss meanwhile.
        await write(name, { version: VERSION, mark, lost: (await read(name))?.lost ?? null });
      }
      isWriting = false;
    };
    return database.watchStatus(({ waiting }) => {
      const device = database.enrolment?.device ?? null;
      const known = JSON.stringify([waiting, device]);
      if (known === last) return;
      last = known;
      next = { identity, seenAtMs: Date.now(), waiting, device };
      if (!isWriting) void writeNext();
    });
  } catch (error) {
    console.warn('Sawa could not mark its database.', error);
    return () => undefined;
  }
}

/** Somebody has been told of the loss: from now on it is not reported any more. Never rejects. */
export async function forgetWipe(name: string): Promise<void> {
  // At once: the page may be closed in the same moment. Of two that are equally old, the local storage's counts.
  const local = parse(readLocal(name));
  if (local?.lost) writeLocal(name, { ...local, lost: null });
  const testimony = await read(name);
  if (!testimony) return;
  const identity = await identityOf(name).catch(() => null);
  if (testimony.mark.identity === identity) await write(name, { ...testimony, lost: null });
  else await drop(name);
}

/** Null if there is no such database. */
async function identityOf(name: string): Promise<string | null> {
  const database = await connect(name);
  if (!database) return null;
  try {
    return await new Promise<string>((resolve, reject) => {
      const request = database.transaction('meta').objectStore('meta').get('identity');
      request.onsuccess = () => resolve(String(request.result));
      request.onerror = () => reject(storageError(request.error));
    });
  } finally {
    database.close();
  }
}

const addressOf = (name: string): string => `/.sawa-witness/${encodeURIComponent(name)}`;

/** The newer one of both places; null if neither has one that can be read. */
async function read(name: string): Promise<Testimony | null> {
  const found = [parse(readLocal(name)), parse(await readCache(name))].filter((each) => each !== null);
  return found.sort((left, right) => right.mark.seenAtMs - left.mark.seenAtMs)[0] ?? null;
}

function parse(text: string | null): Testimony | null {
  try {
    const testimony = JSON.parse(text ?? 'null') as Testimony | null;
    return testimony?.version === VERSION && isMark(testimony.mark) ? testimony : null;
  } catch {
    return null;
  }
}

function isMark({ identity, seenAtMs, waiting }: Partial<WitnessMark> = {}): boolean {
  return typeof identity === 'string' && typeof seenAtMs === 'number' && typeof waiting === 'number';
}

// Both may be missing, forbidden or full; each stands in for the other.

function readLocal(name: string): string | null {
  try {
    return localStorage.getItem(KEY_PREFIX + name);
  } catch {
    return null;
  }
}

async function readCache(name: string): Promise<string | null> {
  try {
    return (await (await (await caches.open(CACHE_NAME)).match(addressOf(name)))?.text()) ?? null;
  } catch {
    return null;
  }
}

function writeLocal(name: string, testimony: Testimony): void {
  try {
    localStorage.setItem(KEY_PREFIX + name, JSON.stringify(testimony));
  } catch {
    // The cache has it.
  }
}

async function write(name: string, testimony: Testimony): Promise<void> {
  writeLocal(name, testimony);
  try {
    await (await caches.open(CACHE_NAME)).put(addressOf(name), new Response(JSON.stringify(testimony)));
  } catch {
    // The local storage has it.
  }
}

async function drop(name: string): Promise<void> {
  try {
    localStorage.removeItem(KEY_PREFIX + name);
  } catch {
    // It was never there.
  }
  try {
    await (await caches.open(CACHE_NAME)).delete(addressOf(name));
  } catch {
    // It was never there.
  }
}
