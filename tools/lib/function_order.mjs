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

// Deflate, roughly: it finds runs from this length on, this far back, among so many that begin alike; and writes a byte, or a
// run, in so many bytes.
const RUN_BYTES_MIN = 4;
const WINDOW_BYTES = 32_000;
const RUNS_COMPARED = 4;
const BYTE_COST = 0.9;
const RUN_COST = 2.4;
/** Keeps the smallest functions, of which any byte is found anywhere, from coming first. */
const FUNCTION_COST = 4;
const HASH_BITS = 20;

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

/** Estimates how well code compresses behind the code that was laid down before it. */
class Window {
  #bytes;
  #end = 0;
  /** The last place where a run begins that has this hash, and for each place the one before it. */
  #latest = new Int32Array(1 << HASH_BITS).fill(-1);
  #earlier;

  constructor(byteCount) {
    this.#bytes = new Uint8Array(byteCount);
    this.#earlier = new Int32Array(byteCount);
  }

  static #hash(bytes, at) {
    const start = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    return Math.imul(start, 0x9e3779b1) >>> (32 - HASH_BITS);
  }

  lay(body) {
    this.#bytes.set(body, this.#end);
    for (let offset = 0; offset + RUN_BYTES_MIN <= body.length; offset++) {
      const hash = Window.#hash(body, offset);
      this.#earlier[this.#end + offset] = this.#latest[hash];
      this.#latest[hash] = this.#end + offset;
    }
    this.#end += body.length;
  }

  /** Compressed bytes for each byte of the code. */
  costOf(body) {
    let cost = FUNCTION_COST;
    for (let at = 0; at < body.length;) {
      const run = this.#longestRun(body, at);
      cost += run >= RUN_BYTES_MIN ? RUN_COST : BYTE_COST;
      at += run >= RUN_BYTES_MIN ? run : 1;
    }
    return cost / body.length;
  }

  #longestRun(body, at) {
    if (at + RUN_BYTES_MIN > body.length) return 0;
    let longest = 0;
    let place = this.#latest[Window.#hash(body, at)];
    const oldest = Math.max(this.#end - WINDOW_BYTES, 0);
    for (let compared = 0; compared < RUNS_COMPARED && place >= oldest; compared++) {
      let length = 0;
      while (at + length < body.length && this.#bytes[place + length] === body[at + length]) length++;
      longest = Math.max(longest, length);
      place = this.#earlier[place];
    }
    return longest;
  }
}

/** Indices of the functions: each time the one that compresses best behind those before it, beginning with the first. */
function orderByLikeness(bodies) {
  const window = new Window(bodies.reduce((sum, body) => sum + body.length, 0));
  const left = new Set(bodies.keys());
  const order = [];
  for (let next = 0; next !== undefined;) {
    left.delete(next);
    order.push(next);
    window.lay(bodies[next]);
    next = undefined;
    let lowest = Infinity;
    for (const index of left) {
      const cost = window.costOf(bodies[index]);
      if (cost < lowest) [lowest, next] = [cost, index];
    }
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
    writeFileSync(named, Buffer.concat([module, nameSection(importCount, orderByLikeness(bodies))]));
    await runOrFail(wasmOpt, ['--all-features', named, '-g', '--reorder-functions-by-name', '-o', ordered]);
    // The levels make it write the code as tightly as it was.
    const levels = ['--optimize-level=2', '--shrink-level=2'];
    await runOrFail(wasmOpt, ['--all-features', ordered, ...levels, '--reorder-locals', '--strip-debug', '-o', plain]);
    writeFileSync(file, readFileSync(plain));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
