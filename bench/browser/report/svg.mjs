// SPDX-License-Identifier: MIT
// The results as a picture: a panel for each figure, bars on a logarithmic scale.
import { FIGURES, formatValue, valueOf } from './figures.mjs';

const COLUMNS = 3;
const PANEL = { width: 400, gap: 24, titleHeight: 34, barHeight: 15, rowHeight: 19, bottom: 22 };
const LABEL_WIDTH = 132;
const VALUE_WIDTH = 62;
const HEADER_HEIGHT = 74;
const BAR_WIDTH = PANEL.width - LABEL_WIDTH - VALUE_WIDTH;
/** The shortest bar, so that the best one can be seen too. */
const BAR_WIDTH_MIN = 4;
const COLOURS = { ours: '#0f766e', floor: '#a8a29e', other: '#7c93b5', text: '#1c1917', faint: '#78716c' };

const escapeText = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const colourOf = ({ name }) => {
  if (name === 'sawa') return COLOURS.ours;
  return name.startsWith('floor') ? COLOURS.floor : COLOURS.other;
};

/** The width of a value's bar between the powers of ten around all values. */
function scaleOf(values) {
  const lowest = Math.floor(Math.log10(Math.min(...values)) - 0.001);
  const highest = Math.ceil(Math.log10(Math.max(...values)) + 0.001);
  return (value) => Math.max(BAR_WIDTH_MIN, (BAR_WIDTH * (Math.log10(value) - lowest)) / (highest - lowest));
}

const textAt = (x, y, text, { size = 11, colour = COLOURS.text, anchor = 'start', weight = 400 } = {}) =>
  `<text x="${x}" y="${y}" font-size="${size}" fill="${colour}" text-anchor="${anchor}" font-weight="${weight}">${escapeText(text)}</text>`;

const shortLabel = ({ label }) => label.replace(/ \(.*\)| in IndexedDB/, '');

function barRow(figure, contender, scale, y) {
  const weight = contender.name === 'sawa' ? 700 : 400;
  const value = valueOf(figure, contender);
  const label = textAt(LABEL_WIDTH - 6, y + 12, shortLabel(contender), { anchor: 'end', weight });
  if (value === null) {
    const failed = contender.measurements[figure.measurement]?.errors;
    return label + textAt(LABEL_WIDTH, y + 12, failed ? 'error' : 'no figure', { colour: COLOURS.faint, size: 10 });
  }
  const width = value > 0 ? scale(value) : 1;
  const bar = `<rect x="${LABEL_WIDTH}" y="${y}" width="${width.toFixed(1)}" height="${PANEL.barHeight}" rx="2" fill="${colourOf(contender)}"/>`;
  return label + bar + textAt(LABEL_WIDTH + width + 5, y + 12, formatValue(value, figure.unit), { weight });
}

function panelOf(figure, contenders) {
  const values = contenders.map((contender) => valueOf(figure, contender)).filter((value) => value > 0);
  const scale = values.length > 0 ? scaleOf(values) : () => 0;
  const rows = contenders.map((contender, index) =>
    barRow(figure, contender, scale, PANEL.titleHeight + index * PANEL.rowHeight),
  );
  const title = figure.drawn === true ? figure.title : figure.drawn;
  return textAt(LABEL_WIDTH, 20, title, { size: 14, weight: 700 }) + rows.join('');
}

/** The picture for the content of browser.json. */
export function toSvg({ machine, options, contenders }) {
  const figures = FIGURES.filter(({ drawn }) => drawn);
  const panelHeight = PANEL.titleHeight + contenders.length * PANEL.rowHeight + PANEL.bottom;
  const width = PANEL.gap + COLUMNS * (PANEL.width + PANEL.gap);
  const height = HEADER_HEIGHT + Math.ceil(figures.length / COLUMNS) * panelHeight;
  const panels = figures.map((figure, index) => {
    const x = PANEL.gap + (index % COLUMNS) * (PANEL.width + PANEL.gap);
    const y = HEADER_HEIGHT + Math.floor(index / COLUMNS) * panelHeight;
    return `<g transform="translate(${x} ${y})">${panelOf(figure, contenders)}</g>`;
  });
  const subtitle =
    `${machine.browser}, ${machine.cores} cores, ${machine.date.slice(0, 10)}, median of at most ${options.runs} runs. ` +
    'Bars are on a logarithmic scale, each panel with its own; shorter is better.';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    textAt(PANEL.gap, 32, `${options.records.toLocaleString('en')} products in a browser`, { size: 20, weight: 700 }),
    textAt(PANEL.gap, 54, subtitle, { size: 12, colour: COLOURS.faint }),
    ...panels,
    '</svg>',
    '',
  ].join('\n');
}
