// SPDX-License-Identifier: MIT
// A mutation: an atomic group of operations by one device. Layer: model.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "model/stamp.h"
#include "model/value.h"

namespace sawa {

using FieldValues = std::vector<std::pair<std::string, Value>>;

enum class OperationKind : std::uint8_t { kPut, kPatch, kIncrement, kRemove };

struct Operation {
  OperationKind kind = OperationKind::kPut;
  std::string collection;
  std::string id;
  FieldValues fields = {};  // put, patch
  // put, patch, remove of a record that was there: what the device saw of it, counters left out.
  FieldValues was = {};
  std::string field = {};  // increment
  std::int64_t delta = 0;  // increment
};

struct Mutation {
  std::uint64_t seq = 0;  // 1, 2, 3 … within the incarnation.
  std::string id = {};
  std::string name = {};
  Stamp stamp = {};
  std::string actor = {};
  std::string base = {};  // The cursor that the confirmed state stood at; empty before the first sync.
  std::vector<Operation> ops = {};
};

inline constexpr std::size_t kOperationsMax = 2000;

}  // namespace sawa
