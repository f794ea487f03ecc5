// SPDX-License-Identifier: MIT
// The worker half of the adapter for SQLite: only a worker may use the files of the origin synchronously.
import sqlite3InitModule from '@sqlite.org/sqlite-wasm';

import { parseRecords } from './contract.mjs';
import { COLUMNS, INDEXES, TABLES } from './sqlite-wasm-schema.mjs';
import { serve } from './worker-server.mjs';

const SYNCHRONOUS = { strict: 'FULL', relaxed: 'NORMAL' };

/** All at once is a little faster, and needs twice the memory. */
const BATCH_LENGTH = 5000;

let sqlite3 = null;
let pool = null;
let database = null;
let statements = new Map();
let isIndexed = false;

function statementFor(sql) {
  if (!statements.has(sql)) statements.set(sql, database.prepare(sql));
  return statements.get(sql);
}

/** SQLite takes the JSON apart itself: four times as fast as a statement a row, whose every value crosses over. */
function insertInto(collection, rows) {
  const columns = COLUMNS[collection];
  const values = columns.map((column) => `value ->> '${column}'`);
  const sql = `INSERT INTO ${collection} (${columns.join(', ')}) SELECT ${values.join(', ')} FROM jsonb_each(?)`;
  statementFor(sql)
    .bind([JSON.stringify(rows)])
    .stepReset()
    .clearBindings();
}

function createIndexes() {
  if (!isIndexed) database.exec(INDEXES);
  isIndexed = true;
}

serve({
  async open(name, durability) {
    sqlite3 ??= await sqlite3InitModule();
    pool ??= await sqlite3.installOpfsSAHPoolVfs({ initialCapacity: 8 });
    database = new pool.OpfsSAHPoolDb(`/${name}.sqlite3`);
    // The build has no shared memory, so its write-ahead log needs the lock for good.
    database.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;
      PRAGMA synchronous = ${SYNCHRONOUS[durability]};`);
    database.exec(TABLES);
  },

  /** Faster than inserting into indexes: they are made when all rows are there. */
  hydrate(json) {
    const records = parseRecords(json);
    database.transaction(() => {
      for (let start = 0; start < records.length; start += BATCH_LENGTH) {
        insertInto('products', records.slice(start, start + BATCH_LENGTH));
      }
      createIndexes();
    });
  },

  select(sql, values) {
    const statement = statementFor(sql).bind(values);
    const rows = [];
    while (statement.step()) rows.push(statement.get({}));
    statement.reset();
    return rows;
  },

  write(rowsOfCollections, changes) {
    database.transaction(() => {
      for (const [collection, rows] of Object.entries(rowsOfCollections)) insertInto(collection, rows);
      for (const { sql, values } of changes) statementFor(sql).bind(values).stepReset();
    });
  },

  loadChunk(collection, json) {
    createIndexes();
    database.transaction(() => insertInto(collection, parseRecords(json)));
  },

  close() {
    for (const statement of statements.values()) statement.finalize();
    statements = new Map();
    isIndexed = false;
    database.close();
  },
});
