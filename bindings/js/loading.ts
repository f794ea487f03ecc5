// SPDX-License-Identifier: MIT
// Loading: feeds a JSON text to the engine in parts, and lets others have the thread between them.

import type { Engine } from './engine.js';
import { toJson } from './engine.js';
import { makeError } from './errors.js';
import type { LoadOptions, LoadReport, LoadSource } from './types.js';

/** The engine takes a few milliseconds for so much. */
const PART_BYTES = 64 * 1024;
/** For so long nobody else gets a turn. */
const TURN_MS = 12;

interface Progress extends LoadReport {
  more: boolean;
}

/** Fills a collection. Errors: those of Loader in src/engine/loader.h, and the reason of an aborted signal. */
export async function load(
  engine: Engine,
  collection: string,
  source: LoadSource,
  { signal, onProgress }: LoadOptions,
): Promise<LoadReport> {
  let turnEndsAtMs = performance.now() + TURN_MS;
  const step = async (last: boolean): Promise<Progress> => {
    if (performance.now() >= turnEndsAtMs) {
      await turn();
      turnEndsAtMs = performance.now() + TURN_MS;
    }
    signal?.throwIfAborted();
    const progress = await engine.callAsync<Progress>((module, database, call) =>
      module.load(database, call, Number(last)),
    );
    onProgress?.({ loaded: progress.loaded, skipped: progress.skipped });
    return progress;
  };
  engine.callNow((module, database) => module.loadBegin(database, collection));
  try {
    for await (const part of partsOf(source)) {
      engine.raw((module, database) => {
        const room = module.loadRoom(database, part.length);
        module.HEAPU8.set(part, room);
      });
      await step(false);
    }
    for (;;) {
      const { more, ...report } = await step(true);
      if (!more) return report;
    }
  } finally {
    if (engine.alive) engine.raw((module, database) => module.loadEnd(database));
  }
}

/** Input, painting and other callers come first. */
export async function turn(): Promise<void> {
  const { scheduler } = globalThis as { scheduler?: { yield?: () => Promise<void> } };
  if (scheduler?.yield) await scheduler.yield();
  else await new Promise((resolve) => setTimeout(resolve));
}

export async function* partsOf(source: LoadSource): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunksOf(source)) {
    for (let start = 0; start < chunk.length; start += PART_BYTES) yield chunk.subarray(start, start + PART_BYTES);
  }
}

async function* chunksOf(source: LoadSource): AsyncGenerator<Uint8Array> {
  if (source instanceof Uint8Array) {
    yield source;
  } else if (typeof source === 'string' || source instanceof Blob || source instanceof ReadableStream) {
    yield* chunksOfBody(new Response(source as BodyInit).body);
  } else if (Array.isArray(source)) {
    yield* chunksOfRecords(source as readonly object[]);
  } else {
    throw makeError('invalid_argument', 'what is loaded is a text, bytes, a blob, a stream or an array');
  }
}

async function* chunksOfBody(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  if (!reader) return;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    // Where it comes from need not go on; whether that works is nobody's concern here.
    reader.cancel().catch(() => undefined);
  }
}

function* chunksOfRecords(records: readonly object[]): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  let text = '[';
  for (const [index, record] of records.entries()) {
    text += (index > 0 ? ',' : '') + toJson(record);
    if (text.length < PART_BYTES) continue;
    yield encoder.encode(text);
    text = '';
  }
  yield encoder.encode(text + ']');
}
