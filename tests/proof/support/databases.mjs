// SPDX-License-Identifier: MIT
// The databases that the server runs on here. Another one is one more entry.
import { withMariadb } from '../../../tools/lib/mariadb.mjs';
import { withPostgres } from '../../../tools/lib/postgres.mjs';
import { serverEnvironment } from '../../e2e/support/shop-database.mjs';

/**
 * By name: runs an action with the server's environment for an empty database, and with `crash`, which kills the
 * database and starts it again, or null where the database is part of the server's process.
 */
export const DATABASES = {
  SQLite: (folder, action) => action({ environment: serverEnvironment(folder), crash: null }),
  PostgreSQL: (folder, action) =>
    withPostgres((url, { crash }) =>
      action({ environment: { SAWA_VAR_DIR: folder, DATABASE_URL: url.replace(/\/sawa$/, '/postgres') }, crash }),
    ),
  MariaDB: (folder, action) =>
    withMariadb((url, { crash }) => action({ environment: { SAWA_VAR_DIR: folder, DATABASE_URL: url }, crash })),
};
