// SPDX-License-Identifier: MIT
// Lays functions of a WebAssembly module that look alike side by side: gzip finds repeated bytes only within 32 KiB, and the
// linker's order, by how often a function is called, scatters them.
//
// Binary format: https://webassembly.github.io/spec/core/binary/
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { runOrFail } from './process.mjs';

const NAME_SECTION = 0;
const IMPORT_SECTION = 2;
const CODE_SECTION = 10;
const IMPORT_OF_A_FUNCTION = 0;
const HEADER_BYTES = 8;

// What is counted as alike: runs of so many bytes, among so many bytes laid down last. Found by trial; around them the result
// moves by some per mille.
const RUN_BYTES = 5;
const WINDOW_BYTES = 12_000;
/** Keeps the smallest functions, of which any byte is found anywhere, from coming first. */
const SMALLNESS_BYTES = 8;

/** Reads numbers, byte by byte. */
class Reader {
  constructor(bytes, position) {
    this.bytes = bytes;
    this.position = position;
  }

  byte() {
    return this.bytes[this.position++];
  }

  /** An unsigned LEB128 number. */
  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  /** So many bytes, as their length says that comes first. */
  run() {
    const length = this.number();
    this.position += length;
    return this.bytes.subarray(this.position - length, this.position);
  }
}

function encodeNumber(value) {
  const bytes = [];
  for (; value > 0x7f; value = Math.floor(value / 0x80)) bytes.push((value & 0x7f) | 0x80);
  return Buffer.from([...bytes, value]);
}

const withLength = (bytes) => Buffer.concat([encodeNumber(bytes.length), bytes]);

/** How many functions the module imports (it imports nothing else), and the code of its own. */
function readFunctions(module) {
  let importCount = 0;
  const bodies = [];
  const reader = new Reader(module, HEADER_BYTES);
  while (reader.position < module.length) {
    const id = reader.byte();
    const section = new Reader(reader.run(), 0);
    if (id === IMPORT_SECTION) {
      importCount = section.number();
      for (let index = 0; index < importCount; index++) {
        section.run();
        section.run();
        if (section.byte() !== IMPORT_OF_A_FUNCTION) throw new Error('the module imports more than functions');
        section.number();
      }
    } else if (id === CODE_SECTION) {
      const count = section.number();
      for (let index = 0; index < count; index++) bodies.push(section.run());
    }
  }
  return { importCount, bodies };
}

/** The distinct runs of bytes in a function's code, as numbers. */
function runsOf(body) {
  const runs = new Set();
  for (let end = RUN_BYTES; end <= body.length; end++) {
    let run = 0;
    for (let at = end - RUN_BYTES; at < end; at++) run = run * 0x100 + body[at];
    runs.add(run);
  }
  return [...runs];
}

/** Indices of the functions: each time the one of which most has just been laid down, beginning with the first. */
function orderBySimilarity(bodies) {
  const left = new Map(bodies.map((body, index) => [index, runsOf(body)]));
  const order = [];
  const counts = new Map();
  let windowStart = 0;
  let windowBytes = 0;
  const runs = [...left.values()];
  const lay = (index) => {
    left.delete(index);
    order.push(index);
    windowBytes += bodies[index].length;
    for (const run of runs[index]) counts.set(run, (counts.get(run) ?? 0) + 1);
    while (windowBytes > WINDOW_BYTES) {
      const oldest = order[windowStart++];
      windowBytes -= bodies[oldest].length;
      for (const run of runs[oldest]) {
        const count = counts.get(run) - 1;
        if (count > 0) counts.set(run, count);
        else counts.delete(run);
      }
    }
  };
  lay(0);
  while (left.size > 0) {
    let next;
    let best = -1;
    for (const [index, list] of left) {
      let known = 0;
      for (const run of list) if (counts.has(run)) known++;
      const score = known / (list.length + SMALLNESS_BYTES);
      if (score > best) [best, next] = [score, index];
    }
    lay(next);
  }
  return order;
}

/** A custom section that names each function by its place in the order. */
function nameSection(importCount, order) {
  const digits = String(order.length).length;
  const places = new Map(order.map((index, place) => [index, String(place).padStart(digits, '0')]));
  const names = order.map((_, index) => [
    encodeNumber(importCount + index),
    withLength(Buffer.from(places.get(index))),
  ]);
  const functionNames = Buffer.concat([encodeNumber(names.length), ...names.flat()]);
  const content = [withLength(Buffer.from('name')), Buffer.from([1]), withLength(functionNames)];
  return Buffer.concat([Buffer.from([NAME_SECTION]), withLength(Buffer.concat(content))]);
}

/**
 * Reorders the functions of the module in `file`, which has no names, in place. `wasmOpt`: the program of Binaryen, which does
 * the renumbering. The file is unchanged on failure.
 */
export async function orderFunctions(file, wasmOpt) {
  const module = readFileSync(file);
  const { importCount, bodies } = readFunctions(module);
  const folder = mkdtempSync(path.join(tmpdir(), 'sawa-order-'));
  try {
    const [named, ordered, plain] = ['named', 'ordered', 'plain'].map((name) => path.join(folder, `${name}.wasm`));
    writeFileSync(named, Buffer.concat([module, nameSection(importCount, orderBySimilarity(bodies))]));
    await runOrFail(wasmOpt, ['--all-features', named, '-g', '--reorder-functions-by-name', '-o', ordered]);
    // The levels make it write the code as tightly as it was.
    const levels = ['--optimize-level=2', '--shrink-level=2'];
    await runOrFail(wasmOpt, ['--all-features', ordered, ...levels, '--reorder-locals', '--strip-debug', '-o', plain]);
    writeFileSync(file, readFileSync(plain));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
