// SPDX-License-Identifier: MIT
#include "storage/page_cache.h"

#include <set>
#include <vector>

namespace sawa {

void PageCache::Add(PageId id, Page page, bool pinned) {
  Drop(id);
  byte_count_ += page.bytes().size();
  unpinned_byte_count_ += pinned ? 0 : page.bytes().size();
  slots_.emplace(id, Slot{std::move(page), ++uses_, pinned});
}

void PageCache::Drop(PageId id) {
  const auto slot = slots_.find(id);
  if (slot != slots_.end()) {
    byte_count_ -= slot->second.page.bytes().size();
    unpinned_byte_count_ -= slot->second.pinned ? 0 : slot->second.page.bytes().size();
    slots_.erase(slot);
  }
}

void PageCache::KeepOnly(const Directory& keep) {
  std::set<PageId> kept;
  for (const auto& [name, pages] : keep.tables) {
    for (const PageRef& page : pages) {
      kept.insert(page.id);
    }
  }
  std::vector<PageId> gone;
  for (const auto& [id, slot] : slots_) {
    if (!kept.contains(id)) {
      gone.push_back(id);
    }
  }
  for (const PageId id : gone) {
    Drop(id);
  }
}

void PageCache::Trim(std::size_t calls) {
  while (trimmed_at_.size() > calls) {
    trimmed_at_.erase(trimmed_at_.begin());
  }
  const std::uint64_t used_until = trimmed_at_.size() == calls ? trimmed_at_.front() : 0;
  while (unpinned_byte_count_ > budget_bytes_) {
    auto oldest = slots_.end();
    for (auto slot = slots_.begin(); slot != slots_.end(); ++slot) {
      const bool idle = !slot->second.pinned && slot->second.used_at <= used_until;
      if (idle && (oldest == slots_.end() || slot->second.used_at < oldest->second.used_at)) {
        oldest = slot;
      }
    }
    if (oldest == slots_.end()) {
      break;
    }
    Drop(oldest->first);
  }
  trimmed_at_.push_back(uses_);
}

}  // namespace sawa
