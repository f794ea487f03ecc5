// SPDX-License-Identifier: MIT
#include "sim/action.h"

#include <array>
#include <string_view>

namespace sawa::sim {
namespace {

constexpr std::array<std::string_view, kActionKindCount> kKinds = {
    "storage",   "network", "write",     "read",   "sync",        "refresh",        "fold",      "warm up",
    "enrol",     "open",    "close",     "crash",  "freeze",      "thaw",           "power off", "wipe",
    "skip time", "wait",    "partition", "expire", "server edit", "server restart", "backup",    "restore"};
constexpr std::array<std::string_view, kStorageFaultCount> kStorageFaults = {
    "", "quota exceeded", "failed", "connection lost", "answer lost", "answer lost twice"};
constexpr std::array<std::string_view, kNetworkFaultCount> kNetworkFaults = {
    "",    "dropped",        "delayed",      "duplicated",     "500",      "503", "429",
    "401", "cursor_invalid", "sequence_gap", "captive portal", "truncated"};

std::string_view FaultOf(const Action& action) {
  if (action.kind == ActionKind::kStorage) {
    return kStorageFaults.at(action.value % kStorageFaultCount);
  }
  if (action.kind == ActionKind::kNetwork) {
    return kNetworkFaults.at(action.value % kNetworkFaultCount);
  }
  return {};
}

}  // namespace

std::string TextOf(const Action& action) {
  std::string text(kKinds.at(static_cast<std::size_t>(action.kind)));
  text += " device " + std::to_string(action.device) + " pick " + std::to_string(action.pick);
  const bool has_fault = action.kind == ActionKind::kStorage || action.kind == ActionKind::kNetwork;
  if (const std::string_view fault = FaultOf(action); !fault.empty()) {
    text.append(": ").append(fault);
  } else if (!has_fault && action.value != 0) {
    text += " value " + std::to_string(static_cast<std::int64_t>(action.value));
  }
  return text;
}

}  // namespace sawa::sim
