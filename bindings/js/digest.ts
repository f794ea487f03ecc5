// SPDX-License-Identifier: MIT
// Do this device and the server have the same records? Both compute digests from what is really read: the app's own queries
// here, Django's rows there. Where they differ, the range is halved down to the records. A module of its own, so that only apps
// which check load it.

import { canonicalLine, digestOfLines, rowDigest } from './canonical.js';
import type { Database } from './database-types.js';
import type { AnySchema } from './schema.js';

/** One record that is not the same on both sides. */
export interface Difference {
  collection: string;
  id: string;
  /** The record as this device read it, null if it has none: the evidence, as repairing changes it. */
  here: Readonly<Record<string, unknown>> | null;
  /** The server has it too, with other values; or has it not. */
  there: 'other' | 'none';
}

export interface DigestReport {
  /** How many records of this device were compared. */
  compared: number;
  /** At most 100 are told. */
  differences: Difference[];
  /** How many of them were in ranges that differed, while records went on changing on one of the sides. */
  undecided: number;
  /** Whether the device has taken over the server's records since, and compared those again. */
  repaired: boolean;
  /** Whether all records of all collections have been compared now; of `compareNext`: since it was true last. */
  complete: boolean;
  atMs: number;
}

export interface DigestOptions {
  /** Ends the comparison with the signal's reason. */
  signal?: AbortSignal;
  onProgress?: (soFar: { compared: number }) => void;
}

export interface DigestCheck {
  /**
   * Compares all records of all collections, after a sync, and repairs what differs: the next sync replaces the confirmed state
   * by the server's. Nobody else has to wait meanwhile.
   * Errors: as of `sync`.
   */
  compare(options?: DigestOptions): Promise<DigestReport>;
  /**
   * Compares the next 500 records or fewer, so that calling it after each sync goes round all of them for the price of one short
   * request. Null where there is nothing to compare yet.
   */
  compareNext(): Promise<DigestReport | null>;
}

interface Row {
  id: string;
}

interface Range {
  collection: string;
  after: string | null;
  upto: string | null;
  rows: Row[];
}

interface Answer {
  count: number;
  digest: string;
  more: boolean;
  rows?: [id: string, digest: string][];
}

const RANGE_RECORDS = 500;
const RANGES_A_REQUEST = 16;
/** Ranges of so few records are asked for row by row. */
const ROWS_ASKED_FOR = 16;
const DIFFERENCES_TOLD = 100;
/** Something may change on either side between two reads: so often it is looked at again. */
const LOOKS = 3;

const NONE: DigestReport = { compared: 0, differences: [], undecided: 0, repaired: false, complete: true, atMs: 0 };

class Checker {
  readonly #database: Database<AnySchema>;
  readonly #fields: Map<string, string[]>;
  readonly #collections: string[];
  /** Where `compareNext` goes on. */
  #next = { collection: 0, after: null as string | null };

  constructor(database: Database<AnySchema>, schema: AnySchema) {
    this.#database = database;
    this.#fields = new Map(Object.entries(schema.collections).map(([name, { fields }]) => [name, Object.keys(fields)]));
    this.#collections = [...this.#fields.keys()];
  }

