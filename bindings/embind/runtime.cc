// SPDX-License-Identifier: MIT
// Replaces the C++ library's printing abort by a trap: the message needs printf, which is 10 KB. JavaScript sees a
// WebAssembly.RuntimeError and declares the engine dead.
#include <__verbose_abort>
#include <cstdio>

_LIBCPP_BEGIN_NAMESPACE_STD
[[noreturn]] void __libcpp_verbose_abort(const char* /*format*/, ...) noexcept { __builtin_trap(); }
_LIBCPP_END_NAMESPACE_STD

// nlohmann/json's parser formats its error messages with it, and nothing else does: we name our own errors. The real one
// would bring in all of printf.
extern "C" int snprintf(char* buffer, std::size_t size, const char* /*format*/, ...) {
  if (size > 0) {
    *buffer = '\0';
  }
  return 0;
}
