// SPDX-License-Identifier: MIT
// The results as tables that a person reads.
import { FIGURES, formatRatio, formatValue, GROUPS, ratioOf, valueOf } from './figures.mjs';

const GROUP_NOTES = {
  sales:
    'A sale is one record, three items and three changes of stock, stored before the next begins. The ratios of relaxed ' +
    "sales are to Sawa's strict ones.",
  queries: 'Results are plain objects. Each contender had to give the right number of them.',
  space: 'Memory: heaps and ArrayBuffers of the page and its workers, and WebAssembly memory, after hydrate.',
  field: "A read's time runs from when it was due, 5 ms after the last, so a page too busy to begin counts.",
};

function cellOf(figure, contender, ours) {
  const value = valueOf(figure, contender);
  if (value === null) return contender.measurements[figure.measurement]?.errors ? 'error' : '–';
  const ratio = ratioOf(figure, contender, ours);
  return ratio === null
    ? formatValue(value, figure.unit)
    : `${formatValue(value, figure.unit)} (${formatRatio(ratio)})`;
}

const rowOf = (cells) => `| ${cells.join(' | ')} |`;

function tableOf(figures, contenders, ours) {
  const rows = contenders.map((contender) => [
    contender.label,
    ...figures.map((figure) => cellOf(figure, contender, ours)),
  ]);
  const head = ['', ...figures.map(({ title }) => title)];
  return [rowOf(head), rowOf(head.map((_, index) => (index === 0 ? '---' : '--:'))), ...rows.map(rowOf)];
}

/** Reasons and remarks, said once for all figures that share them. */
function remarksOf(figures, contender) {
  const titlesOf = new Map();
  for (const { measurement, title } of figures) {
    const { missing, errors = [] } = contender.measurements[measurement] ?? {};
    const note = contender.about?.notes[measurement];
    const remarks = [missing && `null, ${missing}`, ...errors.map((error) => `error, ${error}`), note];
    for (const remark of remarks.filter(Boolean)) titlesOf.set(remark, [...(titlesOf.get(remark) ?? []), title]);
  }
  return [...titlesOf].map(([remark, titles]) => `- ${contender.label}: ${titles.join(', ')}: ${remark}`);
}

function sectionOf({ name, title }, contenders, ours) {
  const figures = FIGURES.filter(({ group }) => group === name);
  const remarks = contenders.flatMap((contender) => remarksOf(figures, contender));
  return [
    `## ${title}`,
    '',
    ...(GROUP_NOTES[name] ? [GROUP_NOTES[name], ''] : []),
    ...tableOf(figures, contenders, ours),
    '',
    ...(remarks.length > 0 ? [...remarks, ''] : []),
  ];
}

function durabilityTable(contenders) {
  const rows = contenders.map(({ label, version, about, runs }) => [
    label,
    version ?? '',
    String(runs),
    about?.durabilities.join(', ') ?? '',
    about?.durabilityNote ?? '',
  ]);
  const titles = ['', 'version', 'runs', 'durability', 'how'];
  return [rowOf(titles), rowOf(['---', '---', '--:', '---', '---']), ...rows.map(rowOf)];
}

/** Contenders whose runs did not get to their measurements. */
function failedRuns(contenders) {
  const failed = contenders.filter(({ measurements }) => measurements.run);
  return failed.flatMap(({ label, measurements }) => [`- ${label}: error, ${measurements.run.errors.join('; ')}`, '']);
}

/** The whole page for the content of browser.json. */
export function toMarkdown({ machine, options, contenders }) {
  const ours = contenders.find(({ name }) => name === 'sawa');
  const { cores, processor, browser, date, commit } = machine;
  return [
    '# Browser benchmark',
    '',
    `${options.records.toLocaleString('en')} products of ${options.recordBytes} bytes of JSON; median of at most ${options.runs} runs, interleaved. ` +
      `${browser}; ${cores} cores (${processor}); ${date.slice(0, 10)}; commit ${commit}. ` +
      'In brackets: how many times the value of Sawa. What each measurement means: [README](../README.md).',
    '',
    ...durabilityTable(contenders),
    '',
    ...failedRuns(contenders),
    'strict: a write resolves when it has been flushed to disk; relaxed: when it has been handed to the system.',
    'Hydrate, live update and field report use relaxed where there is a choice.',
    '',
    ...GROUPS.flatMap((group) => sectionOf(group, contenders, ours)),
  ].join('\n');
}
