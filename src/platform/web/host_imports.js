// SPDX-License-Identifier: MIT
// Gives the functions of host_imports.h to the module: those that bindings/js/engine-module.ts hands to the glue as `host`.
// The linker runs the module once without a host, to learn what it exports; there any function will do.

addToLibrary({
  sawa_now_ms: '=Module.host?.nowMs ?? Object',
  sawa_fill_random: '=Module.host?.fillRandom ?? Object',
  sawa_parse_number: '=Module.host?.parseNumber ?? Object',
  sawa_write_number: '=Module.host?.writeNumber ?? Object',
  sawa_report: '=Module.host?.report ?? Object',
  sawa_put_number: '=Module.host?.putNumber ?? Object',
  sawa_put_text: '=Module.host?.putText ?? Object',
  sawa_put_bytes: '=Module.host?.putBytes ?? Object',
  sawa_send: '=Module.host?.send ?? Object',
  sawa_take_number: '=Module.host?.takeNumber ?? Object',
  sawa_next_size: '=Module.host?.nextSize ?? Object',
  sawa_take_bytes: '=Module.host?.takeBytes ?? Object',
  sawa_close_storage: '=Module.host?.closeStorage ?? Object',
  sawa_settle: '=Module.host?.settle ?? Object',
  sawa_announce: '=Module.host?.announce ?? Object',
});
