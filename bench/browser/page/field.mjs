// SPDX-License-Identifier: MIT
// A field report: a shop's first sync is being stored, in chunks as they arrive, while the cashier reads products.
import { percentile } from '../../lib/statistics.mjs';

const READ_INTERVAL_MS = 5;

const pause = (untilMs) => new Promise((resolve) => setTimeout(resolve, Math.max(0, untilMs - performance.now())));

/** Reads until `isOver`. A read's time runs from when it was due: a page too busy to begin it keeps a person waiting. */
async function readOnAndOn(database, ids, isOver) {
  const timesMs = [];
  let dueMs = performance.now();
  for (let index = 0; !isOver(); index++) {
    await pause(dueMs);
    const product = await database.get(ids[index % ids.length]);
    const answeredMs = performance.now();
    if (product?.id !== ids[index % ids.length]) throw new Error('a product that was stored is not found');
    timesMs.push(answeredMs - dueMs);
    dueMs = answeredMs + READ_INTERVAL_MS;
  }
  return timesMs;
}

async function storeAll(database, chunks) {
  const startMs = performance.now();
  for (const { collection, bytes } of chunks) await database.loadChunk(collection, bytes);
  return performance.now() - startMs;
}

const encoder = new TextEncoder();
const encodeChunk = ({ collection, rows }) => ({ collection, bytes: encoder.encode(JSON.stringify(rows)) });

export async function measureFieldReport(database, fieldChunks) {
  const [first, ...rest] = fieldChunks.map(encodeChunk);
  const ids = fieldChunks[0].rows.map(({ id }) => id);
  await database.loadChunk(first.collection, first.bytes);
  let isOver = false;
  const storing = storeAll(database, rest).finally(() => (isOver = true));
  const [timesMs, totalMs] = await Promise.all([readOnAndOn(database, ids, () => isOver), storing]);
  return {
    p50Ms: percentile(timesMs, 0.5),
    p99Ms: percentile(timesMs, 0.99),
    maxMs: Math.max(...timesMs),
    totalMs,
    reads: timesMs.length,
  };
}
