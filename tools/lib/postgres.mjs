// SPDX-License-Identifier: MIT
// A PostgreSQL cluster that lives in a temporary folder for as long as an action runs.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { findPostgresPrograms } from '../setup.mjs';
import { progress, run, runOrFail } from './process.mjs';

/** PostgreSQL refuses to run as root; any other user will do. */
function asUnprivilegedUser(program, args) {
  if (process.getuid?.() !== 0) return [program, args];
  return ['setpriv', ['--reuid=nobody', '--regid=nogroup', '--clear-groups', program, ...args]];
}

async function runUnprivileged(program, args, folder) {
  const [wrapped, wrappedArgs] = asUnprivilegedUser(program, args);
  await runOrFail(wrapped, wrappedArgs, { quiet: true, cwd: folder, env: { LC_ALL: 'C.UTF-8', TZ: 'UTC' } });
}

/** Calls the action with the DATABASE_URL of a fresh cluster, reachable through a socket in its folder only. */
export async function withPostgres(action) {
  const programs = findPostgresPrograms();
  const folder = mkdtempSync(path.join(tmpdir(), 'sawa-postgres-'));
  if (process.getuid?.() === 0) await runOrFail('chown', ['nobody:nogroup', folder], { quiet: true });
  chmodSync(folder, 0o700);
  const data = path.join(folder, 'data');
  const control = (args) => runUnprivileged(path.join(programs, 'pg_ctl'), ['-D', data, ...args], folder);

  progress('starting a temporary PostgreSQL');
  const initialise = ['-D', data, '--username=sawa', '--auth=trust', '--encoding=UTF8', '--no-sync'];
  await runUnprivileged(path.join(programs, 'initdb'), initialise, folder);
  // Nothing here outlives the run, so nothing needs to survive a power cut.
  const settings = `-k ${folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=200`;
  // Without a log file the server would keep our pipe open, and waiting for pg_ctl would not end.
  await control(['-o', settings, '-l', path.join(folder, 'log'), '-w', 'start']);
  const stop = () => control(['-m', 'immediate', '-w', 'stop']);
  const stopAndLeave = async () => {
    await stop().catch(() => {});
    rmSync(folder, { recursive: true, force: true });
    process.exit(130);
  };
  process.on('SIGINT', stopAndLeave).on('SIGTERM', stopAndLeave);
  try {
    return await action(`postgres://sawa@${encodeURIComponent(folder)}/sawa`);
  } finally {
    process.off('SIGINT', stopAndLeave).off('SIGTERM', stopAndLeave);
    await stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The version line of the server programs, for the log. */
export async function postgresVersion() {
  const { stdout } = await run(path.join(findPostgresPrograms(), 'postgres'), ['--version'], { quiet: true });
  return stdout.trim();
}
