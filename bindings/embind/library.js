// SPDX-License-Identifier: MIT
// What the glue has in place of parts of Emscripten's library.
//
// embind's own half in JavaScript can convert any type, resolve types that are registered later, and tell functions of one
// name apart. The functions here take and give whole numbers and texts, and each name stands for one function. So this is
// its contract with the C++ half (emscripten/bind.h, emscripten/wire.h) for those: a sixth of the code, and texts are
// written by the browser, ten times as fast.

/* global HEAPU8, HEAPU32, _malloc, _free, getWasmTableEntry, embindTypes, textEncoder, textDecoder */
addToLibrary({
  // Of signals, which nothing here uses. The linker takes the C library's timers in for the sake of what this needs there.
  _setitimer_js__deps: [],
  _setitimer_js: () => 0,

  // How values of a type (by its address) come and go. What `toWire` allocates, `release` frees after the call.
  $embindTypes: {},
  $textEncoder: 'new TextEncoder()',
  $textDecoder: 'new TextDecoder("utf-8", { ignoreBOM: true })',

  _embind_register_void__deps: ['$embindTypes'],
  _embind_register_void: (type) => {
    embindTypes[type] = { fromWire() {} };
  },

  // Unsigned ones of 32 bits; there are no others.
  _embind_register_integer__deps: ['$embindTypes'],
  _embind_register_integer: (type) => {
    embindTypes[type] = { fromWire: (value) => value >>> 0, toWire: (value) => value };
  },

  // On the wire a text is its length, 4 bytes, and its UTF-8 behind it.
  _embind_register_std_string__deps: ['$embindTypes', '$textEncoder', '$textDecoder', 'malloc', 'free'],
  _embind_register_std_string: (type) => {
    embindTypes[type] = {
      fromWire(address) {
        const start = address + 4;
        const text = textDecoder.decode(HEAPU8.subarray(start, start + HEAPU32[address >> 2]));
        _free(address);
        return text;
      },
      toWire(value) {
        const text = String(value);
        // A unit of UTF-16 takes three bytes at most. Allocating may move the memory.
        const byteCount = text.length * 3;
        const start = _malloc(4 + byteCount) + 4;
        const { written } = textEncoder.encodeInto(text, HEAPU8.subarray(start, start + byteCount));
        HEAPU32[(start - 4) >> 2] = written;
        return start - 4;
      },
      release: (address) => _free(address),
    };
  },

  _embind_register_function__deps: ['$embindTypes', '$textDecoder', '$getWasmTableEntry'],
  _embind_register_function: (name, typeCount, typesAddress, signature, invokerIndex, target) => {
    const nameEnd = HEAPU8.indexOf(0, name);
    const [answer, ...parameters] = HEAPU32.slice(typesAddress >> 2, (typesAddress >> 2) + typeCount);
    const invoker = getWasmTableEntry(invokerIndex);
    Module[textDecoder.decode(HEAPU8.subarray(name, nameEnd))] = (...values) => {
      const wires = parameters.map((type, index) => embindTypes[type].toWire(values[index]));
      const result = invoker(target, ...wires);
      parameters.forEach((type, index) => embindTypes[type].release?.(wires[index]));
      return embindTypes[answer].fromWire(result);
    };
  },
});
