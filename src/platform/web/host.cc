// SPDX-License-Identifier: MIT
#include "platform/web/host.h"

#include "platform/web/host_imports.h"

namespace sawa {

std::int64_t HostClock::NowMs() { return static_cast<std::int64_t>(sawa_now_ms()); }

void HostRandom::Fill(std::span<std::uint8_t> bytes) { sawa_fill_random(bytes.data(), bytes.size()); }

}  // namespace sawa
