// SPDX-License-Identifier: MIT
// The server's tests, once on SQLite, once on PostgreSQL and once on MariaDB.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { mariadbVersion, withMariadb } from '../lib/mariadb.mjs';
import { inRoot, pythonProgram } from '../lib/paths.mjs';
import { postgresVersion, withPostgres } from '../lib/postgres.mjs';
import { progress, run } from '../lib/process.mjs';
import { addCounts, countJunit } from '../lib/reports.mjs';
import { ensureDatabaseServers, ensurePython, ensureSystemPackages } from '../setup.mjs';

async function runPytest(database, env) {
  const report = inRoot('build/reports', `server-${database}.xml`);
  mkdirSync(path.dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const variables = mkdtempSync(path.join(tmpdir(), 'sawa-server-'));
  try {
    const options = { cwd: inRoot('server'), env: { SAWA_VAR_DIR: variables, ...env } };
    const { code } = await run(pythonProgram('pytest'), ['-q', `--junitxml=${report}`], options);
    const counts = countJunit(report);
    return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  } finally {
    rmSync(variables, { recursive: true, force: true });
  }
}

export async function runSuite() {
  await ensureSystemPackages(['python3-venv']);
  await ensureDatabaseServers();
  await ensurePython({ development: true, mysql: true });
  progress('server tests on SQLite');
  const onSqlite = await runPytest('sqlite', { DATABASE_URL: '' });
  progress(`server tests on ${await postgresVersion()}`);
  const onPostgres = await withPostgres((url) => runPytest('postgresql', { DATABASE_URL: url }));
  progress(`server tests on ${await mariadbVersion()}`);
  const onMariadb = await withMariadb((url) => runPytest('mariadb', { DATABASE_URL: url }));
  return [onSqlite, onPostgres, onMariadb].reduce(addCounts);
}
