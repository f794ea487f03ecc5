// SPDX-License-Identifier: MIT
// A filled database on SQLite or PostgreSQL, and fresh copies of it.
import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';

import { serverEnvironment } from '../../../tests/e2e/support/shop-database.mjs';
import { inRoot, PYTHON } from '../../../tools/lib/paths.mjs';
import { runOrFail } from '../../../tools/lib/process.mjs';
import { manage } from '../../../tools/lib/server.mjs';
import { findPostgresPrograms } from '../../../tools/setup.mjs';

const benchEnvironment = (environment) => ({
  ...environment,
  DJANGO_SETTINGS_MODULE: 'plain.settings',
  PYTHONPATH: inRoot('bench/server'),
});

async function fill(environment, products) {
  const env = benchEnvironment(environment);
  await manage(['migrate', '--noinput'], { env });
  await manage(['bench_fill', '--products', String(products)], { env });
}

/** What the tables of a database hold. */
export async function count(environment) {
  const options = { cwd: inRoot('server'), env: benchEnvironment(environment), quiet: true };
  const { stdout } = await runOrFail(PYTHON, ['manage.py', 'bench_count'], options);
  return JSON.parse(stdout);
}

/** The file of an environment's SQLite database. */
export const sqliteFile = ({ SAWA_VAR_DIR: folder }) => path.join(folder, 'sawa.sqlite3');

/** Fails unless the feed tells what the tables hold, and the ledger adds up. */
export async function verifyFeed(environment) {
  for (const command of ['sawa_verify', 'bidhaa_verify']) await manage([command], { env: environment });
}

/** Resolves to a function that makes a fresh copy and resolves to the environment that selects it. */
export async function sqliteTemplate(folder, products) {
  const environment = (name) => serverEnvironment(path.join(folder, name));
  const template = environment('template');
  await fill(template, products);
  return async (name) => {
    mkdirSync(path.join(folder, name));
    copyFileSync(sqliteFile(template), sqliteFile(environment(name)));
    return environment(name);
  };
}

export async function postgresTemplate(clusterUrl, folder, products) {
  const socketFolder = decodeURIComponent(new URL(clusterUrl).host);
  const createDatabase = (name, ...options) => {
    const args = ['--host', socketFolder, '--username', 'sawa', ...options, name];
    return runOrFail(path.join(findPostgresPrograms(), 'createdb'), args, { quiet: true });
  };
  const environment = (name) => ({
    SAWA_VAR_DIR: path.join(folder, 'postgresql'),
    DATABASE_URL: clusterUrl.replace(/\/sawa$/, `/${name}`),
  });
  await createDatabase('template');
  await fill(environment('template'), products);
  return async (name) => {
    await createDatabase(name, '--template', 'template');
    return environment(name);
  };
}
