// SPDX-License-Identifier: MIT
// embind registers these types whether or not a function has them, with code to convert each. No function here has them,
// and a module that used one would fail when it is loaded: `unbound types`.

addToLibrary({
  _embind_register_std_wstring: () => undefined,
  _embind_register_std_wstring__deps: [],
  _embind_register_bigint: () => undefined,
  _embind_register_bigint__deps: [],
});
