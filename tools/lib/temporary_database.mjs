// SPDX-License-Identifier: MIT
// Database servers that live in a temporary folder for as long as an action runs.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { progress, runOrFail } from './process.mjs';

const isRoot = () => process.getuid?.() === 0;

/** Database servers refuse to run as root; any other user will do. Gives the program and its arguments. */
export function asUnprivilegedUser(program, args) {
  if (!isRoot()) return [program, args];
  return ['setpriv', ['--reuid=nobody', '--regid=nogroup', '--clear-groups', program, ...args]];
}

/** Runs a program of a database server to its end. */
export async function runUnprivileged(program, args, folder) {
  const [wrapped, wrappedArgs] = asUnprivilegedUser(program, args);
  await runOrFail(wrapped, wrappedArgs, { quiet: true, cwd: folder, env: { LC_ALL: 'C.UTF-8', TZ: 'UTC' } });
}

/**
 * Calls the action with the DATABASE_URL of a fresh server and with { crash }, which kills the server and starts it again.
 * It is stopped and forgotten afterwards whatever happens.
 * start(folder, atEnd): starts it with all its files in the folder, hands over how to stop it as soon as there is
 * something to stop, and resolves to { url, crash } once it answers.
 */
export async function withTemporaryDatabase(name, start, action) {
  progress(`starting a temporary ${name}`);
  const folder = mkdtempSync(path.join(tmpdir(), `sawa-${name.toLowerCase()}-`));
  let stop = async () => {};
  const end = async () => {
    try {
      await stop();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  const endAndLeave = async () => {
    await end().catch(() => {});
    process.exit(130);
  };
  process.on('SIGINT', endAndLeave).on('SIGTERM', endAndLeave);
  try {
    if (isRoot()) await runOrFail('chown', ['nobody:nogroup', folder], { quiet: true });
    chmodSync(folder, 0o700);
    const { url, crash } = await start(folder, (given) => {
      stop = given;
    });
    return await action(url, { crash });
  } finally {
    process.off('SIGINT', endAndLeave).off('SIGTERM', endAndLeave);
    await end();
  }
}
