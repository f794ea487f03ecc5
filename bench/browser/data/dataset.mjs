// SPDX-License-Identifier: MIT
// Everything a run works on: the products, the questions with the counts they must have, the sales, the field report.
import { Random } from '../../lib/random.mjs';
import { makeFieldChunks } from './field.mjs';
import { makeProducts } from './products.mjs';
import { makeSales } from './sales.mjs';
import { CATEGORIES, COMMON_WORDS, RARE_WORDS } from './vocabulary.mjs';

const LOOKUP_COUNT = 2000;
const RANGE_COUNT = 2000;
const RANGE_WIDTH = 500;
const PAGE_LENGTH = 50;
const HIT_COUNT = 20;
const TYPED_LENGTH = 4;
const LIVE_CHANGE_COUNT = 20;
const SALES_PER_BATCH = 500;
const CHECKED_PRODUCT_COUNT = 10;

const byName = (left, right) => (left.name < right.name ? -1 : Number(left.name > right.name));

function makeRanges(random, products) {
  const prices = products.map(({ price }) => price).sort((left, right) => left - right);
  const countBelow = (price) => {
    let [low, high] = [0, prices.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (prices[middle] < price) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return Array.from({ length: RANGE_COUNT }, () => {
    const atLeast = random.below(prices.at(-1));
    const lessThan = atLeast + RANGE_WIDTH;
    return { atLeast, lessThan, count: countBelow(lessThan) - countBelow(atLeast) };
  });
}

function makePages(products) {
  return CATEGORIES.map((category) => {
    const count = products.filter((product) => product.category === category).length;
    return { category, limit: PAGE_LENGTH, count: Math.min(PAGE_LENGTH, count) };
  });
}

/** What a cashier has typed of each word so far. */
function makeSearches(words, products) {
  return words.map((word) => {
    const typed = word.slice(0, TYPED_LENGTH);
    const count = products.filter(({ name }) => name.includes(typed)).length;
    return { word: typed.toLowerCase(), limit: HIT_COUNT, count: Math.min(HIT_COUNT, count) };
  });
}

/** A category's page, and products on it whatever the order of equal names is. */
function makeLive(products) {
  const category = CATEGORIES[0];
  const ofCategory = products.filter((product) => product.category === category).sort(byName);
  return { category, limit: PAGE_LENGTH, ids: ofCategory.slice(0, LIVE_CHANGE_COUNT).map(({ id }) => id) };
}

/** Sales in batches of their own, each with the stock that some of its products must have after all so far. */
function makeSaleBatches(names, products) {
  const sales = makeSales(SALES_PER_BATCH * names.length, products);
  const batches = names.map((name, index) => ({
    name,
    sales: sales.slice(index * SALES_PER_BATCH, (index + 1) * SALES_PER_BATCH),
  }));
  const stockOf = new Map(products.map(({ id, stock }) => [id, stock]));
  const checked = batches.flatMap((batch) => batch.sales.slice(0, CHECKED_PRODUCT_COUNT).map(({ items }) => items[0]));
  const initialStock = Object.fromEntries(checked.map((item) => [item.product_id, stockOf.get(item.product_id)]));
  return { batches, initialStock };
}

/** `count` products and all that is asked of them; the same for the same count. */
export function makeDataset(count) {
  const products = makeProducts(count);
  const random = new Random(6);
  const samples = random.differentBelow(count, LOOKUP_COUNT).map((index) => products[index]);
  return {
    products,
    questions: {
      samples,
      ranges: makeRanges(random, products),
      pages: makePages(products),
      commonWords: makeSearches(COMMON_WORDS, products),
      rareWords: makeSearches(RARE_WORDS, products),
      live: makeLive(products),
    },
    sales: makeSaleBatches(
      ['strict.sequential', 'strict.concurrent', 'relaxed.sequential', 'relaxed.concurrent'],
      products,
    ),
    fieldChunks: makeFieldChunks(),
  };
}
