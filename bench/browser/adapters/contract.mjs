// SPDX-License-Identifier: MIT
// What every contender of the benchmark implements, and the little that their adapters share.
//
// An adapter is a module whose default export is a Contender. It uses its product as the product's own documentation
// advises for this job, and gives plain JavaScript objects with the fields of the data (see data/products.mjs).

/**
 * @typedef {'strict' | 'relaxed'} Durability
 * `strict`: a write resolves when it has been flushed to disk; `relaxed`: when it has been handed to the system.
 */

/**
 * @typedef {object} Contender
 * @property {Durability[]} durabilities What a sale can be asked to have; both only where the product lets one choose.
 * @property {string} durabilityNote How the product decides it.
 * @property {Record<string, string>} [notes] What a reader must know of a measurement, by the measurement's name.
 * @property {() => Promise<void>} [prepare] Loads the code that a page loads before it opens a database (workers).
 * @property {(name: string, durability: Durability) => Promise<Database>} open Opens the database, or creates it.
 */

/**
 * @typedef {object} Database
 * Every method may throw `NotAvailable`: the product cannot do this, and the result says so.
 * @property {(json: Uint8Array) => Promise<void>} hydrate
 *   Stores all products of a JSON array. Resolves when they are durable, and indexed by barcode, by category and name,
 *   by price, and by the words of the name if the product has a text search.
 * @property {(id: string) => Promise<object>} get The product with this id.
 * @property {(barcode: string) => Promise<object>} findByBarcode
 * @property {(atLeast: number, lessThan: number) => Promise<number>} countByPrice
 * @property {(category: string, limit: number) => Promise<object[]>} pageOfCategory Sorted by name.
 * @property {(word: string, limit: number) => Promise<object[]>} typeAhead
 *   Products with a word in their name that begins with `word`, whatever its case; in any order.
 * @property {(sale: Sale) => Promise<void>} completeSale
 *   Stores the sale and its items, and takes the items' quantities off the products' stock, all or nothing where the
 *   product can; with a row of an outbox where the product keeps none. Resolves when it is as durable as was asked.
 * @property {(category: string, limit: number, listener: (records: object[]) => void) => Promise<() => void>} watchPage
 *   Calls the listener with the page now and after every change of it; gives the function that stops this.
 * @property {(id: string, price: number) => Promise<void>} changePrice
 * @property {(collection: string, json: Uint8Array) => Promise<void>} loadChunk
 *   Stores all rows of a JSON array in `products`, `stock`, `sales` or `sale_items`, the way the product loads in bulk.
 * @property {() => Promise<void>} close
 */

/** @typedef {{ sale: object, items: object[], outbox: object }} Sale As data/sales.mjs makes it. */

/** Thrown by a method for what the product cannot do: the measurement is null, for this reason. */
export class NotAvailable extends Error {
  name = 'NotAvailable';
}

/** A method that the product has nothing for. */
export const notAvailable = (reason) => async () => {
  throw new NotAvailable(reason);
};

export const parseRecords = (json) => JSON.parse(new TextDecoder().decode(json));

/** Whether a name has a word that begins with what was typed: for products without a text search. */
export const typedPattern = (word) => `(^| )${word}`;

/** The rows of a sale that are new, by their collection. */
export const newRowsOf = ({ sale, items, outbox }) => ({
  sales: [sale],
  sale_items: items,
  outbox: [{ ...outbox, sale_id: sale.id }],
});
