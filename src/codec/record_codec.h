// SPDX-License-Identifier: MIT
// Records as bytes, and reading single fields of them in place. docs/storage-format.md has the layout.
//
// The names of a record's fields are its shape. Nearly all records of a collection have the same one, so a record holds the
// shape's number, or 0 and the names themselves.
// Layer: codec.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/text_map.h"
#include "model/record.h"

namespace sawa {

using ShapeNumber = std::uint32_t;
inline constexpr ShapeNumber kNoShape = 0;

// The shapes of a database. A number never changes its meaning.
class Shapes {
 public:
  using Names = std::vector<std::string>;  // In order.

  // kNoShape if it is not known.
  [[nodiscard]] ShapeNumber NumberOf(const Record& record) const;
  // Null if it is not known.
  [[nodiscard]] const Names* Find(ShapeNumber number) const {
    return number >= 1 && number <= by_number_.size() ? &by_number_[number - 1] : nullptr;
  }
  // False if `number` is not the next one.
  bool Add(ShapeNumber number, Names names);
  [[nodiscard]] ShapeNumber next_number() const { return static_cast<ShapeNumber>(by_number_.size()) + 1; }

 private:
  std::vector<Names> by_number_;
  TextMap<ShapeNumber> numbers_;  // By the names, joined.
};

[[nodiscard]] Bytes EncodeShape(const Record& record);
// Errors: storage_corrupt.
[[nodiscard]] Result<Shapes::Names> DecodeShape(ByteView bytes);

[[nodiscard]] Bytes EncodeRecord(const Record& record, ShapeNumber shape = kNoShape);

// Errors: storage_corrupt.
[[nodiscard]] Result<Record> DecodeRecord(ByteView bytes, const Shapes& shapes);

// Is it a tombstone? Of bytes that are no record, true.
[[nodiscard]] bool IsRemoved(ByteView record);

// Null where the record has no such field.
[[nodiscard]] Value FieldOfRecord(ByteView record, const Shapes& shapes, std::string_view field);

}  // namespace sawa
