// SPDX-License-Identifier: MIT
// Chooses a world and what happens in it, from a seed. Each seed has its own mixture: what one does all the time another
// never does, so that rare things also happen undisturbed by other rare things.
#pragma once

#include <array>

#include "sim/world.h"

namespace sawa::sim {

class Plan {
 public:
  explicit Plan(std::uint64_t seed);

  [[nodiscard]] const Setup& setup() const { return setup_; }
  [[nodiscard]] bool frozen_stay() const { return frozen_stay_; }
  [[nodiscard]] Action Next(const World& world);

 private:
  [[nodiscard]] bool Happens(std::uint32_t in_10000) { return random_.Below(10'000) < in_10000; }
  [[nodiscard]] Action Proceed(const World& world, std::uint32_t device);
  [[nodiscard]] Action Start(std::uint32_t device);
  [[nodiscard]] std::uint64_t ValueOf(ActionKind kind);

  test::SeededRandom random_;
  Setup setup_;
  bool frozen_stay_ = false;
  // How likely what is on the way goes on, rather than that something new begins.
  std::uint32_t proceed_in_10000_ = 0;
  std::uint32_t storage_faults_in_10000_ = 0;
  std::uint32_t network_faults_in_10000_ = 0;
  std::array<std::uint32_t, kActionKindCount> weights_{};
  std::uint32_t weight_total_ = 0;
  std::array<std::uint32_t, kNetworkFaultCount> network_fault_weights_{};
};

}  // namespace sawa::sim
