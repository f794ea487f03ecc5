// SPDX-License-Identifier: MIT
// Write batches and pages as bytes: what a log entry and a page hold. Both begin with a magic number, the format's version
// and a CRC-32C of the rest, so that damage and newer formats are noticed. docs/storage-format.md has the layout.
// Layer: codec.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace sawa {

inline constexpr std::uint8_t kStorageFormatVersion = 1;

// One change of a table: a new value for a key, a key's removal, or the removal of all keys.
struct TableChange {
  enum class Kind : std::uint8_t { kPut, kRemove, kClear };
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

struct PageEntry {
  std::string key;
  Bytes value;

  bool operator==(const PageEntry&) const = default;
};

// Part of one table, ordered by key.
struct Page {
  std::string table;
  std::vector<PageEntry> entries;

  bool operator==(const Page&) const = default;
};

[[nodiscard]] Bytes EncodePage(const Page& page);

// Errors: storage_corrupt, storage_version_too_new.
[[nodiscard]] Result<Page> DecodePage(ByteView bytes);

// The table of a page, without reading its entries. Errors: as DecodePage.
[[nodiscard]] Result<std::string> TableOfPage(ByteView bytes);

}  // namespace sawa
