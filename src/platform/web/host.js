// SPDX-License-Identifier: MIT
// The host's half of host.cc and js_result.cc.

addToLibrary({
  // As embind's own, but a trap in what is resumed is told: whoever waits for the engine would wait for ever.
  _emval_coro_suspend__deps: ['$Emval', '_emval_coro_resume'],
  _emval_coro_suspend: (promise, awaiter) => {
    Emval.toValue(promise)
      .then((result) => __emval_coro_resume(awaiter, Emval.toHandle(result)))
      .catch((trap) => Module.onTrap?.(trap));
  },

  sawa_now_ms: () => Date.now(),

  sawa_fill_random: (address, count) => {
    crypto.getRandomValues(HEAPU8.subarray(address, address + count));
  },

  // `buffer`: the handle of an ArrayBuffer, or of a Uint8Array, whose bytes go to `address`.
  sawa_copy_bytes__deps: ['$Emval'],
  sawa_copy_bytes: (buffer, address) => HEAPU8.set(new Uint8Array(Emval.toValue(buffer)), address),

  sawa_array_buffer__deps: ['$Emval'],
  sawa_array_buffer: (address, count) => Emval.toHandle(HEAPU8.slice(address, address + count).buffer),
});
