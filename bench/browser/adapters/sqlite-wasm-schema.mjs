// SPDX-License-Identifier: MIT
// The tables of the adapter for SQLite.

export const COLUMNS = {
  products: 'id sku barcode name category brand price cost tax_rate unit tags stock supplier updated_at active'.split(
    ' ',
  ),
  stock: 'id product_id location quantity updated_at'.split(' '),
  sales: 'id receipt cashier method total paid created_at'.split(' '),
  sale_items: 'id sale_id product_id name quantity price total'.split(' '),
  outbox: 'id name created_at sale_id'.split(' '),
};

export const TABLES = `
  CREATE TABLE IF NOT EXISTS products (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, sku TEXT, barcode TEXT, name TEXT, category TEXT, brand TEXT,
    price INTEGER, cost INTEGER, tax_rate REAL, unit TEXT, tags TEXT, stock INTEGER, supplier TEXT, updated_at TEXT,
    active INTEGER
  );
  CREATE TABLE IF NOT EXISTS stock (
    id TEXT PRIMARY KEY, product_id TEXT, location TEXT, quantity INTEGER, updated_at TEXT
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS sales (
    id TEXT PRIMARY KEY, receipt TEXT, cashier TEXT, method TEXT, total INTEGER, paid INTEGER, created_at TEXT
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS sale_items (
    id TEXT PRIMARY KEY, sale_id TEXT, product_id TEXT, name TEXT, quantity INTEGER, price INTEGER, total INTEGER
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS outbox (id TEXT PRIMARY KEY, name TEXT, created_at TEXT, sale_id TEXT) WITHOUT ROWID;
`;

export const INDEXES = `
  CREATE INDEX IF NOT EXISTS products_barcode ON products (barcode);
  CREATE INDEX IF NOT EXISTS products_category_name ON products (category, name);
  CREATE INDEX IF NOT EXISTS products_price ON products (price);
  CREATE VIRTUAL TABLE IF NOT EXISTS product_names USING fts5(name, content='products', content_rowid='number');
  INSERT INTO product_names (product_names) VALUES ('rebuild');
  CREATE TRIGGER IF NOT EXISTS product_added AFTER INSERT ON products BEGIN
    INSERT INTO product_names (rowid, name) VALUES (new.number, new.name);
  END;
  CREATE TRIGGER IF NOT EXISTS product_removed AFTER DELETE ON products BEGIN
    INSERT INTO product_names (product_names, rowid, name) VALUES ('delete', old.number, old.name);
  END;
  CREATE TRIGGER IF NOT EXISTS product_renamed AFTER UPDATE OF name ON products BEGIN
    INSERT INTO product_names (product_names, rowid, name) VALUES ('delete', old.number, old.name);
    INSERT INTO product_names (rowid, name) VALUES (new.number, new.name);
  END;
`;
