// SPDX-License-Identifier: MIT
// A process that has a SQLite database open and does nothing with it, as another request would.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { PYTHON } from '../../../tools/lib/paths.mjs';

const HOLDER = `
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
# A connection that has not read yet has not opened the log.
connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
print("open", flush=True)
sys.stdin.read()
`;

/** Runs the action while the database in the file stays open. */
export async function whileHeldOpen(file, action) {
  const child = spawn(PYTHON, ['-c', HOLDER, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  try {
    const stopped = ended.then(() => Promise.reject(new Error(`Nothing holds ${file} open.`)));
    await Promise.race([once(child.stdout, 'data'), stopped]);
    stopped.catch(() => {});
    return await action();
  } finally {
    child.stdin.end();
    await ended;
  }
}
