// SPDX-License-Identifier: MIT
// Enrolling a database anew, as another device: the way out where two devices share one copied database, which the server tells
// by `sequence_reused`. A module of its own: docs/backup.md.

import type { Database, EnrolOptions } from './database-types.js';
import { makeError, SawaError } from './errors.js';
import { newId } from './new-id.js';
import type { AnySchema } from './schema.js';
import { appendEntry, connect } from './stored-database.js';
import { metaEntry } from './stored-tables.js';
import type { Enrolment } from './types.js';

const LOCK_PREFIX = 'sawa-anew:';

/**
 * Makes an open database another device of the shop, with a new incarnation and a series of its own. What waits in it is kept,
 * and is sent by the new device under its old ids: the server knows by them what it has already. If it fails, the database is the
 * device that it was. Other contexts must be opened anew: their stamps are still the old device's.
 * Errors: as of `enrol`; not_enrolled; invalid_argument with `details.reason` `database_missing` where it is not in IndexedDB;
 * storage_…
 */
export async function enrolAnew<Schema extends AnySchema>(
  database: Database<Schema>,
  options: EnrolOptions,
): Promise<Enrolment & { token: string | null }> {
  const locks = globalThis.navigator?.locks;
  const work = () => replaceEnrolment(database, options);
  return locks ? await locks.request(LOCK_PREFIX + database.name, work) : await work();
}

async function replaceEnrolment<Schema extends AnySchema>(database: Database<Schema>, options: EnrolOptions) {
  const before = database.enrolment;
  if (!before) throw makeError('not_enrolled', 'this database is not a device of a shop yet');
  await commit(database.name, { enrolment: null });
  const enrolment = await database.enrol(options).catch(async (error: unknown) => {
    // Unless it is a device by now: another context has enrolled it meanwhile.
    const isEnrolled = error instanceof SawaError && error.code === 'invalid_argument';
    if (!isEnrolled) await commit(database.name, { enrolment: JSON.stringify(before) });
    throw error;
  });
  // The sequences of the old one are taken: the server asks for 1 now, and the engine numbers anew. Should this not come to
  // pass, the next sync is refused as before, and this can be done again.
  await commit(database.name, { incarnation: newId() });
  return enrolment;
}

/** One more commit, as any context could make it. */
async function commit(name: string, changes: Parameters<typeof metaEntry>[0]): Promise<void> {
  const stored = typeof indexedDB === 'undefined' ? null : await connect(name);
  if (!stored) {
    throw makeError('invalid_argument', `${name} is not in IndexedDB`, { details: { reason: 'database_missing' } });
  }
  try {
    await appendEntry(stored, metaEntry(changes));
  } finally {
    stored.close();
  }
  if (typeof BroadcastChannel === 'undefined') return;
  const channel = new BroadcastChannel(`sawa:${name}`);
  channel.postMessage('look');
  channel.close();
}
