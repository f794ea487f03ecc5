// SPDX-License-Identifier: MIT
// The answers of two servers in a form in which what docs/protocol.md leaves open makes no difference: how changes are
// packed, versions and cursors, the words of messages, and whether a field that nobody has set is named.
import { isDeepStrictEqual } from 'node:util';

const ZERO_STAMP = `${'0'.repeat(16)}-${'0'.repeat(16)}`;

/** A counter has no stamp, and one that nobody moved is 0. */
const COUNTERS = new Set(['stock']);

/** { collection, id, removed, partial, fields: { name: [value, stamp] } }; of a tombstone `fields` are the hidden ones. */
function recordOf({ collection, id, stamp, stamps = {}, fields = {}, removed = false, partial = false }) {
  const states = Object.entries(fields)
    .map(([name, value]) => {
      const own = removed ? (stamps[name] ?? ZERO_STAMP) : (stamps[name] ?? stamp);
      return COUNTERS.has(name) ? [name, [value ?? 0, ZERO_STAMP]] : [name, [value, own]];
    })
    .filter(([, [value, own]]) => own !== ZERO_STAMP || (value !== null && value !== 0))
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return { collection, id, removed: removed ? stamp : null, partial, fields: Object.fromEntries(states) };
}

const byKey = (left, right) => (left.collection + left.id < right.collection + right.id ? -1 : 1);

/** Records and tombstones with all that is hidden in them. */
export const stateOf = (rows) => rows.map(recordOf).sort(byKey);

function* unpacked({ collection, ids, stamps, fields, partial }) {
  for (const [row, id] of ids.entries()) {
    const own = Object.entries(fields).map(([name, column]) => [name, column[row]]);
    yield { collection, id, stamp: stamps[row] ?? stamps.at(-1), partial, fields: Object.fromEntries(own) };
  }
}

function changesOf({ changes, blocks = [] }) {
  const all = [...changes, ...blocks.flatMap((block) => [...unpacked(block)])].map(recordOf);
  // A tombstone need not tell what is hidden in it.
  return all.map((record) => (record.removed ? { ...record, fields: {} } : record)).sort(byKey);
}

function verdictOf({ seq, status, code, first_status: firstStatus = null, warnings }) {
  return { seq, status, code, firstStatus, warnings };
}

/** What a device acts on in the answer to a sync. */
export function answerOf(status, json) {
  if (status !== 200) {
    const { code, details = {} } = json.error;
    return { status, code, expected: details.expected ?? null };
  }
  const { verdicts, reset, more } = json;
  return { status, reset, more, verdicts: verdicts.map(verdictOf), changes: changesOf(json) };
}

/** The same answer to a request that the server had before: what was new then is a duplicate now. */
export function repeatedAnswer(answer) {
  if (answer.status !== 200) return answer;
  const verdicts = answer.verdicts.map((verdict) => ({
    ...verdict,
    status: 'duplicate',
    firstStatus: verdict.firstStatus ?? verdict.status,
  }));
  return { ...answer, verdicts };
}

/** The parts of two values that differ, by their paths; null if they are equal. */
export function difference(expected, actual) {
  if (isDeepStrictEqual(expected, actual)) return null;
  const nested = [expected, actual].every((value) => typeof value === 'object' && value !== null);
  if (!nested) return { expected, actual };
  const names = new Set([...Object.keys(expected), ...Object.keys(actual)]);
  const found = [...names].map((name) => [name, difference(expected[name], actual[name])]);
  return Object.fromEntries(found.filter(([, each]) => each !== null));
}
