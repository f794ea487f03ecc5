// SPDX-License-Identifier: MIT
// The host's clock and random numbers. Layer: platform/web.
#pragma once

#include "base/clock.h"

namespace sawa {

class HostClock final : public Clock {
 public:
  std::int64_t NowMs() override;
};

// crypto.getRandomValues.
class HostRandom final : public Random {
 public:
  void Fill(std::span<std::uint8_t> bytes) override;
};

}  // namespace sawa
