// SPDX-License-Identifier: MIT
// The worker half of the adapter for PGlite: only a worker may use the files of the origin synchronously.
import { PGlite } from '@electric-sql/pglite';
import { live } from '@electric-sql/pglite/live';

import { serve, tell } from './worker-server.mjs';

let database = null;
let watched = null;

serve({
  async open(options) {
    database = await PGlite.create({ ...options, extensions: { live } });
  },

  async execute(sql) {
    await database.exec(sql);
  },

  async select(sql, values) {
    const { rows } = await database.query(sql, values);
    return rows;
  },

  async watch(sql, values) {
    watched = await database.live.query({ query: sql, params: values, callback: ({ rows }) => tell(rows) });
  },

  unwatch: () => watched.unsubscribe(),

  close: () => database.close(),
});
