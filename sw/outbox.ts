// SPDX-License-Identifier: MIT
// Sends waiting mutations with no page open, by the same engine that the page runs.

import { openDatabase, SawaError } from 'sawa';
import type { AnySchema, OpenOptions } from 'sawa';

import type { WorkerReport } from './messages.js';
import { workerScope } from './worker-scope.js';

/**
 * Sends everything that waits in a database. Rejects if trying again later can help, so that the browser does; what
 * only a person can mend is told to the open pages and to the console instead.
 */
export async function drainOutbox<Schema extends AnySchema>(options: OpenOptions<Schema>): Promise<void> {
  try {
    const database = await openDatabase({ ...options, load: 'outbox', autoSync: false });
    try {
      if (!database.enrolment) return;
      const { pushed, waiting } = await database.sync();
      await tellPages({ type: 'SAWA_SYNCED', pushed, waiting });
      if (waiting > 0) throw new Error(`${waiting} mutations still wait.`);
    } finally {
      await database.close();
    }
  } catch (error) {
    await reportFailure(error);
    if (error instanceof SawaError && !canPass(error)) return;
    throw error;
  }
}

/** A captive portal passes as a network failure does. */
function canPass(error: SawaError): boolean {
  return error.retry === 'later' || error.code === 'not_a_sawa_server';
}

async function reportFailure(error: unknown): Promise<void> {
  console.warn('Sending in the background failed.', error);
  await tellPages({
    type: 'SAWA_SYNC_FAILED',
    code: error instanceof SawaError ? error.code : 'unexpected',
    message: error instanceof Error ? error.message : String(error),
  });
}

async function tellPages(report: WorkerReport): Promise<void> {
  const pages = await workerScope.clients.matchAll({ includeUncontrolled: true, type: 'window' });
  for (const page of pages) page.postMessage(report);
}
