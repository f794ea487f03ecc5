// SPDX-License-Identifier: MIT
// A lock between processes that the kernel releases when its holder dies, however it dies.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';

import { progress, ToolError } from './process.mjs';

/** Runs the action while holding the lock file; a second process waits until the first has finished. */
export async function withLock(lockFile, action) {
  mkdirSync(path.dirname(lockFile), { recursive: true });
  // Node has no flock. The helper keeps the lock for as long as its standard input, a pipe from us, is open.
  const helper = spawn('flock', ['--exclusive', lockFile, 'sh', '-c', 'echo locked; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = setTimeout(() => progress('waiting for another run that is preparing the same files'), 1000);
  try {
    await new Promise((resolve, reject) => {
      helper.stdout.once('data', resolve);
      helper.once('error', () => reject(new ToolError('The program `flock` (package util-linux) is needed.')));
      helper.once('exit', () => reject(new ToolError(`Could not lock ${lockFile}`)));
    });
    clearTimeout(waiting);
    return await action();
  } finally {
    clearTimeout(waiting);
    helper.removeAllListeners('exit');
    helper.stdin?.end();
  }
}
