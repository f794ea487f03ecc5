// SPDX-License-Identifier: MIT
// A small schema, and databases of it that close themselves when their test ends.
import { boolean, counter, defineSchema, integer, json, number, openDatabase, text } from 'sawa';

export const notesSchema = defineSchema({
  version: 1,
  collections: {
    notes: {
      fields: {
        title: text(),
        size: integer.optional(),
        weight: number.optional(),
        done: boolean.optional(),
        extra: json.optional(),
      },
      search: ['title'],
    },
    totals: { fields: { name: text(), amount: counter() } },
  },
});

let opened = 0;

/** Opens a database in memory, with a name of its own; `options` as for openDatabase. */
export async function openNotes(t, options = {}) {
  opened += 1;
  const database = await openDatabase({
    name: `notes-${opened}`,
    schema: notesSchema,
    storage: 'memory',
    autoSync: false,
    ...options,
  });
  t.after(() => database.close());
  return database;
}

/** A schema with one collection, for tests of what a schema may be. */
export const schemaWith = (fields, more = {}) => ({ version: 1, collections: { things: { fields, ...more } } });

/** The titles that a query finds, in its order. */
export async function titlesOf(database, query) {
  return (await database.find('notes', query)).map((note) => note.title);
}

/** Resolves when all listeners have been told of what was done so far, in whatever thread the engine runs. */
export async function settled(database) {
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  await turn();
  await database.count('notes');
  await turn();
}
