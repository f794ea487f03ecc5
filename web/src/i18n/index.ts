// SPDX-License-Identifier: MIT
// Words in the language of the moment. A component that calls `t` is drawn again when the language changes.

import { effect, signal } from '@preact/signals';
import { createInstance } from 'i18next';

import { en } from './en';
import { sw } from './sw';

export type Language = 'sw' | 'en';

/** The keys of a word list, plural forms without their suffix. */
type StemOf<Key> = Key extends `${infer Stem}_one` | `${infer Stem}_other` ? Stem : Key;

/** A key of the word lists; plural forms are asked for without their suffix. */
export type TextKey = StemOf<keyof typeof en>;

const LANGUAGE_KEY = 'bidhaa.language';

export const language = signal<Language>(localStorage.getItem(LANGUAGE_KEY) === 'en' ? 'en' : 'sw');

const words = createInstance();
void words.init({
  lng: language.peek(),
  fallbackLng: 'en',
  resources: { en: { translation: en }, sw: { translation: sw } },
  keySeparator: false,
  nsSeparator: false,
  initAsync: false,
  // Preact escapes what it draws.
  interpolation: { escapeValue: false },
});

effect(() => {
  localStorage.setItem(LANGUAGE_KEY, language.value);
  document.documentElement.lang = language.value;
});

/** The words of a part that is loaded later, in both languages: a `t` for its keys. */
export function addWords<Key extends string>(english: Record<Key, string>, swahili: Record<Key, string>) {
  words.addResourceBundle('en', 'translation', english, true, true);
  words.addResourceBundle('sw', 'translation', swahili, true, true);
  return (key: StemOf<Key>, values: Record<string, string | number> = {}): string =>
    words.t(key, { ...values, lng: language.value });
}

/** The words for a key. `count` chooses the plural form. */
export function t(key: TextKey, values: Record<string, string | number> = {}): string {
  return words.t(key, { ...values, lng: language.value });
}

/** Plain words for an error code; the code itself where the till has no words for it. */
export function errorWords(code: string): string {
  const key = `error.${code}`;
  return key in en ? t(key as TextKey) : t('error.other', { code });
}
