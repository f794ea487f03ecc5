// SPDX-License-Identifier: MIT
// A temporary MariaDB.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { findMariadbProgram } from '../setup.mjs';
import { run, ToolError } from './process.mjs';
import { asUnprivilegedUser, runUnprivileged, withTemporaryDatabase } from './temporary_database.mjs';

const ATTEMPTS = 600;
const PAUSE_MS = 100;

const isAnswering = (socket) =>
  new Promise((resolve) => {
    const connection = net.connect(socket);
    connection.once('connect', () => resolve(true)).once('error', () => resolve(false));
    connection.once('connect', () => connection.destroy());
  });

async function waitUntilAnswering(socket, child, log) {
  for (let attempt = 0; attempt < ATTEMPTS && child.exitCode === null; attempt += 1) {
    if (await isAnswering(socket)) return;
    await sleep(PAUSE_MS);
  }
  throw new ToolError(`MariaDB does not answer.\n${readFileSync(log, 'utf8').slice(-4000)}`);
}

async function start(folder, atEnd) {
  const [data, socket, log, init] = ['data', 'socket', 'log', 'init.sql'].map((name) => path.join(folder, name));
  writeFileSync(init, 'CREATE DATABASE IF NOT EXISTS sawa;');
  // No account but root's, without a password, and nobody else's configuration.
  const install = ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db'];
  await runUnprivileged(findMariadbProgram('mariadb-install-db'), [...install, '--skip-name-resolve'], folder);
  const settings = [
    '--no-defaults',
    `--datadir=${data}`,
    `--socket=${socket}`,
    `--pid-file=${path.join(folder, 'pid')}`,
    `--init-file=${init}`,
    '--skip-networking',
    '--character-set-server=utf8mb4',
    '--collation-server=utf8mb4_nopad_bin',
    '--max-connections=200',
    // Nothing here outlives the run, so it needs to survive a kill, but no power cut.
    '--innodb-flush-log-at-trx-commit=2',
    '--innodb-doublewrite=OFF',
  ];
  let child;
  let ended;
  const launch = () => {
    const output = openSync(log, 'a');
    const [program, args] = asUnprivilegedUser(findMariadbProgram('mariadbd'), settings);
    child = spawn(program, args, { cwd: folder, stdio: ['ignore', output, output] });
    closeSync(output);
    ended = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
    return waitUntilAnswering(socket, child, log);
  };
  const kill = () => {
    child.kill('SIGKILL');
    return ended;
  };
  const launched = launch();
  atEnd(kill);
  await launched;
  return {
    url: `mysql://root@localhost/sawa?unix_socket=${encodeURIComponent(socket)}`,
    crash: () => kill().then(launch),
  };
}

/** Calls the action as withTemporaryDatabase does; the server is reachable through a socket in its folder only. */
export const withMariadb = (action) => withTemporaryDatabase('MariaDB', start, action);

/** The version line of the server program, for the log. */
export async function mariadbVersion() {
  const { stdout } = await run(findMariadbProgram('mariadbd'), ['--version'], { quiet: true });
  return stdout.trim();
}
