// SPDX-License-Identifier: MIT
// Defects of what surrounds the engine, planted to see that the simulator finds them. Defects inside the engine are planted
// by CMakeLists.txt, in copies of its sources.
#pragma once

#include <optional>
#include <string_view>

namespace sawa::sim {

enum class Defect : std::uint8_t {
  kNone,
  kRelaxedWrites,    // The storage ignores that a write is strict.
  kEarlyAnswer,      // The storage answers before the write is flushed.
  kForgetfulFold,    // A fold drops entries that other contexts have appended meanwhile.
  kIgnoredReceipts,  // The server repeats what it has a receipt for.
  kLostEffects,      // The server writes a receipt without the effects, now and then.
  kWithheldEffects,  // The server's answer lacks the effects of the push that are behind the page.
};

// Nullopt for a name of none.
[[nodiscard]] inline std::optional<Defect> DefectOf(std::string_view name) {
  if (name == "relaxed_writes") {
    return Defect::kRelaxedWrites;
  }
  if (name == "early_answer") {
    return Defect::kEarlyAnswer;
  }
  if (name == "forgetful_fold") {
    return Defect::kForgetfulFold;
  }
  if (name == "ignored_receipts") {
    return Defect::kIgnoredReceipts;
  }
  if (name == "lost_effects") {
    return Defect::kLostEffects;
  }
  if (name == "withheld_effects") {
    return Defect::kWithheldEffects;
  }
  return std::nullopt;
}

}  // namespace sawa::sim
