// SPDX-License-Identifier: MIT
// Categories are written as one text, with an optional finer part: `Furniture / Chairs`.

const SEPARATOR = ' / ';

/** The coarse part of a category. */
export function groupOf(category: string): string {
  return category.split(SEPARATOR, 1)[0] ?? category;
}

/** The finest part of a category. */
export function leafOf(category: string): string {
  const at = category.indexOf(SEPARATOR);
  return at < 0 ? category : category.slice(at + SEPARATOR.length);
}

/** A colour angle that is always the same for a group: a help for the eye, never the only sign. */
export function groupHue(category: string): number {
  let hash = 7;
  for (const letter of groupOf(category)) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  // Steps of the golden angle keep neighbours apart.
  return Math.round((hash * 137.5) % 360);
}
