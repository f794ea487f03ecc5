// SPDX-License-Identifier: MIT
// Brings a backup back. Nothing that is on this device is touched: the backup becomes a new database, which is opened from then
// on. What the old one has not sent must be sent before, or saved. It is loaded when the screen is first shown.

import { exportUnsent, importDatabase } from 'sawa/backup';

import { databaseName, nameAfter, tillDatabases } from './database-name';
import { tellOtherTabs } from './store';

export { readBackup } from 'sawa/backup';
export type { BackupSummary } from 'sawa/backup';

/** What a database has not sent, or the server has refused, and nobody else has. */
export interface Unsent {
  database: string;
  ids: string[];
  /** Some of it could not be read: there may be more. */
  damaged: boolean;
  /** All of it, for a file. */
  text: string;
}

interface UnsentText {
  damaged_blocks: number;
  waiting: { mutation: { id: string } }[];
  /** Without `mutation`: decided about already. */
  quarantined: { mutation?: { id: string } }[];
}

const isMissing = (error: unknown): boolean =>
  (error as { details?: { reason?: unknown } } | null)?.details?.reason === 'database_missing';

/** Of one database; null if there is nothing. Errors: storage_… */
async function unsentOf(database: string): Promise<Unsent | null> {
  const text = await exportUnsent(database).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  if (text === null) return null;
  const { damaged_blocks: damagedBlocks, waiting, quarantined } = JSON.parse(text) as UnsentText;
  const ids = [...waiting, ...quarantined].flatMap(({ mutation }) => (mutation ? [mutation.id] : []));
  return ids.length > 0 || damagedBlocks > 0 ? { database, ids, damaged: damagedBlocks > 0, text } : null;
}

/** What every database of the till here has not sent, that of the open one first. Errors: storage_… */
export async function unsentHere(): Promise<Unsent[]> {
  const found = [];
  // The open one in any case, also where the browser does not list them.
  for (const name of new Set([await databaseName(), ...(await tillDatabases())])) found.push(await unsentOf(name));
  return found.filter((each) => each !== null);
}

/** Is all that has not been sent in what was saved? */
export const isSaved = (unsent: Unsent, saved: ReadonlySet<string>): boolean => unsent.ids.every((id) => saved.has(id));

/** Makes the till's next database of a backup. It is opened by the next start of the page. Errors: those of `importDatabase`. */
export async function restore(file: File): Promise<void> {
  await importDatabase(file, { name: nameAfter(await databaseName()) });
  tellOtherTabs();
}
