// SPDX-License-Identifier: MIT
// From measurements to the files in bench/results.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';

import { inRoot, PYTHON } from '../../../tools/lib/paths.mjs';
import { runOrFail } from '../../../tools/lib/process.mjs';

const RESULTS = inRoot('bench/results');
const TITLES = { sqlite: 'SQLite', sqlite_held: 'SQLite, held open', postgresql: 'PostgreSQL' };

const VERSIONS = `
import json, platform, sqlite3
from importlib.metadata import version
names = ["Django", "djangorestframework", "uvicorn", "psycopg", "orjson"]
print(json.dumps({"Python": platform.python_version(), "SQLite": sqlite3.sqlite_version}
                 | {name: version(name) for name in names}))
`;

export async function describeMachine(postgresql) {
  const { stdout } = await runOrFail(PYTHON, ['-c', VERSIONS], { quiet: true });
  const numberOfPostgres = /\d+(\.\d+)*/.exec(postgresql)[0];
  return {
    date: new Date().toISOString().slice(0, 10),
    // What else the machine was doing just before: it slows both sides.
    machine: { cores: cpus().length, processor: cpus()[0].model.trim(), load_before: Number(loadavg()[0].toFixed(2)) },
    versions: { ...JSON.parse(stdout), PostgreSQL: numberOfPostgres, Node: process.versions.node },
  };
}

const median = (values) => [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)];

/** { sawa: [{ pull, push }], plain: [...] } in milliseconds, to all values, medians and ratios of each work. */
export function summarise(times) {
  const ofWork = (work) => {
    const sawa = times.sawa.map((run) => Math.round(run[work]));
    const plain = times.plain.map((run) => Math.round(run[work]));
    const medians = { sawa: median(sawa), plain: median(plain) };
    const ratio = Number((medians.plain / medians.sawa).toFixed(2));
    return { sawa_ms: sawa, plain_ms: plain, median_sawa_ms: medians.sawa, median_plain_ms: medians.plain, ratio };
  };
  return { pull: ofWork('pull'), push: ofWork('push') };
}

const withCommas = (value) => value.toLocaleString('en-US');
const row = (...cells) => `| ${cells.join(' | ')} |`;

function timeRows({ times, size }) {
  const works = {
    pull: `pull of ${withCommas(size.products)} products`,
    push: `push of ${withCommas(size.sales)} sales`,
  };
  return Object.entries(times).flatMap(([database, measured]) =>
    Object.entries(works).map(([work, title]) => {
      const { median_sawa_ms: sawa, median_plain_ms: plain, ratio, sawa_ms, plain_ms } = measured[work];
      const range = (all) => `${withCommas(Math.min(...all))}–${withCommas(Math.max(...all))}`;
      const cells = [sawa, plain].map(withCommas);
      return row(title, TITLES[database], cells[0], cells[1], `${ratio}x`, range(sawa_ms), range(plain_ms));
    }),
  );
}

function byteRows({ bytes, size }) {
  const titles = {
    first_pull: `first pull of ${withCommas(size.products)} products`,
    one_sale: 'one sale, sent',
    edit_sent: 'one field of one product, sent',
    edit_read: 'that edit, read by another device',
  };
  const cell = ({ sent, received }) => `${withCommas(sent)} + ${withCommas(received)}`;
  return Object.entries(titles).map(([name, title]) =>
    row(title, ...['sawa', 'plain_gzip', 'plain'].map((side) => cell(bytes[side][name]))),
  );
}

function markdown(results) {
  const { date, machine, versions, size } = results;
  const list = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `# Server: Sawa and a plain REST API

Made by \`node bench/server/run.mjs\` on ${date}. Machine: ${machine.cores} cores (${machine.processor}), shared by client,
server and database; load average before the run ${machine.load_before}.
${list.join(', ')}.
What is compared, and what is not: bench/README.md.

## Time

Medians of ${size.runs} runs in turns, in milliseconds; the ratio is plain / Sawa: above 1, Sawa is faster.

${row('work', 'database', 'Sawa', 'plain', 'ratio', 'Sawa, range', 'plain, range')}
${row('---', '---', '---:', '---:', '---:', '---:', '---:')}
${timeRows(results).join('\n')}

## Bytes on the wire

Whole HTTP requests + responses, headers included. Sawa always compresses what is long enough.

${row('exchange', 'Sawa', 'plain, answers gzipped', 'plain JSON')}
${row('---', '---:', '---:', '---:')}
${byteRows(results).join('\n')}
`;
}

/** Prints the results, and writes them to bench/results if they are to be kept. */
export async function publish(results, { write }) {
  const text = markdown(results);
  process.stdout.write(`\n${text}`);
  if (!write) return;
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(path.join(RESULTS, 'server.json'), `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(path.join(RESULTS, 'server.md'), text);
}
