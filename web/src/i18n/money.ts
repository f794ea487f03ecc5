// SPDX-License-Identifier: MIT
// Money is whole units of the currency: no decimals are kept, and none are shown.

const SYMBOLS: Readonly<Record<string, string>> = { TZS: 'TSh', KES: 'KSh', UGX: 'USh' };

const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** A whole number with thousands separated: `12,500`. */
export function formatNumber(value: number): string {
  return grouped.format(value).replace('-', '\u2212');
}

/** An amount with its currency: `TSh 12,500`. The space does not break. */
export function formatMoney(amount: number, currency = 'TZS'): string {
  return `${SYMBOLS[currency] ?? currency}\u00a0${formatNumber(amount)}`;
}

/** The digits of what a person typed, at most `most` of them: `12,500` gives `12500`. */
export function digitsOf(typed: string, most: number): string {
  return typed.replace(/\D/g, '').slice(0, most);
}
