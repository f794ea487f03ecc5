// SPDX-License-Identifier: MIT
// Write batches as bytes: what a log entry holds. docs/storage-format.md has the layout.
// Layer: codec.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace sawa {

// One change of a table: a new value for a key, a key's removal, or the removal of all keys. kReload says that the pages
// hold what changed: whoever meets it reads the state anew.
struct TableChange {
  enum class Kind : std::uint8_t { kPut, kRemove, kClear, kReload };
  Kind kind = Kind::kPut;
  std::string table;
  std::string key = {};
  Bytes value = {};

  bool operator==(const TableChange&) const = default;
};

// Changes that become durable together or not at all.
using WriteBatch = std::vector<TableChange>;

[[nodiscard]] Bytes EncodeBatch(const WriteBatch& batch);

// Errors: storage_corrupt, storage_version_too_new.
[[nodiscard]] Result<WriteBatch> DecodeBatch(ByteView bytes);

}  // namespace sawa
