// SPDX-License-Identifier: MIT
// What goes wrong with a backup, in plain words.

import { errorCode } from '../data/store';
import { addWords, errorWords } from '../i18n';
import { restoreEn } from './words-en';
import { restoreSw } from './words-sw';

export const t = addWords(restoreEn, restoreSw);

export interface Failure {
  code: string;
  words: string;
}

/** The stable code of an error, and what it means for a file. */
export function failureOf(error: unknown): Failure {
  const code = errorCode(error);
  const { reason } = ((error as { details?: unknown } | null)?.details ?? {}) as { reason?: unknown };
  const key = `restore.error.${typeof reason === 'string' ? reason : code}`;
  return { code, words: key in restoreEn ? t(key as Parameters<typeof t>[0]) : errorWords(code) };
}
