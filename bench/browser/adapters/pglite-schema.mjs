// SPDX-License-Identifier: MIT
// The tables of the adapter for PGlite.

export const TABLES = `
  CREATE TABLE IF NOT EXISTS products (
    id text PRIMARY KEY, sku text, barcode text, name text, category text, brand text, price integer, cost integer,
    tax_rate double precision, unit text, tags jsonb, stock integer, supplier text, updated_at text, active boolean
  );
  CREATE TABLE IF NOT EXISTS stock (
    id text PRIMARY KEY, product_id text, location text, quantity integer, updated_at text
  );
  CREATE TABLE IF NOT EXISTS sales (
    id text PRIMARY KEY, receipt text, cashier text, method text, total integer, paid integer, created_at text
  );
  CREATE TABLE IF NOT EXISTS sale_items (
    id text PRIMARY KEY, sale_id text, product_id text, name text, quantity integer, price integer, total integer
  );
  CREATE TABLE IF NOT EXISTS outbox (id text PRIMARY KEY, name text, created_at text, sale_id text);
`;

export const INDEXES = `
  CREATE INDEX IF NOT EXISTS products_barcode ON products (barcode);
  CREATE INDEX IF NOT EXISTS products_category_name ON products (category, name);
  CREATE INDEX IF NOT EXISTS products_price ON products (price);
  CREATE INDEX IF NOT EXISTS products_words ON products USING gin (to_tsvector('simple', name));
  ANALYZE products;
`;

/** Stores the rows of a JSON array, the first parameter unless told. */
export const insertOf = (table, parameter = '$1') =>
  `INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, ${parameter}::json)`;

/** A whole sale in one statement: the sale, its items and the outbox's row as JSON arrays. */
export const SALE = `
  WITH
    sale AS (${insertOf('sales', '$1')}),
    items AS (${insertOf('sale_items', '$2')} RETURNING product_id, quantity),
    changed AS (UPDATE products SET stock = stock - items.quantity FROM items WHERE products.id = items.product_id)
  ${insertOf('outbox', '$3')}
`;
