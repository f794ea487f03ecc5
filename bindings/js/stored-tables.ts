// SPDX-License-Identifier: MIT
// Reads the small tables of a stored database without the engine, and writes a log entry: docs/storage-format.md.

import { crc32c } from './crc32c.js';
import { makeError } from './errors.js';
import type { SawaError } from './errors.js';
import type { StoredDatabase } from './stored-database.js';

const FRAME_SIZE = 9;
const FRAME_VERSION = 1;
/** What a change of a log entry does. */
export const PUT = 0;
const REMOVE = 1;
export const CLEAR = 2;
export const RELOAD = 3;
/** Of an outbox entry: accepted, kept for a server that is restored. All other states are to be sent. */
const ACCEPTED = 1;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

const corrupt = (what: string): SawaError => makeError('storage_corrupt', what);

/** Keys to values, of tables whose keys are texts. */
export type Table = Map<string, Uint8Array>;

class Reader {
  #at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  skipTo(offset: number): void {
    this.#at = offset;
  }

  byte(): number {
    return this.bytes(1)[0]!;
  }

  bytes(count: number): Uint8Array {
    const end = this.#at + count;
    if (end > this.#bytes.length) throw corrupt('a stored block ends too early');
    const found = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return found;
  }

  fixed(): number {
    const bytes = this.bytes(4);
    return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (!Number.isSafeInteger(value)) throw corrupt('a stored number is too large');
      if (byte < 0x80) return value;
    }
  }

  signed(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  block(): Uint8Array {
    return this.bytes(this.varint());
  }

  text(): string {
    return textOf(this.block());
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw makeError('storage_corrupt', 'a stored text is not UTF-8', { cause });
  }
}

/** The body of a block. Errors: storage_corrupt, storage_version_too_new. */
function unframe(block: ArrayBuffer, magic: string): Reader {
  const bytes = new Uint8Array(block);
  const found = String.fromCharCode(...bytes.subarray(0, 4));
  const version = bytes[4] ?? 0;
  if (found !== magic || version === 0) throw corrupt(`a stored block is no ${magic}`);
  if (version > FRAME_VERSION) throw makeError('storage_version_too_new', `${magic} of format ${version}`);
  const body = bytes.subarray(FRAME_SIZE);
  if (bytes.length < FRAME_SIZE || new DataView(block).getUint32(5, true) !== crc32c(body)) {
    throw corrupt(`the checksum of a ${magic} does not fit`);
  }
  return new Reader(body);
}

interface Change {
  kind: number;
  table: string;
  key: Uint8Array;
  value: Uint8Array;
}

const NONE = new Uint8Array();

/** What a log entry changes, in order. Errors: storage_corrupt, storage_version_too_new. */
export function* changesOf(block: ArrayBuffer): Generator<Change> {
  const reader = unframe(block, 'SWLB');
  for (let left = reader.varint(); left > 0; left -= 1) {
    const kind = reader.byte();
    if (kind > RELOAD) throw corrupt('a log entry has a change of an unknown kind');
    const table = reader.text();
    const key = kind === PUT || kind === REMOVE ? reader.block() : NONE;
    yield { kind, table, key, value: kind === PUT ? reader.block() : NONE };
  }
  if (!reader.isAtEnd) throw corrupt('a log entry is longer than it says');
}

/** The ids of each table's pages. Errors: as of `changesOf`. */
export function pagesIn(directory: ArrayBuffer): Map<string, number[]> {
  const reader = unframe(directory, 'SWDR');
  reader.fixed();
  const tables = new Map<string, number[]>();
  for (let left = reader.varint(); left > 0; left -= 1) {
    const table = reader.text();
    const ids: number[] = [];
    for (let pagesLeft = reader.varint(); pagesLeft > 0; pagesLeft -= 1) {
      ids.push(reader.fixed());
      reader.block();
      reader.fixed();
    }
    tables.set(table, ids);
  }
  if (!reader.isAtEnd) throw corrupt('the directory is longer than it says');
  return tables;
}

/** The entries of a page, in order. Errors: as of `changesOf`. */
export function* entriesIn(page: ArrayBuffer): Generator<[key: Uint8Array, value: Uint8Array]> {
  const reader = unframe(page, 'SWPG');
  const count = reader.fixed();
  // Behind the offsets, the entries follow each other without gaps.
  reader.skipTo(4 + 4 * count);
  for (let left = count; left > 0; left -= 1) yield [reader.block(), reader.block()];
}

