// SPDX-License-Identifier: MIT
// Delta debugging after Zeller and Hildebrandt (2002): drop pieces of the list, ever smaller ones, while it still fails.
#include <algorithm>

#include "sim/run.h"

namespace sawa::sim {
namespace {

// Enough for lists of some thousand actions.
constexpr int kRunsMax = 4000;

Actions Without(const Actions& actions, std::size_t first, std::size_t count) {
  const auto begin = actions.begin() + static_cast<std::ptrdiff_t>(first);
  const auto end = begin + static_cast<std::ptrdiff_t>(std::min(count, actions.size() - first));
  Actions rest(actions.begin(), begin);
  rest.insert(rest.end(), end, actions.end());
  return rest;
}

}  // namespace

Actions Shrink(std::uint64_t seed, const Outcome& failed, const RunOptions& options) {
  RunOptions quiet = options;
  quiet.prints = false;
  int runs = 0;
  const auto still_fails = [&](const Actions& actions) {
    ++runs;
    const Outcome outcome = RunActions(seed, actions, quiet);
    return outcome.violation && outcome.violation->invariant == failed.violation->invariant;
  };
  Actions actions = failed.actions;
  std::size_t piece = std::max<std::size_t>(actions.size() / 2, 1);
  while (piece > 0 && runs < kRunsMax) {
    bool dropped = false;
    for (std::size_t first = 0; first < actions.size() && runs < kRunsMax;) {
      Actions rest = Without(actions, first, piece);
      if (still_fails(rest)) {
        actions = std::move(rest);
        dropped = true;
      } else {
        first += piece;
      }
    }
    piece = dropped && piece == 1 ? 1 : piece / 2;
  }
  return actions;
}

}  // namespace sawa::sim
