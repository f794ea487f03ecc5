// SPDX-License-Identifier: MIT
// How long things take, in the page.
import { median } from '../../lib/statistics.mjs';

const BATCH_MS = 100;
const BATCH_COUNT = 5;
const WARM_UP_COUNT = 10;
const OPERATIONS_MAX = 20_000;
/** What takes longer than this is not repeated for the sake of a better median. */
const SLOW_MS = 1500;

/** The time of one call, in milliseconds. */
export async function timeOf(work) {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

/** Warms up, and says how long one operation takes roughly. */
async function roughTimeMs(operation) {
  const warmUpMs = await timeOf(operation);
  if (warmUpMs > SLOW_MS) return warmUpMs;
  return (await timeOf(() => repeat(operation, WARM_UP_COUNT))) / WARM_UP_COUNT;
}

async function repeat(operation, times) {
  for (let index = 0; index < times; index++) await operation();
}

/** Microseconds an operation, one after another: the median of a few batches. */
export async function timePerOperation(operation) {
  const roughMs = await roughTimeMs(operation);
  const length = Math.min(OPERATIONS_MAX, Math.max(1, Math.ceil(BATCH_MS / Math.max(roughMs, 0.001))));
  const batchCount = roughMs > SLOW_MS ? 1 : BATCH_COUNT;
  const batchesUs = [];
  for (let batch = 0; batch < batchCount; batch++) {
    const batchMs = await timeOf(() => repeat(operation, length));
    batchesUs.push((batchMs * 1000) / length);
  }
  return { timeUs: median(batchesUs), operations: length * batchCount };
}
