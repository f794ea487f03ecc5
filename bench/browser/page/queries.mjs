// SPDX-License-Identifier: MIT
// The questions a till asks all day, each with a check of its answer.
import { timeOf, timePerOperation } from './timing.mjs';

const CHECK_COUNT = 10;
const CHECK_MS = 3000;

const isPlain = (record) => Object.getPrototypeOf(record) === Object.prototype;

const isProduct = (found, expected) =>
  found?.id === expected.id &&
  found.barcode === expected.barcode &&
  found.name === expected.name &&
  found.tags.length === expected.tags.length;

const hasCount = (found, { count }) => found.length === count && found.every(isPlain);

const QUERIES = {
  getById: { inputs: 'samples', ask: (database, { id }) => database.get(id), isRight: isProduct },
  findByBarcode: {
    inputs: 'samples',
    ask: (database, { barcode }) => database.findByBarcode(barcode),
    isRight: isProduct,
  },
  countByPrice: {
    inputs: 'ranges',
    ask: (database, { atLeast, lessThan }) => database.countByPrice(atLeast, lessThan),
    isRight: (found, { count }) => found === count,
  },
  pageOfCategory: {
    inputs: 'pages',
    ask: (database, { category, limit }) => database.pageOfCategory(category, limit),
    isRight: hasCount,
  },
  typeAheadCommon: {
    inputs: 'commonWords',
    ask: (database, { word, limit }) => database.typeAhead(word, limit),
    isRight: hasCount,
  },
  typeAheadRare: {
    inputs: 'rareWords',
    ask: (database, { word, limit }) => database.typeAhead(word, limit),
    isRight: hasCount,
  },
};

const summaryOf = (found) => (Array.isArray(found) ? `${found.length} records` : JSON.stringify(found));

/** Asks some questions, and fails on a wrong answer: a fast wrong one is worth nothing. */
async function checkAnswers({ ask, isRight }, database, nextInput) {
  let spentMs = 0;
  for (let index = 0; index < CHECK_COUNT && spentMs < CHECK_MS; index++) {
    const input = nextInput();
    let found;
    spentMs += await timeOf(async () => (found = await ask(database, input)));
    if (!isRight(found, input)) throw new Error(`wrong answer: ${summaryOf(found)} to ${JSON.stringify(input)}`);
  }
}

/** Goes through a list again and again, so that a question comes back as late as possible. */
function inTurn(list) {
  let next = 0;
  return () => list[next++ % list.length];
}

/** Microseconds an answer, with everything warm. */
export async function measureQuery(name, database, questions) {
  const query = QUERIES[name];
  const nextInput = inTurn(questions[query.inputs]);
  await checkAnswers(query, database, nextInput);
  return timePerOperation(() => query.ask(database, nextInput()));
}