  async compare({ signal, onProgress }: DigestOptions = {}): Promise<DigestReport> {
    await this.#database.sync();
    const report = { ...NONE, atMs: Date.now() };
    const suspects: Range[] = [];
    for (const collection of this.#collections) {
      for (let after: string | null = null, done = false; !done;) {
        signal?.throwIfAborted();
        const ranges: Range[] = [];
        while (!done && ranges.length < RANGES_A_REQUEST) {
          const range = await this.#read(collection, after);
          ranges.push(range);
          after = range.upto;
          done = range.upto === null;
        }
        suspects.push(...(await this.#unequal(ranges)));
        report.compared += ranges.reduce((sum, { rows }) => sum + rows.length, 0);
        onProgress?.({ compared: report.compared });
      }
    }
    return this.#settle(report, suspects);
  }

  async compareNext(): Promise<DigestReport | null> {
    const collection = this.#collections[this.#next.collection];
    if (collection === undefined || !this.#database.status.ready) return null;
    const range = await this.#read(collection, this.#next.after);
    const suspects = await this.#unequal([range]);
    const ends = range.upto === null;
    const following = (this.#next.collection + 1) % this.#collections.length;
    this.#next = { collection: ends ? following : this.#next.collection, after: range.upto };
    const complete = ends && following === 0;
    return this.#settle({ ...NONE, compared: range.rows.length, complete, atMs: Date.now() }, suspects);
  }

  /** Looks again at what differed, finds the records, and repairs them. */
  async #settle(report: DigestReport, suspects: Range[]): Promise<DigestReport> {
    let left = suspects;
    for (let look = 0; look < LOOKS && left.length > 0; look++) {
      await this.#database.sync();
      left = await this.#unequal(await this.#readAgain(left));
      const differences: Difference[] = [];
      for (const range of left) differences.push(...(await this.#bisect(range)));
      // If anything has moved on either side since, it may be all that differs.
      const { pushed, pulled, waiting } = await this.#database.sync();
      if (pushed + pulled + waiting > 0 || differences.length === 0) continue;
      await this.#database.startOver();
      await this.#database.sync();
      const repaired = (await this.#unequal(await this.#readAgain(left))).length === 0;
      return { ...report, differences: differences.slice(0, DIFFERENCES_TOLD), repaired };
    }
    return { ...report, undecided: left.reduce((sum, { rows }) => sum + rows.length, 0) };
  }

  /** As many records behind `after` as make a range. */
  async #read(collection: string, after: string | null): Promise<Range> {
    const rows = await this.#page(collection, after);
    const upto = rows.length === RANGE_RECORDS ? rows.at(-1)!.id : null;
    return { collection, after, upto, rows };
  }

  /** The ranges with the records that they have now. */
  #readAgain(ranges: Range[]): Promise<Range[]> {
    return Promise.all(
      ranges.map(async (range) => {
        const rows: Row[] = [];
        for (let after = range.after, done = false; !done; after = rows.at(-1)?.id ?? after) {
          const page = await this.#page(range.collection, after);
          const inside = page.filter(({ id }) => range.upto === null || id <= range.upto);
          rows.push(...inside);
          done = page.length < RANGE_RECORDS || inside.length < page.length;
        }
        return { ...range, rows };
      }),
    );
  }

  async #page(collection: string, after: string | null): Promise<Row[]> {
    const position = after === null ? {} : { after: { id: after } };
    const records = await this.#database.find(collection, { ...position, limit: RANGE_RECORDS });
    const fields = this.#fields.get(collection)!;
    // The server may send more than the schema knows; the digest is of what it knows.
    return records.map((record) => {
      const row: Row & Record<string, unknown> = { id: record.id };
      for (const field of fields) row[field] = (record as Record<string, unknown>)[field] ?? null;
      return row;
    });
  }

  /** Those of the ranges that are not the same on the server. */
  async #unequal(ranges: Range[]): Promise<Range[]> {
    if (ranges.length === 0) return [];
    const answers = await this.#ask(ranges, false);
    const own = await Promise.all(ranges.map(({ rows }) => digestOfLines(rows.map((row) => canonicalLine(row)))));
    return ranges.filter(({ rows }, index) => {
      const answer = answers[index];
      return answer?.more !== false || answer.count !== rows.length || answer.digest !== own[index];
    });
  }

  async #ask(ranges: Range[], rows: boolean): Promise<Answer[]> {
    const asked = ranges.map(({ collection, after, upto }) => {
      return { collection, after, upto, fields: this.#fields.get(collection), rows };
    });
    const answer = (await this.#database.request('/sync/v1/digest', { protocol: 1, ranges: asked })) as {
      digests?: Answer[];
    };
    return Array.isArray(answer.digests) ? answer.digests : [];
  }

  async #bisect(range: Range): Promise<Difference[]> {
    if (range.rows.length <= ROWS_ASKED_FOR) return this.#compareRows(range);
    const middle = Math.floor(range.rows.length / 2);
    const border = range.rows[middle - 1]!.id;
    const halves = [
      { ...range, upto: border, rows: range.rows.slice(0, middle) },
      { ...range, after: border, rows: range.rows.slice(middle) },
    ];
    const found: Difference[] = [];
    for (const half of await this.#unequal(halves)) found.push(...(await this.#bisect(half)));
    return found;
  }

  async #compareRows({ collection, ...range }: Range): Promise<Difference[]> {
    const [answer] = await this.#ask([{ collection, ...range }], true);
    const there = new Map(answer?.rows);
    const differences: Difference[] = [];
    for (const row of range.rows) {
      const digest = there.get(row.id);
      there.delete(row.id);
      if (digest === (await rowDigest(canonicalLine(row)))) continue;
      differences.push({ collection, id: row.id, here: { ...row }, there: digest === undefined ? 'none' : 'other' });
    }
    for (const id of there.keys()) differences.push({ collection, id, here: null, there: 'other' });
    return differences;
  }
}

/** Compares a database with its server. `schema`: the one it was opened with. */
export function digestOf<Schema extends AnySchema>(database: Database<Schema>, schema: Schema): DigestCheck {
  return new Checker(database, schema);
}
