// SPDX-License-Identifier: MIT
// Pages in memory, by id. Those that are not pinned share a budget; the ones used longest ago go first. Layer: storage.
#pragma once

#include <map>
#include <vector>

#include "codec/page.h"
#include "storage/directory.h"

namespace sawa {

class PageCache {
 public:
  explicit PageCache(std::size_t budget_bytes) : budget_bytes_(budget_bytes) {}

  // Null if it is not here. The pointer lives until the page is dropped or trimmed.
  [[nodiscard]] const Page* Find(PageId id) {
    const auto slot = slots_.find(id);
    if (slot == slots_.end()) {
      return nullptr;
    }
    slot->second.used_at = ++uses_;
    return &slot->second.page;
  }

  void Add(PageId id, Page page, bool pinned);
  void Drop(PageId id);
  // Drops all pages but those that `keep` holds.
  void KeepOnly(const Directory& keep);

  // Drops pages that have not been used since the last `calls` calls of this one, until the rest fits into the budget. Each
  // running operation uses its pages, misses one and calls this, in turn: with a number for all of them none has its pages
  // taken away, or they would load them again for ever.
  void Trim(std::size_t calls);

  [[nodiscard]] std::size_t byte_count() const { return byte_count_; }

 private:
  struct Slot {
    Page page;
    std::uint64_t used_at = 0;
    bool pinned = false;
  };

  std::map<PageId, Slot> slots_;
  std::size_t budget_bytes_;
  std::size_t byte_count_ = 0;
  std::size_t unpinned_byte_count_ = 0;
  std::uint64_t uses_ = 0;
  std::vector<std::uint64_t> trimmed_at_;  // `uses_` at the last calls of Trim.
};

}  // namespace sawa
