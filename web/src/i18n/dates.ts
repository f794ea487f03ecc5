// SPDX-License-Identifier: MIT
// Times of day and dates, in the shop's time zone and the language of the moment.

import { enrolment } from '../data/store';
import { language, t } from './index';

const formats = new Map<string, Intl.DateTimeFormat>();

function format(atMs: number, options: Intl.DateTimeFormatOptions): string {
  const locale = language.value === 'sw' ? 'sw-TZ' : 'en-GB';
  const timeZone = enrolment.value?.shop.time_zone;
  const key = JSON.stringify([locale, timeZone, options]);
  let known = formats.get(key);
  if (!known) {
    known = new Intl.DateTimeFormat(locale, timeZone ? { ...options, timeZone } : options);
    formats.set(key, known);
  }
  return known.format(atMs);
}

/** `14:32`. */
export function formatTime(atMs: number): string {
  return format(atMs, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

/** A text that is equal for two times of one day. */
export function dayKey(atMs: number): string {
  return format(atMs, { year: 'numeric', month: '2-digit', day: '2-digit' });
}

/** Today, yesterday, or the date. */
export function formatDay(atMs: number): string {
  const now = Date.now();
  if (dayKey(atMs) === dayKey(now)) return t('sales.today');
  if (dayKey(atMs) === dayKey(now - 86_400_000)) return t('sales.yesterday');
  return format(atMs, { weekday: 'short', day: 'numeric', month: 'long', year: 'numeric' });
}

/** `14:32` for today, with its day otherwise. */
export function formatMoment(atMs: number): string {
  if (dayKey(atMs) === dayKey(Date.now())) return formatTime(atMs);
  return `${format(atMs, { day: 'numeric', month: 'short' })}, ${formatTime(atMs)}`;
}

/** Date and time, for the receipt. */
export function formatDateTime(atMs: number): string {
  return `${format(atMs, { day: '2-digit', month: '2-digit', year: 'numeric' })} ${formatTime(atMs)}`;
}
