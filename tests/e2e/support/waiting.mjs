// SPDX-License-Identifier: MIT
// Waiting for a condition outside of the browser.
import { setTimeout as pause } from 'node:timers/promises';

const LOOK_EVERY_MS = 40;

/** Looks until `probe` gives something truthy, and gives that. Fails, with the last value seen, after `timeoutMs`. */
export async function until(what, probe, timeoutMs = 20_000) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain until ${what}.`);
    await pause(LOOK_EVERY_MS);
  }
}

/** Looks until `read` gives what `isWanted` accepts; the failure shows what it gave last. */
export async function untilValue(what, read, isWanted, timeoutMs = 20_000) {
  let last;
  try {
    await until(what, async () => isWanted((last = await read())), timeoutMs);
  } catch (error) {
    throw new Error(`${error.message} Last seen: ${JSON.stringify(last)}`, { cause: error });
  }
  return last;
}
