// SPDX-License-Identifier: MIT
// A temporary PostgreSQL.
import path from 'node:path';

import { findPostgresPrograms } from '../setup.mjs';
import { run } from './process.mjs';
import { runUnprivileged, withTemporaryDatabase } from './temporary_database.mjs';

async function start(folder, atEnd) {
  const programs = findPostgresPrograms();
  const data = path.join(folder, 'data');
  const control = (args) => runUnprivileged(path.join(programs, 'pg_ctl'), ['-D', data, ...args], folder);
  const initialise = ['-D', data, '--username=sawa', '--auth=trust', '--encoding=UTF8', '--no-sync'];
  await runUnprivileged(path.join(programs, 'initdb'), initialise, folder);
  // Nothing here outlives the run, so nothing needs to survive a power cut.
  const settings = `-k ${folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=200`;
  // Without a log file the server would keep our pipe open, and waiting for pg_ctl would not end.
  const starting = ['-o', settings, '-l', path.join(folder, 'log'), '-w'];
  await control([...starting, 'start']);
  atEnd(() => control(['-m', 'immediate', '-w', 'stop']));
  return {
    url: `postgres://sawa@${encodeURIComponent(folder)}/sawa`,
    crash: () => control([...starting, '-m', 'immediate', 'restart']),
  };
}

/** Calls the action as withTemporaryDatabase does; the cluster is reachable through a socket in its folder only. */
export const withPostgres = (action) => withTemporaryDatabase('PostgreSQL', start, action);

/** The version line of the server programs, for the log. */
export async function postgresVersion() {
  const { stdout } = await run(path.join(findPostgresPrograms(), 'postgres'), ['--version'], { quiet: true });
  return stdout.trim();
}
