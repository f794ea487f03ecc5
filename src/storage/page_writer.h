// SPDX-License-Identifier: MIT
// Cuts entries that come in the order of their keys into pages. Layer: storage.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "codec/page.h"

namespace sawa {

inline constexpr std::size_t kPageBytes = 256 * 1024;

class PageWriter {
 public:
  explicit PageWriter(std::size_t page_bytes = kPageBytes) : page_bytes_(page_bytes) {}

  void Add(std::string_view key, ByteView value) {
    if (builder_.byte_count() >= page_bytes_) {
      pages_.push_back(builder_.Finish());
    }
    builder_.Add(key, value);
  }

  // Of those that are complete.
  [[nodiscard]] std::size_t page_count() const { return pages_.size(); }

  [[nodiscard]] std::vector<Page> Finish() {
    if (!builder_.empty()) {
      pages_.push_back(builder_.Finish());
    }
    return std::exchange(pages_, {});
  }

 private:
  std::size_t page_bytes_;
  PageBuilder builder_;
  std::vector<Page> pages_;
};

}  // namespace sawa
