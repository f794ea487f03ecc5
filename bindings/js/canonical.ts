// SPDX-License-Identifier: MIT
// Canonical JSON (docs/protocol.md), and digests of it.

const encoder = new TextEncoder();
const ROW_DIGITS = 16;

/** Orders keys by their UTF-8 bytes, which is the order of code points; texts compare by units of UTF-16. */
function compareKeys(left: string, right: string): number {
  const [a, b] = [Array.from(left), Array.from(right)];
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const difference = a[index]!.codePointAt(0)! - b[index]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Keys ordered, no spaces, the fewest escapes, numbers as ECMAScript writes them. */
export function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([left], [right]) => compareKeys(left, right));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalText(member)}`).join(',')}}`;
}

/** What a record is in a digest: its id and its fields that are not null, and a line end. */
export function canonicalLine(record: object): string {
  const present = Object.entries(record).filter(([, value]) => value !== null);
  return `${canonicalText(Object.fromEntries(present))}\n`;
}

async function sha256(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(text)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The digest of a range. */
export const digestOfLines = (lines: readonly string[]): Promise<string> => sha256(lines.join(''));

/** The digest of one record. */
export const rowDigest = async (line: string): Promise<string> => (await sha256(line)).slice(0, ROW_DIGITS);
