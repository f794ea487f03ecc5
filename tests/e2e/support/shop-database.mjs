// SPDX-License-Identifier: MIT
// The server's database of a test: a copy of one that was migrated and filled once, and a way to look into it.
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';

import { onceForInputs } from '../../../tools/lib/files.mjs';
import { withLock } from '../../../tools/lib/lock.mjs';
import { BUILD, inRoot, PYTHON } from '../../../tools/lib/paths.mjs';
import { manage, prepareDemoDatabase } from '../../../tools/lib/server.mjs';

export const DEMO_USER = 'demo';
export const DEMO_PASSWORD = 'demo-bidhaa';

const FOLDER = path.join(BUILD, 'e2e');
const TEMPLATE = path.join(FOLDER, 'template/sawa.sqlite3');
const INPUTS = ['server/sawa', 'server/bidhaa', 'server/config', 'package-lock.json'];

/** The environment that makes the server use the database in a folder. */
export const serverEnvironment = (folder) => ({
  SAWA_VAR_DIR: folder,
  DATABASE_URL: `sqlite:///${path.join(folder, 'sawa.sqlite3')}`,
});

/** Puts a fresh demo shop's database into a folder. */
export async function copyDemoDatabase(folder) {
  await withLock(path.join(FOLDER, 'template.lock'), async () => {
    await onceForInputs('e2e-template', { inputs: INPUTS, outputs: [path.relative(inRoot(), TEMPLATE)] }, async () => {
      rmSync(path.dirname(TEMPLATE), { recursive: true, force: true });
      mkdirSync(path.dirname(TEMPLATE), { recursive: true });
      await prepareDemoDatabase(serverEnvironment(path.dirname(TEMPLATE)));
    });
    copyFileSync(TEMPLATE, path.join(folder, 'sawa.sqlite3'));
  });
}

/** Runs Python code inside the server's own Django, for what the operator would do in the admin. */
export async function runInDjango(folder, code) {
  await manage(['shell', '-c', code], { env: serverEnvironment(folder) });
}

/** Reads the tables, past all of the server's code. */
export class DatabaseReader {
  #child;
  #answers;

  constructor(folder) {
    this.#child = spawn(PYTHON, [inRoot('tests/e2e/support/read_sqlite.py'), path.join(folder, 'sawa.sqlite3')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#answers = readline.createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async rows(sql, ...parameters) {
    this.#child.stdin.write(`${JSON.stringify([sql, parameters])}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`The database could not be read with: ${sql}`);
    return JSON.parse(value);
  }

  close() {
    this.#child.stdin.end();
  }
}
