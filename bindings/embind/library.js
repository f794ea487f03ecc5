// SPDX-License-Identifier: MIT
// What the glue has in place of parts of Emscripten's library.

addToLibrary({
  // Of signals, which nothing here uses. The linker takes the C library's timers in for the sake of what this needs there.
  _setitimer_js__deps: [],
  _setitimer_js: () => 0,
  // Embind's own keep functions of one name apart by the number of their arguments. Each name here stands for one function.
  $exposePublicSymbol__deps: [],
  $exposePublicSymbol: (name, value) => (Module[name] = value),
  $replacePublicSymbol__deps: [],
  $replacePublicSymbol: (name, value) => (Module[name] = value),
});
