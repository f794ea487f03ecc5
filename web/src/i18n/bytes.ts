// SPDX-License-Identifier: MIT

import { language } from './index';

/** An amount of storage: `12 MB`. */
export function formatBytes(bytes: number): string {
  const [amount, unit] = bytes < 1e9 ? [bytes / 1e6, 'megabyte'] : [bytes / 1e9, 'gigabyte'];
  const format = { style: 'unit', unit, maximumFractionDigits: amount < 10 ? 1 : 0 } as const;
  return new Intl.NumberFormat(language.value === 'sw' ? 'sw-TZ' : 'en-GB', format).format(amount);
}
