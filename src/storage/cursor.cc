// SPDX-License-Identifier: MIT
#include "storage/cursor.h"

#include <algorithm>
#include <iterator>

namespace sawa {
namespace {

// Who walks from one page into the next walks on.
constexpr std::size_t kReadAheadPages = 15;

}  // namespace

Cursor::Cursor(CursorSources sources, Direction direction, std::string_view from)
    : Cursor(std::move(sources), direction) {
  for (std::size_t index = 0; index < walkers_.size(); ++index) {
    if (const Changes* changes = sources_.changes[index]; changes != nullptr) {
      walkers_[index] = {changes, changes->lower_bound(from)};
    }
  }
  SeekPages(from);
  Settle();
}

Cursor Cursor::FromEnd(CursorSources sources) {
  Cursor cursor(std::move(sources), Direction::kBackward);
  for (std::size_t index = 0; index < cursor.walkers_.size(); ++index) {
    if (const Changes* changes = cursor.sources_.changes[index]; changes != nullptr) {
      cursor.walkers_[index] = {changes, changes->end()};
    }
  }
  cursor.SeekPagesToEnd();
  cursor.Settle();
  return cursor;
}

void Cursor::SeekPages(std::string_view from) {
  if (sources_.pages == nullptr || sources_.pages->empty()) {
    return;
  }
  EnterPage(PageIndexOf(*sources_.pages, from), true);
  if (page_ == nullptr) {
    return;
  }
  entry_index_ = page_->LowerBound(from);
  if (direction_ == Direction::kBackward) {
    StepPages();
  } else if (entry_index_ == page_->size()) {
    --entry_index_;
    StepPages();
  }
}

void Cursor::SeekPagesToEnd() {
  if (sources_.pages != nullptr && !sources_.pages->empty()) {
    EnterPage(sources_.pages->size() - 1, false);
  }
}

void Cursor::EnterPage(std::size_t page_index, bool at_start, std::size_t read_ahead) {
  page_index_ = page_index;
  page_ = sources_.page(page_index, read_ahead);
  if (page_ != nullptr) {
    entry_index_ = at_start ? 0 : page_->size() - 1;
  }
}

void Cursor::StepPages() {
  if (direction_ == Direction::kForward) {
    if (++entry_index_ < page_->size()) {
      return;
    }
    page_ = nullptr;
    if (page_index_ + 1 < sources_.pages->size()) {
      EnterPage(page_index_ + 1, true, kReadAheadPages);
    }
  } else if (entry_index_ > 0) {
    --entry_index_;
  } else {
    page_ = nullptr;
    if (page_index_ > 0) {
      EnterPage(page_index_ - 1, false);
    }
  }
}

bool Cursor::AtEnd(const Walker& walker) const {
  return walker.changes == nullptr ||
         walker.position == (direction_ == Direction::kForward ? walker.changes->end() : walker.changes->begin());
}

Changes::const_iterator Cursor::Current(const Walker& walker) const {
  return direction_ == Direction::kForward ? walker.position : std::prev(walker.position);
}

void Cursor::Step(Walker& walker) const {
  if (direction_ == Direction::kForward) {
    ++walker.position;
  } else {
    --walker.position;
  }
}

void Cursor::Settle() {
  while (Pick()) {
    Advance();
  }
}

// Finds the next key of all sources; where several have it, the topmost decides. True if that one hides it.
bool Cursor::Pick() {
  bool hidden = false;
  const auto comes_before = [this](std::string_view left, std::string_view right) {
    return direction_ == Direction::kForward ? left < right : left > right;
  };
  valid_ = page_ != nullptr;
  if (valid_) {
    key_ = page_->key(entry_index_);
    value_ = page_->value(entry_index_);
  }
  for (const Walker& walker : walkers_) {
    if (AtEnd(walker)) {
      continue;
    }
    const auto& [key, value] = *Current(walker);
    if (!valid_ || !comes_before(key_, key)) {
      valid_ = true;
      key_ = key;
      hidden = !value.has_value();
      value_ = value ? ByteView(*value) : ByteView();
    }
  }
  return valid_ && hidden;
}

void Cursor::Advance() {
  const std::string_view passed = key_;
  for (Walker& walker : walkers_) {
    if (!AtEnd(walker) && Current(walker)->first == passed) {
      Step(walker);
    }
  }
  if (page_ != nullptr && page_->key(entry_index_) == passed) {
    StepPages();
  }
}

void Cursor::Next() {
  Advance();
  Settle();
}

void Cursor::NextWith(std::string_view part) {
  Advance();
  if (page_ != nullptr) {
    std::size_t index = std::min(page_->IndexWith(part, entry_index_), page_->size() - 1);
    for (const Walker& walker : walkers_) {
      index = AtEnd(walker) ? index : std::min(index, page_->LowerBound(Current(walker)->first));
    }
    entry_index_ = index;
  }
  Settle();
}

namespace {

bool IsInPages(const CursorSources& sources, std::string_view key) {
  if (sources.pages == nullptr || sources.pages->empty()) {
    return false;
  }
  const Page* page = sources.page(PageIndexOf(*sources.pages, key), 0);
  const std::size_t index = page != nullptr ? page->LowerBound(key) : 0;
  return page != nullptr && index < page->size() && page->key(index) == key;
}

// How many entries of the pages come before `key`.
std::size_t RankInPages(const CursorSources& sources, std::string_view key) {
  const std::size_t page_index = PageIndexOf(*sources.pages, key);
  std::size_t rank = 0;
  for (std::size_t index = 0; index < page_index; ++index) {
    rank += (*sources.pages)[index].count;
  }
  const Page* page = sources.page(page_index, 0);
  return rank + (page != nullptr ? page->LowerBound(key) : 0);
}

std::size_t CountInPages(const CursorSources& sources, std::string_view from, std::string_view to) {
  if (sources.pages == nullptr || sources.pages->empty()) {
    return 0;
  }
  std::size_t end = 0;
  if (to.empty()) {
    for (const PageRef& page : *sources.pages) {
      end += page.count;
    }
  } else {
    end = RankInPages(sources, to);
  }
  const std::size_t begin = from.empty() ? 0 : RankInPages(sources, from);
  return end > begin ? end - begin : 0;
}

}  // namespace

std::size_t CountKeys(const CursorSources& sources, std::string_view from, std::string_view to) {
  if (!to.empty() && to <= from) {
    return 0;
  }
  std::size_t count = CountInPages(sources, from, to);
  // Each changed key counts by its topmost change, instead of what the pages have.
  std::map<std::string_view, bool> changed;
  for (const Changes* changes : sources.changes) {
    if (changes == nullptr) {
      continue;
    }
    for (auto change = changes->lower_bound(from);
         change != changes->end() && (to.empty() || std::string_view(change->first) < to); ++change) {
      changed.insert_or_assign(change->first, change->second.has_value());
    }
  }
  for (const auto& [key, shown] : changed) {
    const bool below = IsInPages(sources, key);
    count += shown && !below ? 1 : 0;
    count -= !shown && below ? 1 : 0;
  }
  return count;
}

}  // namespace sawa