/** The log entries that the pages do not hold yet, in order. Errors: storage_corrupt for a gap. */
export function unfolded({ foldedTo, log }: StoredDatabase): ArrayBuffer[] {
  const entries = log.filter(([position]) => position > foldedTo).sort(([left], [right]) => left - right);
  for (const [index, [position]] of entries.entries()) {
    if (position !== foldedTo + index + 1) throw corrupt('the log has a gap');
  }
  return entries.map(([, entry]) => entry);
}

/** Checks every block that the state is made of. Errors: storage_corrupt, storage_version_too_new. */
export function checkStored(stored: StoredDatabase): void {
  const pages = new Map(stored.pages);
  for (const ids of stored.directory ? pagesIn(stored.directory).values() : []) {
    for (const id of ids) if (!pages.has(id)) throw corrupt(`the page ${id} is missing`);
  }
  for (const [, page] of stored.pages) unframe(page, 'SWPG');
  for (const entry of unfolded(stored)) for (const change of changesOf(entry)) void change;
}

/**
 * Some of the tables. Where a block cannot be read, `onDamage` gets the error and decides: it throws it, or the rest is
 * read without that block.
 */
export function readTables<Name extends string>(
  stored: StoredDatabase,
  names: readonly Name[],
  onDamage: (error: unknown) => void,
): Record<Name, Table> {
  const attempt = (work: () => void) => {
    try {
      work();
    } catch (error) {
      onDamage(error);
    }
  };
  const tables = Object.fromEntries(names.map((name) => [name, new Map()])) as Record<string, Table>;
  const pages = new Map(stored.pages);
  attempt(() => {
    for (const [table, ids] of stored.directory ? pagesIn(stored.directory) : []) {
      const target = tables[table];
      for (const id of target ? ids : []) {
        attempt(() => {
          for (const [key, value] of entriesIn(pages.get(id) ?? new ArrayBuffer(0))) target!.set(textOf(key), value);
        });
      }
    }
  });
  attempt(() => void unfolded(stored));
  for (const [position, entry] of [...stored.log].sort(([left], [right]) => left - right)) {
    if (position <= stored.foldedTo) continue;
    attempt(() => {
      for (const { kind, table, key, value } of changesOf(entry)) {
        const target = tables[table];
        if (kind === PUT) target?.set(textOf(key), value);
        else if (kind === REMOVE) target?.delete(textOf(key));
        else if (kind === CLEAR) target?.clear();
      }
    });
  }
  return tables;
}

export const metaText = (meta: Table, key: string): string => textOf(meta.get(key) ?? NONE);

/** A mutation that waits to be sent, and when it was made. */
export interface WaitingMutation {
  createdAtMs: number;
  /** As it is sent. */
  mutation: object;
}

/** The mutations of the table `outbox` that are still to be sent, in order. Errors: storage_corrupt. */
export function waitingIn(outbox: Table): WaitingMutation[] {
  return [...outbox.keys()].sort().flatMap((key) => {
    const reader = new Reader(outbox.get(key)!);
    const state = reader.varint();
    const createdAtMs = reader.signed();
    const mutation = jsonOf(reader.block());
    return state === ACCEPTED ? [] : [{ createdAtMs, mutation }];
  });
}

/** The JSON object of stored bytes. Errors: storage_corrupt. */
export function jsonOf(bytes: Uint8Array): object {
  try {
    return JSON.parse(textOf(bytes)) as object;
  } catch (cause) {
    throw makeError('storage_corrupt', 'a stored text is not JSON', { cause });
  }
}

const blockOf = (bytes: Uint8Array): number[] => [...varintOf(bytes.length), ...bytes];

function varintOf(value: number): number[] {
  return value < 128 ? [value] : [128 + (value % 128), ...varintOf(Math.floor(value / 128))];
}

/** A log entry that puts texts into the table `meta`, and removes what is null. */
export function metaEntry(changes: Readonly<Record<string, string | null>>): ArrayBuffer {
  const texts = Object.entries(changes);
  const body = varintOf(texts.length);
  for (const [key, text] of texts) {
    body.push(text === null ? REMOVE : PUT, ...blockOf(encoder.encode('meta')), ...blockOf(encoder.encode(key)));
    if (text !== null) body.push(...blockOf(encoder.encode(text)));
  }
  return framed('SWLB', Uint8Array.from(body));
}

/** A body with its frame. */
export function framed(magic: string, body: Uint8Array): ArrayBuffer {
  const bytes = new Uint8Array(FRAME_SIZE + body.length);
  bytes.set([...encoder.encode(magic), FRAME_VERSION]);
  new DataView(bytes.buffer).setUint32(5, crc32c(body), true);
  bytes.set(body, FRAME_SIZE);
  return bytes.buffer;
}
