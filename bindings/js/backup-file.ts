// SPDX-License-Identifier: MIT
// A whole database as one file: docs/storage-format.md, "Backup file".

import { crc32c } from './crc32c.js';
import { makeError } from './errors.js';
import type { SawaError } from './errors.js';
import type { Block, StoredDatabase } from './stored-database.js';

const MAGIC = 'SWBK';
const VERSION = 1;
/** Magic, version and checksum, and the length of the contents. */
const HEAD_SIZE = 13;
const CHECKED_FROM = 9;
const FILE_BYTES_MAX = 1024 * 1024 * 1024;
/** To go through more at once would hold up the page. */
const BYTES_A_TURN = 4 * 1024 * 1024;

/** What the file says of itself. */
interface Contents {
  name: string;
  exported_at_ms: number;
  folded_to: number;
  /** Lengths in bytes. */
  directory: number | null;
  log: [position: number, length: number][];
  pages: [id: number, length: number][];
}

export interface BackupFile {
  name: string;
  exportedAtMs: number;
  stored: StoredDatabase;
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

async function checksumOf(parts: readonly Uint8Array[]): Promise<number> {
  let checksum = 0;
  let byteCount = 0;
  for (const part of parts) {
    for (let from = 0; from < part.length; from += BYTES_A_TURN) {
      const piece = part.subarray(from, from + BYTES_A_TURN);
      checksum = crc32c(piece, checksum);
      byteCount += piece.length;
      if (byteCount < BYTES_A_TURN) continue;
      byteCount = 0;
      await turn();
    }
  }
  return checksum;
}

/** The file of a stored database. */
export async function encodeBackup({ name, exportedAtMs, stored }: BackupFile): Promise<Blob> {
  const lengths = (blocks: readonly Block[]) =>
    blocks.map(([key, bytes]) => [key, bytes.byteLength] as [number, number]);
  const contents: Contents = {
    ...{ name, exported_at_ms: exportedAtMs, folded_to: stored.foldedTo },
    directory: stored.directory?.byteLength ?? null,
    log: lengths(stored.log),
    pages: lengths(stored.pages),
  };
  const text = new TextEncoder().encode(JSON.stringify(contents));
  const head = new Uint8Array(HEAD_SIZE);
  const view = new DataView(head.buffer);
  head.set([...new TextEncoder().encode(MAGIC), VERSION]);
  view.setUint32(CHECKED_FROM, text.length, true);
  const blocks = [
    ...(stored.directory ? [stored.directory] : []),
    ...[...stored.log, ...stored.pages].map(([, b]) => b),
  ];
  const parts = [text, ...blocks.map((block) => new Uint8Array(block))];
  view.setUint32(5, await checksumOf([head.subarray(CHECKED_FROM), ...parts]), true);
  return new Blob([head, ...parts], { type: 'application/octet-stream' });
}

/**
 * What is in a file. Errors: invalid_argument with the reason `not_a_backup`; limit_exceeded; storage_corrupt;
 * storage_version_too_new.
 */
export async function decodeBackup(file: Blob | ArrayBuffer | Uint8Array): Promise<BackupFile> {
  const blob = file instanceof Blob ? file : new Blob([file as BlobPart]);
  if (blob.size > FILE_BYTES_MAX) throw makeError('limit_exceeded', 'a backup has at most 1 GiB');
  const bytes = new Uint8Array(await blob.arrayBuffer());
  if (new TextDecoder('latin1').decode(bytes.subarray(0, 4)) !== MAGIC || bytes[4] === 0) {
    throw makeError('invalid_argument', 'this file is no backup', { details: { reason: 'not_a_backup' } });
  }
  if (bytes.length < HEAD_SIZE) throw damaged();
  if (bytes[4]! > VERSION) throw makeError('storage_version_too_new', `a backup of format ${bytes[4]}`);
  const view = new DataView(bytes.buffer);
  if (view.getUint32(5, true) !== (await checksumOf([bytes.subarray(CHECKED_FROM)]))) throw damaged();
  const end = HEAD_SIZE + view.getUint32(CHECKED_FROM, true);
  const contents = contentsOf(bytes.subarray(HEAD_SIZE, end));
  let at = end;
  const take = (length: number): ArrayBuffer => {
    if (at + length > bytes.length) throw damaged();
    at += length;
    return bytes.slice(at - length, at).buffer;
  };
  const directory = contents.directory === null ? null : take(contents.directory);
  const blocksOf = (lengths: Contents['log']) => lengths.map(([key, length]): Block => [key, take(length)]);
  const log = blocksOf(contents.log);
  const pages = blocksOf(contents.pages);
  if (at !== bytes.length) throw damaged();
  const { name, exported_at_ms: exportedAtMs, folded_to: foldedTo } = contents;
  return { name, exportedAtMs, stored: { foldedTo, directory, log, pages } };
}

const damaged = (): SawaError => makeError('storage_corrupt', 'the backup is damaged or not whole');

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** Keys ascend, and each is there once. */
function areLengths(value: unknown): value is Contents['log'] {
  if (!Array.isArray(value)) return false;
  let last = 0;
  return value.every((pair: unknown) => {
    if (!Array.isArray(pair) || pair.length !== 2 || !pair.every(isCount) || pair[0]! <= last) return false;
    last = pair[0]!;
    return true;
  });
}

/** Whoever can make the checksum fit can write anything: nothing of it is believed. */
function contentsOf(bytes: Uint8Array): Contents {
  let contents: Partial<Contents> | null;
  try {
    contents = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Partial<Contents> | null;
  } catch (cause) {
    throw makeError('storage_corrupt', 'the backup does not say what is in it', { cause });
  }
  const { name, exported_at_ms: exportedAtMs, folded_to: foldedTo, directory, log, pages } = contents ?? {};
  const fits =
    typeof name === 'string' &&
    isCount(exportedAtMs) &&
    isCount(foldedTo) &&
    (directory === null || isCount(directory)) &&
    areLengths(log) &&
    areLengths(pages);
  if (!fits) throw damaged();
  return contents as Contents;
}
