// SPDX-License-Identifier: MIT
// Who takes part. Each has an adapter of the same name in adapters/, and a worker beside it if `worker` says so.

/**
 * @typedef {object} Entry
 * @property {string} name
 * @property {string} label
 * @property {string[]} packages Its npm packages; the first one's version is the contender's.
 * @property {boolean} [worker]
 * @property {string[]} [assets] Files of its packages that its code fetches when it is opened.
 */

const PGLITE = '@electric-sql/pglite/dist';

/** @type {Entry[]} */
export const CONTENDERS = [
  { name: 'sawa', label: 'Sawa', packages: [], assets: ['sawa.wasm'] },
  { name: 'dexie', label: 'Dexie', packages: ['dexie'] },
  { name: 'pouchdb', label: 'PouchDB', packages: ['pouchdb-browser', 'pouchdb-find', 'events'] },
  { name: 'rxdb', label: 'RxDB (Dexie storage)', packages: ['rxdb', 'rxjs'] },
  { name: 'tinybase', label: 'TinyBase (IndexedDB)', packages: ['tinybase'] },
  {
    name: 'sqlite-wasm',
    label: 'SQLite WASM (OPFS)',
    packages: ['@sqlite.org/sqlite-wasm'],
    worker: true,
    assets: ['@sqlite.org/sqlite-wasm/dist/sqlite3.wasm'],
  },
  {
    name: 'pglite',
    label: 'PGlite (OPFS)',
    packages: ['@electric-sql/pglite'],
    worker: true,
    assets: [`${PGLITE}/pglite.wasm`, `${PGLITE}/pglite.data`, `${PGLITE}/initdb.wasm`],
  },
  { name: 'lokijs', label: 'LokiJS (IndexedDB)', packages: ['lokijs'] },
  { name: 'floor-objects', label: 'Floor: objects in IndexedDB', packages: [] },
  { name: 'floor-packed', label: 'Floor: packed pages in IndexedDB', packages: [] },
];
