// SPDX-License-Identifier: MIT
// The directory: which pages hold which keys of which table. Small enough to be read whole when a database opens.
// Layer: storage.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/text_map.h"

namespace sawa {

// Never used again after the page is gone, so that whoever holds an old directory notices.
using PageId = std::uint32_t;

struct PageRef {
  PageId id = 0;
  std::string first_key;
  std::uint32_t count = 0;  // Of entries.

  bool operator==(const PageRef&) const = default;
};

struct Directory {
  PageId next_page_id = 1;
  TextMap<std::vector<PageRef>> tables;  // Each by first key.

  bool operator==(const Directory&) const = default;
};

// The index of the page that `key` is in, if it is in any.
[[nodiscard]] std::size_t PageIndexOf(const std::vector<PageRef>& pages, std::string_view key);

[[nodiscard]] Bytes EncodeDirectory(const Directory& directory);

// No bytes are an empty directory. Errors: storage_corrupt, storage_version_too_new.
[[nodiscard]] Result<Directory> DecodeDirectory(ByteView bytes);

}  // namespace sawa
