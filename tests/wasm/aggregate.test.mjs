// SPDX-License-Identifier: MIT
// Sums, counts and averages by groups, and by periods of local time.
import assert from 'node:assert/strict';
import test from 'node:test';

import { defineSchema, integer, number, openDatabase, text } from 'sawa';

const schema = defineSchema({
  version: 1,
  collections: {
    sales: {
      fields: { seller: text(), total: integer(), rate: number.optional(), at_ms: integer() },
      search: ['seller'],
    },
  },
});

let opened = 0;

/** A database with sales [seller, total, time, rate]. */
async function withSales(t, sales) {
  opened += 1;
  const database = await openDatabase({ name: `aggregate-${opened}`, schema, storage: 'memory', autoSync: false });
  t.after(() => database.close());
  await database.write('fill', (transaction) => {
    for (const [seller, total, time, rate] of sales) {
      transaction.put('sales', { seller, total, at_ms: Date.parse(time), ...(rate === undefined ? {} : { rate }) });
    }
  });
  return database;
}

const SALES = [
  ['Asha', 3000, '2026-03-28T20:30:00Z', 0.5],
  ['Juma', 1000, '2026-03-28T21:30:00Z'],
  ['Asha', 500, '2026-03-29T01:30:00Z', 1.5],
];

test('every measure, of all records', async (t) => {
  const database = await withSales(t, SALES);
  const measures = {
    sales: { count: true },
    rated: { count: 'rate' },
    takings: { sum: 'total' },
    first: { min: 'seller' },
    most: { max: 'total' },
    rate: { average: 'rate' },
  };
  assert.deepEqual(await database.aggregate('sales', { measures }), [
    { sales: 3, rated: 2, takings: 4500, first: 'Asha', most: 3000, rate: 1 },
  ]);
  assert.deepEqual(await database.aggregate('sales', { where: { seller: 'Nobody' }, measures }), [
    { sales: 0, rated: 0, takings: 0, first: null, most: null, rate: null },
  ]);
});

test('groups come in their order, and only of what the query finds', async (t) => {
  const database = await withSales(t, SALES);
  const measures = { takings: { sum: 'total' } };
  assert.deepEqual(await database.aggregate('sales', { groupBy: ['seller'], measures }), [
    { seller: 'Asha', takings: 3500 },
    { seller: 'Juma', takings: 1000 },
  ]);
  const where = { total: { lessThan: 2000 } };
  assert.deepEqual(await database.aggregate('sales', { where, groupBy: ['seller'], measures }), [
    { seller: 'Asha', takings: 500 },
    { seller: 'Juma', takings: 1000 },
  ]);
  assert.deepEqual(await database.aggregate('sales', { search: 'jum', groupBy: ['seller'], measures }), [
    { seller: 'Juma', takings: 1000 },
  ]);
});

const PERIODS = [
  ['day', 'Africa/Dar_es_Salaam', ['2026-03-28', '2026-03-29'], [1, 2]],
  ['day', 'UTC', ['2026-03-28', '2026-03-29'], [2, 1]],
  // Clocks went from 02:00 to 03:00 at 01:00 UTC.
  ['hour', 'Europe/Berlin', ['2026-03-28T21', '2026-03-28T22', '2026-03-29T03'], [1, 1, 1]],
  ['month', 'Pacific/Kiritimati', ['2026-03'], [3]],
];

for (const [by, timeZone, periods, counts] of PERIODS) {
  test(`by ${by} in ${timeZone}`, async (t) => {
    const database = await withSales(t, SALES);
    const groupBy = [{ field: 'at_ms', by, timeZone }];
    const rows = await database.aggregate('sales', { groupBy, measures: { sales: { count: true } } });
    assert.deepEqual(
      rows,
      periods.map((at_ms, index) => ({ at_ms, sales: counts[index] })),
    );
  });
}

const REFUSED = [
  ['an unknown field', { groupBy: ['colour'], measures: {} }, 'unknown_field'],
  ['an unknown measure', { measures: { a: { median: 'total' } } }, 'invalid_argument'],
  ['an unknown period', { groupBy: [{ field: 'at_ms', by: 'age' }], measures: {} }, 'invalid_argument'],
  [
    'an unknown time zone',
    { groupBy: [{ field: 'at_ms', by: 'day', timeZone: 'Mars/Olympus' }], measures: {} },
    'invalid_argument',
  ],
  ['two columns of one name', { groupBy: ['total'], measures: { total: { sum: 'total' } } }, 'invalid_argument'],
];

for (const [name, aggregation, code] of REFUSED) {
  test(`refused: ${name}`, async (t) => {
    const database = await withSales(t, SALES);
    await assert.rejects(() => database.aggregate('sales', aggregation), { name: 'UsageError', code });
  });
}

/** The index as an id, in the order of the index. */
const idOf = (index) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

const COUNT = 25_000;

async function withManySales(t) {
  const database = await withSales(t, []);
  const sales = Array.from({ length: COUNT }, (_, index) => ({ id: idOf(index), seller: 'Asha', total: 10, at_ms: 0 }));
  await database.load('sales', sales);
  return database;
}

const EVERYTHING = { measures: { sales: { count: true }, takings: { sum: 'total' } } };

test('others have the thread while many records are measured', async (t) => {
  const database = await withManySales(t);
  for (const aggregation of [EVERYTHING, { ...EVERYTHING, search: 'asha' }, { ...EVERYTHING, where: { total: 10 } }]) {
    let turns = 0;
    let timer = setTimeout(function count() {
      turns += 1;
      timer = setTimeout(count);
    });
    assert.deepEqual(await database.aggregate('sales', aggregation), [{ sales: COUNT, takings: COUNT * 10 }]);
    clearTimeout(timer);
    assert.ok(turns >= COUNT / 10_000, `${turns} turns`);
  }
});

test('what is measured is one state, whatever is written meanwhile, and several at once', async (t) => {
  const database = await withManySales(t);
  let going = true;
  const moving = async () => {
    for (let amount = 9; going && amount > 0; amount -= 1) {
      // From what is measured last to what is measured first.
      await database.write('move', (transaction) => {
        transaction.patch('sales', idOf(0), { total: 20 - amount });
        transaction.patch('sales', idOf(COUNT - 1), { total: amount });
      });
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
  const ask = () => database.aggregate('sales', EVERYTHING);
  const byTotal = database.aggregate('sales', { groupBy: ['seller'], ...EVERYTHING });
  const answers = [byTotal, ask(), ask()];
  const moved = moving();
  const [[grouped], ...rows] = await Promise.all(answers);
  going = false;
  await moved;
  const whole = { sales: COUNT, takings: COUNT * 10 };
  assert.deepEqual(grouped, { seller: 'Asha', ...whole });
  assert.deepEqual(rows, [[whole], [whole]]);
});

test('an aggregation that is refused in the middle does not spoil the next one', async (t) => {
  const database = await withManySales(t);
  const refused = database.aggregate('sales', { groupBy: ['id'], measures: {} });
  const next = database.aggregate('sales', EVERYTHING);
  await assert.rejects(refused, { code: 'limit_exceeded' });
  assert.deepEqual(await next, [{ sales: COUNT, takings: COUNT * 10 }]);
});
