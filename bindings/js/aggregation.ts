// SPDX-License-Identifier: MIT
// Aggregations as the engine takes them, and its rows as the app gets them. The engine knows no time zones: it is told when
// which offset from UTC held.

import { toJson } from './engine.js';
import { makeError } from './errors.js';
import type { AggregateRow, Aggregation } from './types.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

// Offsets are looked up for these years; before and after them the nearest one holds.
const FIRST_MS = Date.UTC(2000);
const LAST_MS = Date.UTC(2051);
/** Offsets are looked for so far apart: none holds for less. */
const STEP_MS = 7 * DAY_MS;

const offsetsByZone = new Map<string, number[]>();

/**
 * From when a zone's clock is how far ahead of UTC, in milliseconds: [from, offset, from, …], ascending.
 * Errors: invalid_argument for an unknown zone.
 */
function offsetsOf(timeZone: string | undefined): number[] {
  const options: Intl.DateTimeFormatOptions = { timeZone, hourCycle: 'h23', dateStyle: 'short', timeStyle: 'medium' };
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('sv', options);
  } catch (cause) {
    throw makeError('invalid_argument', `unknown time zone ${timeZone}`, { cause });
  }
  const zone = format.resolvedOptions().timeZone;
  const known = offsetsByZone.get(zone);
  if (known) return known;
  // Swedish writes times as ISO 8601 does.
  const offsetAt = (ms: number) => Date.parse(`${format.format(ms).replace(' ', 'T')}Z`) - ms;
  const offsets = [FIRST_MS, offsetAt(FIRST_MS)];
  for (let before = FIRST_MS; before < LAST_MS; before += STEP_MS) {
    const offsetMs = offsetAt(before + STEP_MS);
    if (offsetMs === offsets.at(-1)) continue;
    let [low, high] = [before, before + STEP_MS];
    while (high - low > 1000) {
      const middle = Math.floor((low + high) / 2000) * 1000;
      if (offsetAt(middle) === offsetMs) high = middle;
      else low = middle;
    }
    offsets.push(high, offsetMs);
  }
  offsetsByZone.set(zone, offsets);
  return offsets;
}

type Period = 'hour' | 'day' | 'month';

const PERIOD_TEXTS: Record<Period, (number: number) => string> = {
  hour: (number: number) => new Date(number * HOUR_MS).toISOString().slice(0, 13),
  day: (number: number) => new Date(number * DAY_MS).toISOString().slice(0, 10),
  month: (number: number) => new Date(Date.UTC(1970, number)).toISOString().slice(0, 7),
};

interface Column {
  name: string;
  kind: string;
  field?: string | undefined;
}

/** What an average is made of. */
const PARTS_OF_AVERAGE = ['sum', 'count'];

/**
 * The text of an aggregation for the engine, and what makes objects of the rows of its answer. `shopTimeZone` holds where the
 * aggregation names none. Errors: invalid_argument.
 */
export function prepareAggregation<Record_ extends object>(
  { groupBy = [], measures, ...query }: Aggregation<Record_>,
  shopTimeZone: string | undefined,
): { text: string; toRows: (rows: unknown[][]) => AggregateRow[] } {
  let offsets: number[] = [];
  const groups = groupBy.map((group): Column => {
    if (typeof group !== 'object') return { name: group, kind: 'value', field: group };
    const { field, by, timeZone = shopTimeZone } = group;
    const own = offsetsOf(timeZone);
    if (offsets.length > 0 && offsets !== own) throw makeError('invalid_argument', 'one time zone at a time');
    offsets = own;
    return { name: field, kind: by, field };
  });
  const averages = new Set<string>();
  const measured = Object.entries(measures).flatMap(([name, measure]): Column[] => {
    const [[function_, of] = []] = Object.entries(measure) as [string, string | true][];
    const field = of === true ? undefined : of;
    if (function_ !== 'average') return [{ name, kind: String(function_), field }];
    averages.add(name);
    return PARTS_OF_AVERAGE.map((kind) => ({ name, kind, field }));
  });
  const columns = [...groups, ...measured];
  const names = new Set(columns.map(({ name }) => name));
  if (names.size + averages.size < columns.length) throw makeError('invalid_argument', 'two columns have one name');
  const toRow = (values: unknown[]): AggregateRow => {
    const row: AggregateRow = {};
    for (const [index, { name, kind }] of columns.entries()) {
      const value = values[index] as number | null;
      const isCountOfAverage = averages.has(name) && kind === 'count';
      if (isCountOfAverage) row[name] = value ? (row[name] as number) / value : null;
      else row[name] = value !== null && kind in PERIOD_TEXTS ? PERIOD_TEXTS[kind as Period](value) : value;
    }
    return row;
  };
  const nothing = columns.map(({ kind }) => (PARTS_OF_AVERAGE.includes(kind) ? 0 : null));
  return {
    text: toJson({ ...query, columns, offsets }),
    toRows: (rows) => (rows.length === 0 && groups.length === 0 ? [nothing] : rows).map(toRow),
  };
}
