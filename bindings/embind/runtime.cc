// SPDX-License-Identifier: MIT
// Replaces the C++ library's printing abort by a trap: the message needs printf, which is 10 KB. JavaScript sees a
// WebAssembly.RuntimeError and declares the engine dead.
#include <emscripten/em_js.h>

#include <__verbose_abort>
#include <cstdlib>
#include <cstring>

#include "base/double_text.h"

_LIBCPP_BEGIN_NAMESPACE_STD
[[noreturn]] void __libcpp_verbose_abort(const char* /*format*/, ...) noexcept { __builtin_trap(); }
_LIBCPP_END_NAMESPACE_STD

// JavaScript reads decimal numbers exactly as C does; C's own strtod brings in arithmetic on 128-bit numbers. Callers give
// whole JSON numbers.
EM_JS(double, sawa_parse_number, (const char* text), { return Number(UTF8ToString(text)); });

extern "C" {
double strtod(const char* text, char** end) {
  if (end != nullptr) {
    *end = const_cast<char*>(text) + std::strlen(text);
  }
  return sawa_parse_number(text);
}
// In the same member of C's library; nobody calls them.
float strtof(const char* text, char** end) { return static_cast<float>(strtod(text, end)); }
long double strtold(const char* text, char** end) { return static_cast<long double>(strtod(text, end)); }
}

// 32 bytes hold the longest.
EM_JS(void, sawa_write_number, (double number, char* text), { stringToUTF8(String(number), text, 32); });

namespace sawa {
std::string DoubleText(double number) {
  char text[32];
  sawa_write_number(number, text);
  return text;
}
}  // namespace sawa
