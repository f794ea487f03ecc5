// SPDX-License-Identifier: MIT
// Files of what this device keeps. What makes them is loaded when somebody asks for one.

import { databaseName } from './database-name';
import { enrolment } from './store';

/** Everything on this device, as one file. Throws what `exportDatabase` throws. */
export async function backupFile(): Promise<File> {
  const { exportDatabase } = await import('sawa/backup');
  return new File([await exportDatabase(await databaseName())], fileName('.sawa'));
}

/** What has not been sent, for whoever helps; also where the till cannot open. Throws what `exportUnsent` throws. */
export async function unsentFile(): Promise<File> {
  const { exportUnsent } = await import('sawa/backup');
  return unsentFileOf(await exportUnsent(await databaseName()));
}

/** A text of `exportUnsent` as a file. */
export const unsentFileOf = (text: string): File =>
  new File([text], fileName('-unsent.json'), { type: 'application/json' });

/** Of which device, and when. */
function fileName(ending: string): string {
  const moment = new Date().toISOString().slice(0, 16).replace(/[-:]/g, '').replace('T', '-');
  return ['bidhaa', enrolment.peek()?.device.series, moment].filter(Boolean).join('-') + ending;
}
