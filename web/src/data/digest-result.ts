// SPDX-License-Identifier: MIT
// What comparing this device with the server has shown, in the shape that is kept and told. Pure.

/** `repaired`: some differed, and agree now. `undecided`: some kept changing while they were compared. */
export type DigestOutcome = 'equal' | 'repaired' | 'differs' | 'undecided';

export interface DigestResult {
  outcome: DigestOutcome;
  atMs: number;
  /** Records. */
  compared: number;
  differing: number;
}

/** What is looked at of a report of `sawa/digest`. */
interface Report {
  compared: number;
  differences: readonly unknown[];
  undecided: number;
  repaired: boolean;
}

/** What a round over all records has shown so far. */
export interface DigestRound {
  compared: number;
  differing: number;
  undecided: number;
  unrepaired: number;
}

export const NEW_ROUND: DigestRound = { compared: 0, differing: 0, undecided: 0, unrepaired: 0 };

export function withReport(round: DigestRound, report: Report): DigestRound {
  const differing = report.differences.length;
  return {
    compared: round.compared + report.compared,
    differing: round.differing + differing,
    undecided: round.undecided + report.undecided,
    unrepaired: round.unrepaired + (report.repaired ? 0 : differing),
  };
}

/** The worst that was found is what is told. */
export function resultOf({ compared, differing, undecided, unrepaired }: DigestRound, atMs: number): DigestResult {
  const repaired = differing > 0 ? 'repaired' : null;
  const outcome = unrepaired > 0 ? 'differs' : (repaired ?? (undecided > 0 ? 'undecided' : 'equal'));
  return { outcome, atMs, compared, differing };
}

/** What is kept from one start to the next: what was found last, and when something differed last. */
export interface DigestMemory {
  /** Of which device it is told. */
  device: string;
  last: DigestResult | null;
  difference: DigestResult | null;
}

const OUTCOMES: readonly unknown[] = ['equal', 'repaired', 'differs', 'undecided'] satisfies DigestOutcome[];

function isResult(value: unknown): value is DigestResult | null {
  if (value === null) return true;
  const { outcome, ...numbers } = (value ?? {}) as Partial<DigestResult>;
  const { atMs, compared, differing } = numbers;
  return OUTCOMES.includes(outcome) && [atMs, compared, differing].every(Number.isSafeInteger);
}

/** What a text says of a device; nothing where it says nothing that can be believed. */
export function memoryFrom(text: string | null, device: string): DigestMemory {
  try {
    const found = JSON.parse(text ?? 'null') as Partial<DigestMemory> | null;
    const { last = null, difference = null } = found ?? {};
    if (found?.device === device && isResult(last) && isResult(difference)) return { device, last, difference };
  } catch {
    // Somebody else's text.
  }
  return { device, last: null, difference: null };
}

export function remember(memory: DigestMemory, result: DigestResult): DigestMemory {
  return { ...memory, last: result, difference: result.differing > 0 ? result : memory.difference };
}
