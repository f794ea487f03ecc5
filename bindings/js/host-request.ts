// SPDX-License-Identifier: MIT
// Requests of the engine to the storage and the network, and their answers: lists of parts, both. The other side is
// src/platform/web/host_request.h.

import type { ErrorCode } from './error-codes.js';

/** Of a request and of its answer. C++ takes a text as its bytes in UTF-8. */
export type Part = number | string | ArrayBuffer;

/** C++ cannot catch a rejection: whatever fails is a value too. */
export type HostAnswer = { ok: true; parts: Part[] } | HostFailure;

export interface HostFailure {
  ok: false;
  code: ErrorCode;
  message: string;
}

export const success = (parts: Part[] = []): HostAnswer => ({ ok: true, parts });

export const failure = (code: ErrorCode, message: string): HostFailure => ({ ok: false, code, message });

/**
 * A connection of a HostStorage: src/storage/storage.h has the contract. All but `open` take the parts of their request.
 * The promises never reject.
 */
export interface HostStorage {
  open(name: string): Promise<HostAnswer>;
  /** Answers with where the pages stand, the directory and entries. */
  readState(): Promise<HostAnswer>;
  /** Answers with one buffer for each page; it is empty for one that is not there. */
  readPages(ids: number[]): Promise<HostAnswer>;
  /** Answers with the entries that were missed: with none, the new one is stored. */
  append(request: [after: number, entry: ArrayBuffer, strict: number]): Promise<HostAnswer>;
  /** Answers with entries. */
  readLog(request: [after: number]): Promise<HostAnswer>;
  /** Answers with 1, or with 0 if another context was first. */
  fold(request: FoldParts): Promise<HostAnswer>;
  close(): void;
}

/** `entry` is empty where there is none; `changes`: the ids of dropped pages, then id and bytes of each new one. */
export type FoldParts = [
  from: number,
  to: number,
  directory: ArrayBuffer,
  entry: ArrayBuffer,
  droppedCount: number,
  ...changes: Part[],
];

export type LogEntry = [position: number, bytes: ArrayBuffer];

/** Entries as parts of an answer: how many, then position and bytes of each. */
export const entryParts = (entries: LogEntry[]): Part[] => [entries.length, ...entries.flat()];
