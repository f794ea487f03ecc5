// SPDX-License-Identifier: MIT
// Cuts entries that come in the order of their keys into pages. Layer: storage.
#pragma once

#include <string_view>
#include <vector>

#include "codec/page.h"

namespace sawa {

class PageWriter {
 public:
  // Makes pages of the usual length.
  PageWriter();
  // Makes one page of a page that has so many bytes by now; if that is too many, equal parts, each with room to grow.
  explicit PageWriter(std::size_t byte_count);

  void Add(std::string_view key, ByteView value);
  // Of those that are complete.
  [[nodiscard]] std::size_t page_count() const { return pages_.size(); }
  [[nodiscard]] std::vector<Page> Finish();

 private:
  std::size_t page_bytes_;
  PageBuilder builder_;
  std::vector<Page> pages_;
};

}  // namespace sawa
