// SPDX-License-Identifier: MIT
// The schema an app declares: collections, their fields and how each field merges. Layer: model.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "model/value.h"

namespace sawa {

enum class FieldType : std::uint8_t { kText, kInteger, kNumber, kBoolean, kJson };
// docs/conflicts.md says what each is for.
enum class MergePolicy : std::uint8_t {
  kLastWriter,
  kCounter,
  kWriteOnce,
  kMax,
  kMin,
  kLattice,
  kServerWins,
  kManual,
  kCustom
};

struct FieldSchema {
  std::string name;
  FieldType type = FieldType::kText;
  MergePolicy merge = MergePolicy::kLastWriter;
  bool required = false;
  // Of a lattice, lowest first: a value only moves up.
  std::vector<std::string> states = {};

  // Do its edits carry stamps? A counter's add up instead.
  [[nodiscard]] bool stamped() const { return merge != MergePolicy::kCounter; }
  // Does the greatest value stand, whenever it was written?
  [[nodiscard]] bool greatest_stands() const {
    return merge == MergePolicy::kMax || merge == MergePolicy::kMin || merge == MergePolicy::kLattice;
  }
  // Does the newest edit stand? Then its stamp tells when the field was last edited.
  [[nodiscard]] bool newest_stands() const {
    return merge == MergePolicy::kLastWriter || merge == MergePolicy::kManual || merge == MergePolicy::kCustom;
  }
};

struct CollectionSchema {
  std::string name;
  std::vector<FieldSchema> fields;
  std::vector<std::string> search_fields = {};
  // Each a list of fields, in the order they are compared.
  std::vector<std::vector<std::string>> indexes = {};
  // Its records are read when they are needed and may leave memory again; else they stay once they were read.
  bool paged = false;

  [[nodiscard]] const FieldSchema* Find(std::string_view field) const;
  // Fields that the schema does not know merge by last writer.
  [[nodiscard]] const FieldSchema& RulesOf(std::string_view field) const;
};

struct Schema {
  std::int64_t version = 0;
  std::vector<CollectionSchema> collections;

  [[nodiscard]] const CollectionSchema* Find(std::string_view collection) const;
};

// Errors: invalid_schema, with the place.
[[nodiscard]] Result<void> ValidateSchema(const Schema& schema);

// Is `value` one that `field` may hold? Null only where the field is not required.
// Errors: invalid_value.
[[nodiscard]] Result<void> ValidateValue(const FieldSchema& field, const Value& value);

// Longest text of a field, and of a JSON value, in bytes of UTF-8.
inline constexpr std::size_t kTextLengthMax = 64 * 1024;

// Most states of a lattice.
inline constexpr std::size_t kStatesMax = 64;

// How deep a JSON value may nest: a sync request nests at most 16 deep, and a field's value begins at its seventh level.
// What nests deeper could be stored but never sent.
inline constexpr int kJsonValueDepthMax = 10;

}  // namespace sawa
