// SPDX-License-Identifier: MIT
// What a conflict is in plain words, in the language of the moment.

import type { Conflict } from '../data/conflicts';
import { enrolment } from '../data/store';
import { addWords } from '../i18n';
import { formatDateTime } from '../i18n/dates';
import { formatMoney, formatNumber } from '../i18n/money';
import { kindOf, WHOLE_RECORD } from './conflict-facts';
import { conflictsEn } from './words-en';
import { conflictsSw } from './words-sw';

export const t = addWords(conflictsEn, conflictsSw);

type WordKey = Parameters<typeof t>[0];

/** The words of a key that is put together, or null where there are none. */
function wordsIfAny(key: string): string | null {
  return key in conflictsEn ? t(key as WordKey) : null;
}

/** What a kind of record is called. */
export function kindWords(collection: string): string {
  return wordsIfAny(`conflicts.kind.${collection}`) ?? t('conflicts.kind.other');
}

/** What a field is called; its own name where the till has no words for it. */
export function fieldWords(field: string): string {
  return wordsIfAny(`field.${field}`) ?? field;
}

/** Money as money, times as times. */
export function valueWords(collection: string, field: string, value: unknown): string {
  switch (kindOf(collection, field, value)) {
    case 'nothing':
      return t('conflicts.nothing');
    case 'yesNo':
      return t(value === true ? 'conflicts.yes' : 'conflicts.no');
    case 'money':
      return formatMoney(value as number, enrolment.value?.shop.currency);
    case 'moment':
      return formatDateTime(value as number);
    case 'number':
      return formatNumber(value as number);
    case 'text':
      return typeof value === 'string' ? value : JSON.stringify(value);
  }
}

/** Which rule decided, and what follows from it. */
export function ruleWords({ policy, field, result }: Conflict): string {
  if (field === WHOLE_RECORD) return t(result === null ? 'conflicts.rule.gone' : 'conflicts.rule.kept');
  return wordsIfAny(`conflicts.rule.${policy}`) ?? t('conflicts.rule.other', { policy });
}

/** Who: this till's own user by that word, others by their number, which is all that a conflict says of them. */
export function userWords(actor: string): string {
  if (actor === enrolment.value?.actor.id) return t('conflicts.you');
  return actor === '' ? t('conflicts.somebody') : t('conflicts.user', { id: actor });
}
