// SPDX-License-Identifier: MIT
// Receipt numbers: `<device series>-<two digits of the year>-<six digits>`, such as `A1-26-000123`.

/** The two digits of the year that `atMs` falls in, in the shop's own time zone. */
export function receiptYear(atMs: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en', { year: '2-digit', timeZone }).format(atMs);
}

/** The name of the database's number series that a year's receipts are taken from. */
export function receiptSeries(year: string): string {
  return `receipt-${year}`;
}

/** The number printed on the receipt. `number` counts from 1; beyond 999,999 it simply grows longer. */
export function formatReceiptNumber(deviceSeries: string, year: string, number: number): string {
  return `${deviceSeries}-${year}-${String(number).padStart(6, '0')}`;
}
