// SPDX-License-Identifier: MIT
// Backups: a whole database as one file, and what it has not sent as text. A module of its own, so that only apps that
// offer this load it. It reads what is stored, past the engine: that works too where the engine refuses to open.

import { decodeBackup, encodeBackup } from './backup-file.js';
import { makeError, SawaError } from './errors.js';
import { newId } from './new-id.js';
import { connect, createStored, readStored, storageError } from './stored-database.js';
import type { StoredDatabase } from './stored-database.js';
import { countRecords } from './stored-records.js';
import { checkStored, jsonOf, metaEntry, metaText, readTables, waitingIn } from './stored-tables.js';
import type { Table } from './stored-tables.js';
import type { Enrolment } from './types.js';

const NAME_LENGTH_MAX = 64;

/** What a backup is of. */
export interface BackupSummary {
  /** The name that the database had. */
  name: string;
  exportedAtMs: number;
  /** The device that it was, and its shop; null if it was never enrolled. */
  device: Enrolment['device'] | null;
  shop: Enrolment['shop'] | null;
  /** Records that the server had confirmed, by their collection. */
  records: Record<string, number>;
  /** Mutations that the server had not answered for. */
  waiting: number;
  /** Mutations that the server refused or parked. */
  needsAction: number;
}

/**
 * All of a database as it is at this moment, as one file. It may be open, here and in other tabs. The file holds everything
 * that the device knows, and no credential. Errors: invalid_argument with `details.reason` `database_missing`; storage_…
 */
export function exportDatabase(name: string): Promise<Blob> {
  return guarded(async () => encodeBackup({ name, exportedAtMs: Date.now(), stored: await readNamed(name) }));
}

/**
 * Reads a file of `exportDatabase` and checks all of it. Errors: invalid_argument with `details.reason` `not_a_backup`;
 * storage_corrupt, storage_version_too_new, limit_exceeded.
 */
export function readBackup(file: Blob | ArrayBuffer | Uint8Array): Promise<BackupSummary> {
  return guarded(async () => (await open(file)).summary);
}

/**
 * Makes a new database of a file of `exportDatabase`: all of it or nothing, durable when it resolves. It is no device any
 * more: it has to be enrolled, and gets a series of its own. What waits in it keeps its ids, by which the server knows what
 * it has already. Errors: those of `readBackup`; invalid_argument with `details.reason` `database_exists`; storage_…
 */
export function importDatabase(
  file: Blob | ArrayBuffer | Uint8Array,
  { name }: { name: string },
): Promise<BackupSummary> {
  return guarded(async () => {
    if (name.length < 1 || name.length > NAME_LENGTH_MAX) {
      throw makeError('invalid_argument', "a database's name has 1 to 64 characters");
    }
    const { stored, summary } = await open(file);
    await createStored(name, asNewDevice(stored));
    return summary;
  });
}

/**
 * What a database has not sent, and what the server refused, as JSON text for whoever helps: docs/backup.md. What cannot be
 * read for damage is left out, and counted. Errors: as of `exportDatabase`.
 */
export function exportUnsent(name: string): Promise<string> {
  return guarded(async () => {
    const stored = await readNamed(name);
    let damagedBlocks = 0;
    const note = (error: unknown) => {
      if (!(error instanceof SawaError)) throw error;
      damagedBlocks += 1;
    };
    const { meta, outbox, quarantine } = readTables(stored, ['meta', 'outbox', 'quarantine'], note);
    const waiting = waitingIn(outbox).map(({ createdAtMs, mutation }) => ({ created_at_ms: createdAtMs, mutation }));
    const text = {
      ...{ format: 'sawa-unsent', version: 1, database: name, exported_at_ms: Date.now() },
      ...{ damaged_blocks: damagedBlocks, incarnation: metaText(meta, 'incarnation'), enrolment: enrolmentIn(meta) },
      ...{ waiting, quarantined: [...quarantine.values()].map(jsonOf) },
    };
    return JSON.stringify(text, null, 1);
  });
}

async function readNamed(name: string): Promise<StoredDatabase> {
  if (typeof indexedDB === 'undefined') throw makeError('storage_unavailable', 'there is no IndexedDB here');
  const database = await connect(name);
  if (!database) {
    const details = { reason: 'database_missing' };
    throw makeError('invalid_argument', `there is no database ${name}`, { details });
  }
  try {
    return await readStored(database);
  } finally {
    database.close();
  }
}

async function open(
  file: Blob | ArrayBuffer | Uint8Array,
): Promise<{ stored: StoredDatabase; summary: BackupSummary }> {
  const { name, exportedAtMs, stored } = await decodeBackup(file);
  checkStored(stored);
  const { meta, outbox, quarantine } = readTables(stored, ['meta', 'outbox', 'quarantine'], (error) => {
    throw error;
  });
  const { device = null, shop = null } = enrolmentIn(meta) ?? {};
  const waiting = waitingIn(outbox).length;
  const records = countRecords(stored);
  // What a person has decided about is in the same table, as the archive.
  const needsAction = [...quarantine.keys()].filter((key) => !key.startsWith('~')).length;
  return { stored, summary: { name, exportedAtMs, device, shop, records, waiting, needsAction } };
}

function enrolmentIn(meta: Table): Enrolment | null {
  const stored = meta.get('enrolment');
  return stored && stored.length > 0 ? (jsonOf(stored) as Enrolment) : null;
}

/**
 * With one more commit, as any context could make it: a new incarnation, and no enrolment. Two databases with one
 * incarnation would use the same sequences for different mutations; two with one enrolment would print the same receipt
 * numbers. What waits has sequences of the old incarnation: the server asks for 1 first, and the engine numbers anew.
 */
function asNewDevice(stored: StoredDatabase): StoredDatabase {
  const last = stored.log.reduce((most, [position]) => Math.max(most, position), stored.foldedTo);
  const entry = metaEntry({ incarnation: newId(), enrolment: null });
  return { ...stored, log: [...stored.log, [last + 1, entry]] };
}

async function guarded<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof DOMException ? storageError(error) : error;
  }
}
