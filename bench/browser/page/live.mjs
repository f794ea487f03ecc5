// SPDX-License-Identifier: MIT
// A live query is open, and a product of it changes: how long until its listener has the new result?
import { median } from '../../lib/statistics.mjs';

const PATIENCE_MS = 10_000;
const HIGHEST_PRICE = 1_000_000;

/** Hands on what a listener is told to whoever waits for it. */
class Listener {
  #arrived = () => {};
  hear = (records) => this.#arrived(records);

  /** The time at which a result arrives that `isWanted`. */
  whenHeard(isWanted) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the live query did not tell')), PATIENCE_MS);
      this.#arrived = (records) => {
        if (!isWanted(records)) return;
        clearTimeout(timer);
        resolve(performance.now());
      };
    });
  }
}

export async function measureLiveUpdate(database, { category, limit, ids }) {
  const listener = new Listener();
  const opened = listener.whenHeard((records) => records.length > 0);
  const stop = await database.watchPage(category, limit, listener.hear);
  await opened;
  const timesMs = [];
  for (const [index, id] of ids.entries()) {
    const price = HIGHEST_PRICE - index;
    const heard = listener.whenHeard((records) => records.some((record) => record.id === id && record.price === price));
    const startMs = performance.now();
    const changed = database.changePrice(id, price);
    timesMs.push((await heard) - startMs);
    await changed;
  }
  await stop();
  return { timeMs: median(timesMs), changes: timesMs.length };
}
