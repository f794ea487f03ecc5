// SPDX-License-Identifier: MIT
// The figures that are reported: which field of which measurement each is, and how it is written.

const query = (name, title) => ({ group: 'queries', measurement: `query.${name}`, field: 'timeUs', title, unit: 'us' });

/** A relaxed sale is held against our strict one too: we have no other. */
const sale = (durability, way, field, title) => ({
  group: 'sales',
  measurement: `sale.${durability}.${way}`,
  field,
  title,
  unit: 'ms',
  comparedWith: `sale.strict.${way}`,
});

export const GROUPS = [
  { name: 'loading', title: 'Loading and opening' },
  { name: 'sales', title: 'Sales' },
  { name: 'queries', title: 'Queries, warm' },
  { name: 'live', title: 'Live query' },
  { name: 'space', title: 'Space' },
  { name: 'field', title: 'Field report: reads while a first sync is stored' },
];

/** `drawn`: has a panel in the picture, with this title if it is a text. */
export const FIGURES = [
  { group: 'loading', measurement: 'bundle', field: 'gzipBytes', title: 'Code, gzip', unit: 'bytes', drawn: true },
  { group: 'loading', measurement: 'hydrate', field: 'timeMs', title: 'Hydrate', unit: 'ms', drawn: true },
  { group: 'loading', measurement: 'coldOpen', field: 'timeMs', title: 'Cold open', unit: 'ms', drawn: true },
  { ...sale('strict', 'sequential', 'p50Ms', 'Strict sale p50'), drawn: true },
  sale('strict', 'sequential', 'p95Ms', 'Strict sale p95'),
  { ...sale('strict', 'concurrent', 'totalMs', '500 strict sales at once'), drawn: true },
  { ...sale('relaxed', 'sequential', 'p50Ms', 'Relaxed sale p50'), drawn: true },
  sale('relaxed', 'sequential', 'p95Ms', 'Relaxed sale p95'),
  sale('relaxed', 'concurrent', 'totalMs', '500 relaxed sales at once'),
  { ...query('getById', 'Get by id'), drawn: true },
  { ...query('findByBarcode', 'Find by barcode'), drawn: true },
  { ...query('countByPrice', 'Count a price range'), drawn: true },
  { ...query('pageOfCategory', 'Page of a category'), drawn: true },
  query('typeAheadCommon', 'Type-ahead, common word'),
  { ...query('typeAheadRare', 'Type-ahead, rare word'), drawn: true },
  { group: 'live', measurement: 'liveUpdate', field: 'timeMs', title: 'Live update', unit: 'ms', drawn: true },
  {
    group: 'space',
    measurement: 'memory',
    field: 'totalBytes',
    title: 'Memory',
    unit: 'bytes',
    drawn: 'Memory after hydrate',
  },
  { group: 'space', measurement: 'memory', field: 'heapBytes', title: 'of it heap', unit: 'bytes' },
  { group: 'space', measurement: 'memory', field: 'wasmBytes', title: 'of it WASM', unit: 'bytes' },
  { group: 'space', measurement: 'stored', field: 'estimateBytes', title: 'Stored, estimate()', unit: 'bytes' },
  { group: 'space', measurement: 'stored', field: 'diskBytes', title: 'Stored, on disk', unit: 'bytes', drawn: true },
  { group: 'field', measurement: 'fieldReport', field: 'p50Ms', title: 'Read p50', unit: 'ms' },
  { group: 'field', measurement: 'fieldReport', field: 'p99Ms', title: 'Read p99', unit: 'ms' },
  {
    group: 'field',
    measurement: 'fieldReport',
    field: 'maxMs',
    title: 'Read max',
    unit: 'ms',
    drawn: 'Field report, slowest read',
  },
  { group: 'field', measurement: 'fieldReport', field: 'totalMs', title: 'All stored after', unit: 'ms' },
];

const UNITS = {
  ms: [
    [1000, 's'],
    [1, 'ms'],
    [0.001, 'µs'],
  ],
  us: [
    [1_000_000, 's'],
    [1000, 'ms'],
    [1, 'µs'],
  ],
  bytes: [
    [1_000_000, 'MB'],
    [1000, 'kB'],
    [1, 'B'],
  ],
};

/** Three digits that count, no more. */
const shortNumber = (number) => {
  if (number === 0) return '0';
  if (number >= 100) return String(Math.round(number));
  return number >= 10 ? number.toFixed(1) : number.toFixed(2);
};

/** A value with the unit that suits its size. */
export function formatValue(value, unit) {
  const [size, name] = UNITS[unit].find(([least]) => value >= least) ?? UNITS[unit].at(-1);
  return `${shortNumber(value / size)} ${name}`;
}

export const formatRatio = (ratio) => `×${shortNumber(ratio)}`;

/** The value of a figure for a contender, or null. */
export const valueOf = (figure, contender) =>
  contender?.measurements[figure.measurement]?.median?.[figure.field] ?? null;

/** How many times ours a contender's value is, or null. */
export function ratioOf(figure, contender, ours) {
  const value = valueOf(figure, contender);
  const own = valueOf(figure, ours) ?? valueOf({ ...figure, measurement: figure.comparedWith }, ours);
  return value === null || !own || contender === ours ? null : value / own;
}
