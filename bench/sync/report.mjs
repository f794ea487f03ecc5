// SPDX-License-Identifier: MIT
// From measurements to bench/results/sync.md and sync.json.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { inRoot } from '../../tools/lib/paths.mjs';

const RESULTS = inRoot('bench/results');
const withCommas = (value) => value.toLocaleString('en-US');
const row = (...cells) => `| ${cells.join(' | ')} |`;

const NAMES = { sawa: 'Sawa (core)', yjs: 'Yjs', automerge: 'Automerge' };

function mergeRows({ figures }) {
  return Object.entries(figures).map(([name, ways]) => {
    const cells = ['singly', 'together'].flatMap((way) => {
      const { merges_per_second: rate, ms } = ways[way];
      const ratio = (rate / figures.sawa[way].merges_per_second).toFixed(2);
      return [withCommas(rate), `${ratio}x`, `${Math.min(...ms)}–${Math.max(...ms)}`];
    });
    return row(NAMES[name], ...cells);
  });
}

const EXCHANGES = {
  first_sync: ({ products }) => `first sync of ${withCommas(products)} products`,
  edit_sent: () => 'one field of one product, sent',
  edit_read: () => 'that edit, read by another device',
  sale_sent: () => 'a sale of three items, sent',
  sale_read: () => 'that sale, read by another device',
};

function wireRows({ wire, size }) {
  const cell = ({ sent, received }, kind) => `${withCommas(sent[kind])} + ${withCommas(received[kind])}`;
  return Object.entries(EXCHANGES).map(([name, title]) => {
    const { sawa, naive } = wire.exchanges[name];
    return row(title(size), cell(sawa, 'wire'), cell(naive, 'gzip'), cell(sawa, 'plain'), cell(naive, 'plain'));
  });
}

/** Why the first sync is not much smaller than rows of JSON that are compressed. */
function firstSyncText({ wire, size }) {
  const { columns_gzip: columns, levels } = wire.first_sync;
  const total = Object.values(columns).reduce((sum, bytes) => sum + bytes, 0);
  const percent = (...names) => Math.round((100 * names.reduce((sum, name) => sum + columns[name], 0)) / total);
  const { sawa, naive } = wire.exchanges.first_sync;
  const saved = Math.round(100 * (1 - sawa.received.wire / naive.received.gzip));
  return `Compressed, the first sync has ${saved} % fewer bytes than compressed rows of JSON, hardly a difference: ${percent('ids')} % of
them are ids, ${Math.round(columns.ids / size.products)} bytes each. An id has 74 random bits, written as hex, which no order of columns makes smaller; both sides send them. What columns
save, the names of fields, gzip finds in rows, too. Sawa's answers also have versions and stamps (${percent('versions', 'stamps')} %), which the naive
side does without. The server compresses fast rather than well: zlib's level 6, the naive side's, would make ${withCommas(levels[6])}
bytes of Sawa's answers, level 9 ${withCommas(levels[9])}.`;
}

function markdown(results) {
  const { date, commit, machine, node, size, merges } = results;
  return `# Sync: merging, and bytes on the wire

Made by \`node bench/sync/run.mjs\` on ${date}, commit ${commit}. Machine: ${machine.cores} cores (${machine.processor}); load average
before the run ${machine.load_before}. Node ${node}, Yjs ${merges.versions.yjs}, Automerge ${merges.versions.automerge}. What is compared, and what is not: [README](../README.md).

## Merges

${withCommas(merges.edits)} concurrent edits of single fields by ${merges.devices} devices; each merges what the other ${merges.devices - 1} wrote (${withCommas(merges.merges)} merges), until all are
equal. Medians of ${size.runs} runs in turns; the ratio is to Sawa: above 1, the other one is faster.

${row('', 'edit by edit: merges/s', 'ratio', 'ms', 'a device in one message: merges/s', 'ratio', 'ms')}
${row('---', '---:', '---:', '---:', '---:', '---:', '---:')}
${mergeRows(merges).join('\n')}

## Bytes on the wire

Bodies of requests + of answers, without HTTP's headers.

${row('exchange', 'Sawa, as sent', 'naive JSON, gzip', 'Sawa, uncompressed', 'naive JSON')}
${row('---', '---:', '---:', '---:', '---:')}
${wireRows(results).join('\n')}

${firstSyncText(results)}
`;
}

/** Prints the results, and writes them to bench/results if they are to be kept. */
export async function publish(results, { write }) {
  const text = markdown(results);
  process.stdout.write(`\n${text}`);
  if (!write) return;
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(path.join(RESULTS, 'sync.json'), `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(path.join(RESULTS, 'sync.md'), text);
}
