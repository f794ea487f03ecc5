// SPDX-License-Identifier: MIT
// A cursor: walks the entries of a table in order, through its pages and the changes that lie over them. Layer: storage.
#pragma once

#include <array>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "codec/page.h"
#include "storage/directory.h"
#include "storage/layer.h"

namespace sawa {

// What a cursor walks through. `page` gives null for a page that is not in memory, and notes that it is missed, with so
// many pages behind it.
struct CursorSources {
  const std::vector<PageRef>* pages = nullptr;
  std::function<const Page*(std::size_t page_index, std::size_t read_ahead)> page = nullptr;
  // From the lowest to the topmost; null entries are skipped.
  std::array<const Changes*, 3> changes = {};
};

enum class Direction : std::uint8_t { kForward, kBackward };

// Lives until any of what it walks through changes. Ends early where a page is missed.
class Cursor {
 public:
  // Begins at the first entry at or behind `from`; backward, at the last entry before `from`.
  Cursor(CursorSources sources, Direction direction, std::string_view from);
  // Backward from the table's end.
  static Cursor FromEnd(CursorSources sources);

  [[nodiscard]] bool valid() const { return valid_; }
  [[nodiscard]] std::string_view key() const { return key_; }
  [[nodiscard]] ByteView value() const { return value_; }
  void Next();
  // As Next, forward, but entries whose keys do not hold `part` may be passed by.
  void NextWith(std::string_view part);

 private:
  Cursor(CursorSources sources, Direction direction) : sources_(std::move(sources)), direction_(direction) {}

  struct Walker {
    const Changes* changes = nullptr;
    // Forward, the next one; backward, the one behind it.
    Changes::const_iterator position;
  };

  void SeekPages(std::string_view from);
  void SeekPagesToEnd();
  void EnterPage(std::size_t page_index, bool at_start, std::size_t read_ahead = 0);
  void StepPages();
  [[nodiscard]] bool AtEnd(const Walker& walker) const;
  [[nodiscard]] Changes::const_iterator Current(const Walker& walker) const;
  void Step(Walker& walker) const;
  void Settle();
  bool Pick();
  void Advance();

  CursorSources sources_;
  Direction direction_;
  const Page* page_ = nullptr;
  std::size_t page_index_ = 0;
  std::size_t entry_index_ = 0;
  std::array<Walker, 3> walkers_;
  bool valid_ = false;
  std::string_view key_;
  ByteView value_;
};

// How many keys lie from `from` up to `to` (empty: the end). Reads at most two pages.
[[nodiscard]] std::size_t CountKeys(const CursorSources& sources, std::string_view from, std::string_view to);

}  // namespace sawa
