// SPDX-License-Identifier: MIT
#include "platform/web/host.h"

#include <emscripten/val.h>

namespace sawa {

using emscripten::val;

std::int64_t HostClock::NowMs() { return static_cast<std::int64_t>(val::global("Date").call<double>("now")); }

void HostRandom::Fill(std::span<std::uint8_t> bytes) {
  const val view(emscripten::typed_memory_view(bytes.size(), bytes.data()));
  val::global("crypto").call<val>("getRandomValues", view);
}

}  // namespace sawa
