// SPDX-License-Identifier: MIT
// The products of a shop, the same ones for the same seed and count.
import { Random } from '../../lib/random.mjs';
import {
  ACCENTED_WORDS,
  BRANDS,
  CATEGORIES,
  PLAIN_WORDS,
  RARE_WORD_COUNT,
  RARE_WORDS,
  TAGS,
  UNITS,
} from './vocabulary.mjs';

export const FIRST_TIME_MS = Date.UTC(2026, 0, 5, 6);
const ACCENTED_SHARE = 0.1;

/** 13 digits with the check digit that a scanner expects; different for every number below a thousand million. */
export function barcodeOf(number) {
  const body = `600${String((number * 7919 + 12_345) % 1_000_000_000).padStart(9, '0')}`;
  const sum = [...body].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return body + ((10 - (sum % 10)) % 10);
}

/** As servers write it: to the second. */
export const timeText = (timeMs) => new Date(timeMs).toISOString().replace('.000Z', 'Z');

function makeName(random) {
  const words = Array.from({ length: 2 + random.below(3) }, () => random.pick(PLAIN_WORDS));
  if (random.next() < ACCENTED_SHARE) words[random.below(words.length)] = random.pick(ACCENTED_WORDS);
  return words.join(' ');
}

function makeProduct(random, number) {
  const price = 20 + random.below(20_000);
  return {
    id: random.id(FIRST_TIME_MS + number * 3),
    sku: `P${String(number).padStart(6, '0')}`,
    barcode: barcodeOf(number),
    name: makeName(random),
    category: random.pick(CATEGORIES),
    brand: random.pick(BRANDS),
    price,
    cost: Math.floor(price * 0.7),
    tax_rate: random.pick([0, 0.08, 0.16]),
    unit: random.pick(UNITS),
    tags: random.differentBelow(TAGS.length, 2).map((index) => TAGS[index]),
    stock: random.below(500),
    supplier: `S-${1 + random.below(200)}`,
    updated_at: timeText(FIRST_TIME_MS + random.below(8_000_000) * 1000),
    active: random.next() < 0.97,
  };
}

/** Each rare word at the end of a few names, spread over all products. */
function plantRareWords(products) {
  RARE_WORDS.forEach((word, wordIndex) => {
    for (let copy = 0; copy < RARE_WORD_COUNT; copy++) {
      const share = (copy + (wordIndex + 1) / (RARE_WORDS.length + 1)) / RARE_WORD_COUNT;
      const product = products[Math.floor(share * products.length)];
      product.name = `${product.name.split(' ')[0]} ${word}`;
    }
  });
}

export function makeProducts(count, seed = 1) {
  const random = new Random(seed);
  const products = Array.from({ length: count }, (_, number) => makeProduct(random, number));
  plantRareWords(products);
  return products;
}
