// SPDX-License-Identifier: MIT
// Starting the Django server: for `npm start`, and for tests that drive a real one.
import { spawn } from 'node:child_process';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { inRoot, PYTHON } from './paths.mjs';
import { runOrFail, ToolError } from './process.mjs';

const SERVER = inRoot('server');

/** Runs a management command of the server. */
export async function manage(args, { env = {}, quiet = true } = {}) {
  await runOrFail(PYTHON, ['manage.py', ...args], { cwd: SERVER, env, quiet });
}

/** Brings the database up to date and loads the demo shop into it, unless it is there. */
export async function prepareDemoDatabase(env = {}) {
  await manage(['migrate', '--noinput'], { env });
  await manage(['load_demo'], { env });
}

/** Fails when something listens on the port already: its answers would be taken for those of our server. */
export async function ensurePortIsFree(port) {
  const probe = net.createServer();
  await new Promise((resolve, reject) => {
    const advice = `Port ${port} is in use. Choose another one: PORT=${port + 1} npm start`;
    probe.once('error', (error) => reject(new ToolError(error.code === 'EADDRINUSE' ? advice : error.message)));
    probe.listen(port, '127.0.0.1', resolve);
  });
  await new Promise((resolve) => probe.close(resolve));
}

async function waitUntilAnswering(address, child) {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (child.exitCode !== null) throw new ToolError(`The server stopped by itself (exit ${child.exitCode}).`);
    try {
      await fetch(address, { redirect: 'manual' });
      return;
    } catch {
      await sleep(100);
    }
  }
  throw new ToolError(`The server does not answer on ${address}.`);
}

/**
 * Starts uvicorn and resolves once it answers, to { address, child, stop() }.
 * env: SAWA_VAR_DIR (where the database and secrets lie), DATABASE_URL and so on. stdio: as for spawn.
 */
export async function startServer({ port, env = {}, stdio = 'inherit', logLevel = 'info' }) {
  const args = ['config.asgi:application', '--host', '127.0.0.1', '--port', String(port), '--log-level', logLevel];
  await ensurePortIsFree(port);
  const child = spawn(PYTHON, ['-m', 'uvicorn', ...args, '--timeout-graceful-shutdown', '3'], {
    cwd: SERVER,
    env: { ...process.env, ...env },
    stdio,
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async (signal = 'SIGTERM') => {
    child.kill(signal);
    await ended;
  };
  const address = `http://localhost:${port}`;
  try {
    await waitUntilAnswering(`http://127.0.0.1:${port}/`, child);
  } catch (error) {
    await stop('SIGKILL');
    throw error;
  }
  return { address, child, ended, stop };
}
