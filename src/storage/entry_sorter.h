// SPDX-License-Identifier: MIT
// Makes pages of entries that come in any order. Sorts them in runs as they come, then merges the runs page by page; what
// has been merged is freed, so that the entries are held little more than once. Layer: storage.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "storage/page_writer.h"

namespace sawa {

class EntrySorter {
 public:
  void Add(std::string_view key, ByteView value);

  // After the last entry: writes the next page. False once all are written.
  bool MergePage();
  // True if a key has been merged that was added twice.
  [[nodiscard]] bool has_duplicates() const { return has_duplicates_; }
  // After MergePage has given false.
  [[nodiscard]] std::vector<Page> Finish() { return writer_.Finish(); }

 private:
  // An entry of the run that is being gathered. The first bytes of its key decide most comparisons.
  struct Gathered {
    std::uint64_t key_start = 0;
    std::uint32_t offset = 0;
  };
  // A sorted run, read from its first block on.
  struct Run {
    std::vector<Bytes> blocks;  // The last one comes first.
    std::size_t offset = 0;     // In that block, behind the entry here.
    std::string_view key = {};
    ByteView value = {};
    // Steps to the next entry. False at the end.
    bool Next();
  };

  void SortRun();
  void Write(const Run& run);

  ByteWriter gathered_bytes_;
  std::vector<Gathered> gathered_;
  std::vector<Run> runs_;
  std::vector<Run*> merging_runs_;  // A heap, the smallest key on top.
  PageWriter writer_;
  std::string last_key_;
  bool merging_ = false;
  bool has_duplicates_ = false;
};

}  // namespace sawa
