// SPDX-License-Identifier: MIT
// The edits: devices that have the same products and do not hear of each other edit single fields of them.
import { Random } from '../../lib/random.mjs';

export const PRODUCTS = 100;
export const DEVICES = 5;
const START_MS = 1_790_000_000_000;

const words = (random) => `${random.pick(['Sukari', 'Chai', 'Maziwa', 'Unga', 'Sabuni'])} ${random.below(1000)}`;

const VALUES = {
  price: (random) => 500 + random.below(90_000),
  name: words,
  note: (random) => `${words(random)}, ${words(random)}`,
};

/** { products: [{ id, name, price, note }], edits: for each device a list of { at_ms, id, field, value, was } }. */
export function makeEdits(count) {
  const random = new Random(20_261_123);
  const products = Array.from({ length: PRODUCTS }, () => {
    const id = random.id(START_MS);
    return { id, name: VALUES.name(random), price: VALUES.price(random), note: VALUES.note(random) };
  });
  const edits = Array.from({ length: DEVICES }, () => {
    const seen = new Map(products.map((product) => [product.id, { ...product }]));
    return Array.from({ length: count / DEVICES }, (_, index) => {
      const { id } = random.pick(products);
      const field = random.pick(['price', 'price', 'name', 'note']);
      const value = VALUES[field](random);
      const was = seen.get(id)[field];
      seen.get(id)[field] = value;
      return { at_ms: START_MS + 1000 * (index + 1) + random.below(1000), id, field, value, was };
    });
  });
  return { products, edits };
}
