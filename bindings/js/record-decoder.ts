// SPDX-License-Identifier: MIT
// Reads records out of the engine's memory: one pass over the bytes of an answer, no copy. EncodeAnswer in
// bindings/embind/envelope.h and docs/storage-format.md have the layout.

const ID_BYTES = 16;
const STAMP_BYTES = 16;
const PLACES_IN_ONE_BYTE_MAX = 256;

const latin1 = new TextDecoder('latin1');
// A byte order mark is part of the text that somebody wrote.
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export type NamesOfShape = (shape: number) => readonly string[];

export class RecordDecoder {
  readonly #memory: () => Uint8Array<ArrayBuffer>;
  readonly #namesOfShape: NamesOfShape;
  readonly #shapes: (readonly string[])[] = [];
  #address = 0;
  #bytes = new Uint8Array();
  #view = new DataView(new ArrayBuffer(0));
  #position = 0;
  /** All bytes as text, of which texts that are ASCII are cut: that is faster than to decode each. */
  #text = '';

  /** `memory` gives the engine's memory as it is now: when it grows, older arrays of it become empty. */
  constructor(memory: () => Uint8Array<ArrayBuffer>, namesOfShape: NamesOfShape) {
    this.#memory = memory;
    this.#namesOfShape = namesOfShape;
  }

  /** The records of the answer at `address`. */
  decode(address: number): object[] {
    this.#address = address;
    this.#attach();
    this.#text = latin1.decode(this.#bytes);
    this.#position = 4;
    const records: object[] = [];
    for (let count = this.#view.getUint32(0, true); count > 0; count--) records.push(this.#record());
    return records;
  }

  #attach(): void {
    const { buffer } = this.#memory();
    const byteCount = new DataView(buffer, this.#address, 4).getUint32(0, true);
    this.#bytes = new Uint8Array(buffer, this.#address + 4, byteCount);
    this.#view = new DataView(buffer, this.#address + 4, byteCount);
  }

  #record(): object {
    const id = this.#uuid();
    this.#position += 4;
    const flags = this.#byte();
    const shape = this.#variable();
    const names = shape === 0 ? this.#names() : this.#shape(shape);
    this.#skipStamps(flags, names.length);
    const record: Record<string, unknown> = { id };
    for (const name of names) {
      const value = this.#value();
      // A field of this name must not become the object's prototype.
      if (name === '__proto__') Object.defineProperty(record, name, { value, enumerable: true });
      else record[name] = value;
    }
    return record;
  }

  #shape(number: number): readonly string[] {
    const known = this.#shapes[number];
    if (known) return known;
    const names = this.#namesOfShape(number);
    this.#attach();
    return (this.#shapes[number] = names);
  }

  #names(): string[] {
    return Array.from({ length: this.#variable() }, () => this.#string(this.#variable()));
  }

  #skipStamps(flags: number, fieldCount: number): void {
    if (flags & 1) this.#position += STAMP_BYTES;
    const kind = flags & 6;
    if (kind === 2) this.#position += STAMP_BYTES;
    if (kind === 4) {
      const count = this.#variable();
      this.#position += count * STAMP_BYTES + fieldCount * (count <= PLACES_IN_ONE_BYTE_MAX ? 1 : 3);
    }
  }

  #value(): unknown {
    const code = this.#byte();
    if (code < 0x80) return code;
    if (code >= 0xe0) return code - 0x100;
    if (code >= 0xa0 && code < 0xc0) return this.#string(code & 0x1f);
    if (code === 0xc2 || code === 0xc3) return code === 0xc3;
    return this.#longValue(code);
  }

  #longValue(code: number): unknown {
    switch (code) {
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return this.#json(this.#unsigned(1 << (code - 0xc7)));
      case 0xcb:
        return this.#view.getFloat64((this.#position += 8) - 8);
      case 0xcc:
      case 0xcd:
      case 0xce:
      case 0xcf:
        return this.#unsigned(1 << (code - 0xcc));
      case 0xd3:
        return Number(this.#view.getBigInt64((this.#position += 8) - 8));
      case 0xd8:
        this.#position += 1;
        return this.#uuid();
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#string(this.#unsigned(1 << (code - 0xd9)));
      default:
        return null;
    }
  }

  #json(byteCount: number): unknown {
    this.#position += 1;
    return JSON.parse(this.#string(byteCount));
  }

  #string(byteCount: number): string {
    const start = this.#position;
    const end = (this.#position += byteCount);
    for (let index = start; index < end; index++) {
      if (this.#bytes[index]! >= 0x80) return utf8.decode(this.#bytes.subarray(start, end));
    }
    return this.#text.slice(start, end);
  }

  #uuid(): string {
    let text = '';
    for (let index = 0; index < ID_BYTES; index++) {
      if (index === 4 || index === 6 || index === 8 || index === 10) text += '-';
      text += HEX[this.#byte()]!;
    }
    return text;
  }

  #byte(): number {
    return this.#bytes[this.#position++]!;
  }

  #unsigned(byteCount: number): number {
    let value = 0;
    for (let index = 0; index < byteCount; index++) value = value * 256 + this.#byte();
    return value;
  }

  #variable(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }
}
