// SPDX-License-Identifier: MIT
// Measures Sawa's server against a plain Django REST framework application that does the same work.
//
//   node bench/server/run.mjs                                       the whole of it; writes bench/results/server.*
//   node bench/server/run.mjs --products 500 --sales 50 --runs 1    a trial: prints only
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { postgresVersion, withPostgres } from '../../tools/lib/postgres.mjs';
import { progress, runMain } from '../../tools/lib/process.mjs';
import { ensurePython, ensureSystemPackages } from '../../tools/setup.mjs';
import { postgresTemplate, sqliteFile, sqliteTemplate } from './lib/databases.mjs';
import { whileHeldOpen } from './lib/held_open.mjs';
import { measureBytes, runSide } from './lib/measure.mjs';
import { PlainSide } from './lib/plain_side.mjs';
import { describeMachine, publish, summarise } from './lib/report.mjs';
import { SawaSide } from './lib/sawa_side.mjs';

const FULL_SIZE = { products: 10_000, sales: 1_000, runs: 3 };

function readSize() {
  const option = { type: 'string' };
  const { values } = parseArgs({ options: { products: option, sales: option, runs: option } });
  const asked = Object.entries(values).map(([name, text]) => [name, Number(text)]);
  return { ...FULL_SIZE, ...Object.fromEntries(asked) };
}

/** The sides take turns, and take turns at being first. */
async function measureTimes(database, freshDatabase, size, run = runSide) {
  const times = { sawa: [], plain: [] };
  for (let round = 1; round <= size.runs; round += 1) {
    const order = round % 2 ? [SawaSide, PlainSide] : [PlainSide, SawaSide];
    for (const Side of order) {
      const measured = await run(Side, await freshDatabase(`${database}_${Side.name}_${round}`), size);
      progress(`${database} ${round} ${Side.name}: ${JSON.stringify(measured)}`);
      times[Side.name].push(measured);
    }
  }
  return summarise(times);
}

async function measureAll(folder, size) {
  progress('filling a database on SQLite');
  const freshSqlite = await sqliteTemplate(folder, size.products);
  const sqlite = await measureTimes('sqlite', freshSqlite, size);
  const sqliteHeld = await measureTimes('sqlite_held', freshSqlite, size, (Side, environment) =>
    whileHeldOpen(sqliteFile(environment), () => runSide(Side, environment, size)),
  );
  const bytes = await measureBytes(freshSqlite);
  const postgresql = await withPostgres(async (url) => {
    progress('filling a database on PostgreSQL');
    return measureTimes('postgresql', await postgresTemplate(url, folder, size.products), size);
  });
  return { times: { sqlite, sqlite_held: sqliteHeld, postgresql }, bytes };
}

await runMain(async () => {
  const size = readSize();
  await ensureSystemPackages(['python3-venv', 'postgresql']);
  await ensurePython();
  const folder = mkdtempSync(path.join(tmpdir(), 'sawa-bench-'));
  try {
    const machine = await describeMachine(await postgresVersion());
    const measured = await measureAll(folder, size);
    const isFull = Object.entries(FULL_SIZE).every(([name, value]) => size[name] === value);
    await publish({ ...machine, size, ...measured }, { write: isFull });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
