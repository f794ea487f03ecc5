// SPDX-License-Identifier: MIT
// Numbers that look random and are the same in every run.

/** A generator of its own for every purpose, so that one that draws more does not change what another draws. */
export class Random {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** The next number in [0, 1): mulberry32. */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  /** A whole number in [0, below). */
  below(below) {
    return Math.floor(this.next() * below);
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  /** `count` different whole numbers in [0, below). */
  differentBelow(below, count) {
    const chosen = new Set();
    while (chosen.size < Math.min(count, below)) chosen.add(this.below(below));
    return [...chosen];
  }

  /** An id in the form of a UUID of version 7. */
  id(timeMs) {
    const hex = (digits) => Array.from({ length: digits }, () => this.below(16).toString(16)).join('');
    const time = timeMs.toString(16).padStart(12, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-${this.pick('89ab')}${hex(3)}-${hex(12)}`;
  }
}
