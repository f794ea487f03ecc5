// SPDX-License-Identifier: MIT
// Measures Sawa, its peers and two floors on the same data in one browser. See bench/README.md.
//
//   node bench/browser/run.mjs [--records 100000] [--runs 3] [--once-above 4] [--only sawa,dexie] [--minutes 15]
//                              [--output folder]
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { progress, run, runMain, ToolError } from '../../tools/lib/process.mjs';
import { ROOT } from '../../tools/lib/paths.mjs';
import { CONTENDERS } from './contenders.mjs';
import { makeDataset } from './data/dataset.mjs';
import { Measurement } from './measure.mjs';
import { summariseRuns } from './report/summary.mjs';
import { RESULTS, writeResults } from './report/write.mjs';
import { bundleContender, gzipBytesOf } from './setup/bundles.mjs';
import { DIST } from './setup/paths.mjs';
import { ensurePeers, versionOf } from './setup/peers.mjs';
import { Site } from './setup/site.mjs';

const OPTIONS = {
  records: { type: 'string', default: '100000' },
  runs: { type: 'string', default: '3' },
  'once-above': { type: 'string', default: '4' },
  only: { type: 'string' },
  minutes: { type: 'string', default: '15' },
  output: { type: 'string', default: RESULTS },
};

/** Fewer have no room for the rare words. */
const RECORDS_MIN = 200;

function readOptions() {
  const { values } = parseArgs({ options: OPTIONS });
  const numbers = [values.records, values.runs, values.minutes, values['once-above']].map(Number);
  const [records, runs, minutes, onceAbove] = numbers;
  if (!(records >= RECORDS_MIN && runs >= 1 && minutes > 0 && onceAbove > 0)) {
    throw new ToolError(`at least ${RECORDS_MIN} records, one run and a positive number of minutes`);
  }
  const [limitMs, onceAboveMs] = [minutes, onceAbove].map((count) => count * 60_000);
  return { records, runs, limitMs, onceAboveMs, contenders: choose(values.only), output: values.output };
}

function choose(only) {
  if (!only) return CONTENDERS;
  const names = only.split(',');
  const unknown = names.filter((name) => !CONTENDERS.some((contender) => contender.name === name));
  if (unknown.length > 0) throw new ToolError(`no such contender: ${unknown.join(', ')}`);
  return CONTENDERS.filter(({ name }) => names.includes(name));
}

function requireBuild(contenders) {
  const isNeeded = contenders.some(({ name }) => name === 'sawa');
  if (isNeeded && !existsSync(path.join(DIST, 'sawa.wasm'))) throw new ToolError('please run first: npm run build');
}

async function startSite(records) {
  const { products, questions, sales, fieldChunks } = makeDataset(records);
  const json = Buffer.from(JSON.stringify(products));
  const site = await Site.start({
    '/data/products.json': json,
    '/data/questions.json': JSON.stringify(questions),
    '/data/sales.json': JSON.stringify(sales),
    '/data/field.json': JSON.stringify(fieldChunks),
  });
  return { site, recordBytes: Math.round(json.length / records) };
}

const summaryLine = ({ value, missing, error }) => {
  if (error) return `ERROR ${error}`;
  if (missing) return `null: ${missing}`;
  const figures = Object.entries(value).map(([field, number]) => `${field} ${Number(number.toPrecision(4))}`);
  return figures.join(', ');
};

const onStep = ({ name }, step, outcome) => progress(`${name}: ${step}: ${summaryLine(outcome)}`);

/** A failure of one contender is that contender's result. */
async function runOnce(contender, assets, shared) {
  const measurement = new Measurement(contender, assets, shared);
  try {
    if (assets.error) throw new Error(assets.error);
    await measurement.run();
  } catch (error) {
    measurement.outcomes.run = { error: error.message.split('\n')[0] };
    onStep(contender, 'run', measurement.outcomes.run);
  }
  return measurement;
}

/** Bundles them; one that cannot be bundled has an error in place of its files. */
async function bundleAll(contenders) {
  const bundles = new Map();
  for (const contender of contenders) {
    progress(`bundling ${contender.name}`);
    bundles.set(contender, await bundleContender(contender).catch((error) => ({ error: error.message })));
  }
  return bundles;
}

/**
 * Interleaved, each run beginning with another contender: what changes on the machine meets all of them. A contender
 * that is slow is not run again.
 */
async function runAll({ contenders, runs, limitMs, onceAboveMs }, site, afterRound) {
  const bundles = await bundleAll(contenders);
  const results = new Map(contenders.map((contender) => [contender, []]));
  const slow = new Set();
  for (let round = 0; round < runs; round++) {
    const start = round % contenders.length;
    const inTurn = [...contenders.slice(start), ...contenders.slice(0, start)];
    for (const contender of inTurn.filter((each) => !slow.has(each))) {
      progress(`run ${round + 1} of ${runs}: ${contender.name}`);
      const assets = bundles.get(contender);
      const startedAt = Date.now();
      results.get(contender).push(await runOnce(contender, assets, { site, limitMs, onStep }));
      if (Date.now() - startedAt > onceAboveMs) slow.add(contender);
    }
    await afterRound(results, round + 1);
  }
}

function describeContender(contender, runs, site) {
  const { name, label } = contender;
  const files = site.bundleFilesOf(name);
  const about = runs.find((one) => one.about)?.about ?? null;
  const bundle = files.length > 0 ? { median: { gzipBytes: gzipBytesOf(contender, files) } } : { median: null };
  return {
    name,
    label,
    version: versionOf(contender),
    about,
    runs: runs.length,
    measurements: { bundle, ...summariseRuns(runs) },
  };
}

async function describeMachine(contenders) {
  const { stdout } = await run('git', ['describe', '--always', '--dirty', '--exclude', '*'], {
    cwd: ROOT,
    quiet: true,
  });
  const browser = contenders.map(({ about }) => about?.browser).find(Boolean);
  return {
    cores: os.cpus().length,
    processor: os.cpus()[0]?.model ?? 'unknown',
    memoryBytes: os.totalmem(),
    system: `${os.type()} ${os.release()}`,
    browser: browser ? `Chromium ${browser}` : 'unknown',
    loadAverage: os.loadavg()[0],
    commit: stdout.trim(),
    date: new Date().toISOString(),
  };
}

async function main() {
  const options = readOptions();
  requireBuild(options.contenders);
  await ensurePeers();
  progress(`making ${options.records} products`);
  const { site, recordBytes } = await startSite(options.records);
  /** After each, so that a run that is broken off leaves the results so far. */
  const afterRound = async (results, runs) => {
    const contenders = [...results].map(([contender, done]) => describeContender(contender, done, site));
    const machine = await describeMachine(contenders);
    writeResults(options.output, { machine, options: { records: options.records, recordBytes, runs }, contenders });
    progress('written: browser.json, browser.md and browser.svg');
  };
  try {
    await runAll(options, site, afterRound);
  } finally {
    await site.close();
  }
}

await runMain(main);
