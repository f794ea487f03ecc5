// SPDX-License-Identifier: MIT
// What the module has in place of parts of the C and C++ libraries, and what JavaScript needs besides the engine.
#include <__verbose_abort>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "base/check.h"
#include "base/double_text.h"
#include "platform/web/host_imports.h"

// Whatever stops the engine is a trap: JavaScript sees a WebAssembly.RuntimeError and declares the engine dead. The
// libraries' own ways bring in printf, which is 10 KB, signals and timers.
_LIBCPP_BEGIN_NAMESPACE_STD
[[noreturn]] void __libcpp_verbose_abort(const char* /*format*/, ...) noexcept { __builtin_trap(); }
_LIBCPP_END_NAMESPACE_STD

extern "C" {
void abort() { __builtin_trap(); }
int raise(int /*signal*/) { __builtin_trap(); }

// Keys begin alike, and the library's own, made small, compares byte by byte.
int memcmp(const void* left, const void* right, std::size_t count) {
  const auto* a = static_cast<const unsigned char*>(left);
  const auto* b = static_cast<const unsigned char*>(right);
  for (; count >= sizeof(std::uint64_t); count -= sizeof(std::uint64_t)) {
    std::uint64_t first = 0;
    std::uint64_t second = 0;
    __builtin_memcpy(&first, a, sizeof first);
    __builtin_memcpy(&second, b, sizeof second);
    if (first != second) {
      break;
    }
    a += sizeof first;
    b += sizeof second;
  }
  for (; count > 0; --count, ++a, ++b) {
    if (*a != *b) {
      return *a - *b;
    }
  }
  return 0;
}

// JavaScript reads decimal numbers exactly as C does; C's own strtod brings in arithmetic on 128-bit numbers. Callers give
// whole JSON numbers.
double strtod(const char* text, char** end) {
  const std::size_t length = std::strlen(text);
  if (end != nullptr) {
    *end = const_cast<char*>(text) + length;
  }
  return sawa_parse_number(text, length);
}
// In the same member of C's library; nobody calls them.
float strtof(const char* text, char** end) { return static_cast<float>(strtod(text, end)); }
long double strtold(const char* text, char** end) { return static_cast<long double>(strtod(text, end)); }
}

namespace sawa {

CheckHandler& FailedCheckHandler() {
  static CheckHandler handler = [](const char* reason) { sawa_report(reason, std::strlen(reason)); };
  return handler;
}

std::string DoubleText(double number) {
  char text[32];
  return {text, sawa_write_number(number, text)};
}

}  // namespace sawa
