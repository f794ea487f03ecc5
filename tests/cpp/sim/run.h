// SPDX-License-Identifier: MIT
// One run: a world, its actions, and how it ended. And a shorter run that ends as badly.
#pragma once

#include "sim/plan.h"

namespace sawa::sim {

struct Outcome {
  std::optional<Violation> violation = std::nullopt;
  std::uint64_t trace_hash = 0;
  Actions actions = {};
  World::Counts counts = {};
};

struct RunOptions {
  std::size_t steps = 800;
  Defect defect = Defect::kNone;
  bool prints = false;
  Script* script = nullptr;
};

// A run that a seed chooses.
[[nodiscard]] Outcome RunSeed(std::uint64_t seed, const RunOptions& options);

// The world of a seed, with these actions instead of those it chooses.
[[nodiscard]] Outcome RunActions(std::uint64_t seed, const Actions& actions, const RunOptions& options);

// Leaves out of a failed run's actions what it takes not, for the same invariant to break.
[[nodiscard]] Actions Shrink(std::uint64_t seed, const Outcome& failed, const RunOptions& options);

}  // namespace sawa::sim
