// SPDX-License-Identifier: MIT
// Records packed into pages: the values of each, one after another, in the order of the keys of its collection.

const ABSENT = 0;
/** Of ASCII alone: a piece of the page read as Latin-1. */
const PLAIN_TEXT = 1;
const TEXT = 2;
const NUMBER = 3;
const BOOLEAN = 4;
const LIST = 5;
const NUMBER_LENGTH = 8;
const TEXT_HEAD_LENGTH = 3;
const RECORD_LENGTH_MAX = 4096;
const ASCII_MAX = 0x7f;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const latinDecoder = new TextDecoder('latin1');

/** Writes records into pages of at most `pageLength` bytes. */
export class PageWriter {
  #pages = [];
  #bytes = null;
  #view = null;
  #end = 0;

  constructor(pageLength) {
    this.pageLength = pageLength;
  }

  /** Gives the place of the record: { page, offset }. */
  add(record, keys) {
    if (this.#bytes === null || this.#end + RECORD_LENGTH_MAX > this.pageLength) this.#startPage();
    const place = { page: this.#pages.length, offset: this.#end };
    for (const key of keys) this.#addValue(record[key]);
    return place;
  }

  finish() {
    if (this.#bytes !== null) this.#pages.push(this.#bytes.buffer.slice(0, this.#end));
    this.#bytes = null;
    return this.#pages;
  }

  #startPage() {
    this.finish();
    this.#bytes = new Uint8Array(this.pageLength);
    this.#view = new DataView(this.#bytes.buffer);
    this.#end = 0;
  }

  #addValue(value) {
    if (typeof value === 'string') this.#addText(value);
    else if (typeof value === 'number') this.#addNumber(value);
    else if (typeof value === 'boolean') this.#addPair(BOOLEAN, Number(value));
    else if (Array.isArray(value)) this.#addList(value);
    else this.#bytes[this.#end++] = ABSENT;
  }

  #addPair(type, value) {
    this.#bytes[this.#end++] = type;
    this.#bytes[this.#end++] = value;
  }

  #addText(text) {
    const start = this.#end + TEXT_HEAD_LENGTH;
    const isPlain = this.#copyPlain(text, start);
    const length = isPlain ? text.length : encoder.encodeInto(text, this.#bytes.subarray(start)).written;
    this.#bytes[this.#end] = isPlain ? PLAIN_TEXT : TEXT;
    this.#view.setUint16(this.#end + 1, length);
    this.#end = start + length;
  }

  /** For short texts faster than an encoder; false if the text is not ASCII. */
  #copyPlain(text, start) {
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > ASCII_MAX) return false;
      this.#bytes[start + index] = code;
    }
    return true;
  }

  #addNumber(number) {
    this.#bytes[this.#end] = NUMBER;
    this.#view.setFloat64(this.#end + 1, number);
    this.#end += 1 + NUMBER_LENGTH;
  }

  #addList(list) {
    this.#addPair(LIST, list.length);
    for (const item of list) this.#addValue(item);
  }
}

/** Reads what a PageWriter wrote. */
export class PageReader {
  offset = 0;

  constructor(page) {
    this.bytes = new Uint8Array(page);
    this.view = new DataView(page);
    this.plain = latinDecoder.decode(page);
  }

  get atEnd() {
    return this.offset >= this.bytes.length;
  }

  recordAt(offset, keys) {
    this.offset = offset;
    const record = {};
    for (const key of keys) record[key] = this.#value();
    return record;
  }

  /** The values at `positions` of the record here, which has `count`; goes on to the next record. */
  valuesAt(positions, count) {
    const values = [];
    for (let position = 0; position < count; position++) {
      if (positions.includes(position)) values.push(this.#value());
      else this.#skip();
    }
    return values;
  }

  /** Goes past a text, and gives where it starts. */
  #passText() {
    const start = this.offset + 2;
    this.offset = start + this.view.getUint16(this.offset);
    return start;
  }

  #value() {
    switch (this.bytes[this.offset++]) {
      case PLAIN_TEXT:
        return this.plain.slice(this.#passText(), this.offset);
      case TEXT:
        return decoder.decode(this.bytes.subarray(this.#passText(), this.offset));
      case NUMBER:
        this.offset += NUMBER_LENGTH;
        return this.view.getFloat64(this.offset - NUMBER_LENGTH);
      case BOOLEAN:
        return this.bytes[this.offset++] === 1;
      case LIST:
        return Array.from({ length: this.bytes[this.offset++] }, () => this.#value());
      default:
        return null;
    }
  }

  #skip() {
    switch (this.bytes[this.offset++]) {
      case PLAIN_TEXT:
      case TEXT:
        this.#passText();
        break;
      case NUMBER:
        this.offset += NUMBER_LENGTH;
        break;
      case BOOLEAN:
        this.offset++;
        break;
      case LIST:
        for (let left = this.bytes[this.offset++]; left > 0; left--) this.#skip();
        break;
    }
  }
}
