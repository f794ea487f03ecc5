// SPDX-License-Identifier: MIT
// Measures merging beside Yjs and Automerge, and the bytes of syncing beside a naive JSON sync.
//
//   node bench/sync/run.mjs                                     the whole of it; writes bench/results/sync.*
//   node bench/sync/run.mjs --edits 100 --runs 2 --products 500 a trial: prints only
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';

import { buildAll } from '../../tools/build.mjs';
import { ROOT } from '../../tools/lib/paths.mjs';
import { runMain, runOrFail } from '../../tools/lib/process.mjs';
import { ensurePython, ensureSystemPackages } from '../../tools/setup.mjs';
import { measureMerges } from './merges/measure.mjs';
import { publish } from './report.mjs';

const FULL_SIZE = { edits: 1000, runs: 15, products: 10_000 };

function readSize() {
  const option = { type: 'string' };
  const { values } = parseArgs({ options: { edits: option, runs: option, products: option } });
  const asked = Object.entries(values).map(([name, text]) => [name, Number(text)]);
  return { ...FULL_SIZE, ...Object.fromEntries(asked) };
}

async function describe() {
  const { stdout } = await runOrFail('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, quiet: true });
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: stdout.trim(),
    machine: { cores: cpus().length, processor: cpus()[0].model.trim(), load_before: Number(loadavg()[0].toFixed(2)) },
    node: process.versions.node,
  };
}

await runMain(async () => {
  const size = readSize();
  await ensureSystemPackages(['python3-venv']);
  await ensurePython();
  await buildAll({ web: false });
  const circumstances = await describe();
  const merges = await measureMerges(size);
  // It loads the package, which is there by now.
  const { measureWire } = await import('./wire/measure.mjs');
  const wire = await measureWire(size.products);
  const isFull = Object.entries(FULL_SIZE).every(([name, value]) => size[name] === value);
  await publish({ ...circumstances, size, merges, wire }, { write: isFull });
});
