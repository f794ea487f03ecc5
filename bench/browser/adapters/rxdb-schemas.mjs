// SPDX-License-Identifier: MIT
// The collections as RxDB wants them described: its indexes need the greatest length or value of each field.

const ID = { type: 'string', maxLength: 36 };
const TEXT = { type: 'string' };
const NUMBER = { type: 'number' };

const indexedText = (maxLength) => ({ type: 'string', maxLength });

function schemaOf(properties, indexes = []) {
  return {
    schema: {
      version: 0,
      primaryKey: 'id',
      type: 'object',
      properties: { id: ID, ...properties },
      required: ['id', ...new Set(indexes.flat())],
      indexes,
    },
  };
}

const PRODUCT_FIELDS = {
  sku: TEXT,
  barcode: indexedText(13),
  name: indexedText(80),
  category: indexedText(20),
  brand: TEXT,
  price: { type: 'integer', minimum: 0, maximum: 1_000_000, multipleOf: 1 },
  cost: NUMBER,
  tax_rate: NUMBER,
  unit: TEXT,
  tags: { type: 'array', items: TEXT },
  stock: NUMBER,
  supplier: TEXT,
  updated_at: TEXT,
  active: { type: 'boolean' },
};

export const SCHEMAS = {
  products: schemaOf(PRODUCT_FIELDS, ['barcode', ['category', 'name'], 'price']),
  stock: schemaOf({ product_id: ID, location: TEXT, quantity: NUMBER, updated_at: TEXT }),
  sales: schemaOf({ receipt: TEXT, cashier: TEXT, method: TEXT, total: NUMBER, paid: NUMBER, created_at: TEXT }),
  sale_items: schemaOf({ sale_id: ID, product_id: ID, name: TEXT, quantity: NUMBER, price: NUMBER, total: NUMBER }),
};
