// SPDX-License-Identifier: MIT
#include "storage/entry_sorter.h"

#include <algorithm>
#include <iterator>

namespace sawa {
namespace {

constexpr std::size_t kRunBytes = 512 * 1024;
constexpr std::size_t kBlockBytes = 32 * 1024;

std::uint64_t StartOf(std::string_view key) {
  std::uint64_t start = 0;
  for (std::size_t index = 0; index < sizeof start; ++index) {
    start = start << 8 | (index < key.size() ? static_cast<std::uint8_t>(key[index]) : 0U);
  }
  return start;
}

// A tenth of std::sort's code.
template <typename Item, typename Less>
void MergeSort(std::vector<Item>& items, Less is_less) {
  std::vector<Item> merged(items.size());
  for (std::size_t width = 1; width < items.size(); width *= 2) {
    for (std::size_t start = 0; start < items.size(); start += 2 * width) {
      const auto at = [&](std::size_t index) {
        return items.begin() + static_cast<std::ptrdiff_t>(std::min(index, items.size()));
      };
      std::merge(at(start), at(start + width), at(start + width), at(start + 2 * width),
                 merged.begin() + static_cast<std::ptrdiff_t>(start), is_less);
    }
    items.swap(merged);
  }
}

struct Entry {
  std::string_view key;
  ByteView value;
  std::size_t byte_count = 0;
};

Entry EntryAt(ByteView bytes, std::size_t offset) {
  ByteReader reader(bytes.subspan(offset));
  const auto key = reader.Text();
  const auto value = reader.Block();
  return {key.value_or(std::string_view()), value.value_or(ByteView()), bytes.size() - offset - reader.rest().size()};
}

}  // namespace

bool EntrySorter::Run::Next() {
  while (!blocks.empty() && offset == blocks.back().size()) {
    blocks.pop_back();
    offset = 0;
  }
  if (blocks.empty()) {
    return false;
  }
  const Entry entry = EntryAt(blocks.back(), offset);
  key = entry.key;
  value = entry.value;
  offset += entry.byte_count;
  return true;
}

void EntrySorter::Add(std::string_view key, ByteView value) {
  gathered_.push_back({StartOf(key), static_cast<std::uint32_t>(gathered_bytes_.size())});
  gathered_bytes_.Text(key);
  gathered_bytes_.Block(value);
  if (gathered_bytes_.size() >= kRunBytes) {
    SortRun();
  }
}

void EntrySorter::SortRun() {
  const ByteView bytes = gathered_bytes_.view();
  MergeSort(gathered_, [bytes](const Gathered& left, const Gathered& right) {
    return left.key_start != right.key_start ? left.key_start < right.key_start
                                             : EntryAt(bytes, left.offset).key < EntryAt(bytes, right.offset).key;
  });
  Run run;
  ByteWriter block;
  for (const Gathered& gathered : gathered_) {
    const Entry entry = EntryAt(bytes, gathered.offset);
    block.Raw(bytes.subspan(gathered.offset, entry.byte_count));
    if (block.size() >= kBlockBytes) {
      run.blocks.emplace_back(block.view().begin(), block.view().end());
      block.Clear();
    }
  }
  run.blocks.emplace_back(block.view().begin(), block.view().end());
  std::ranges::reverse(run.blocks);
  runs_.push_back(std::move(run));
  gathered_.clear();
  gathered_bytes_.Clear();
}

bool EntrySorter::MergePage() {
  const auto is_behind = [](const Run* left, const Run* right) { return left->key > right->key; };
  if (!merging_) {
    SortRun();
    gathered_ = {};
    gathered_bytes_ = {};
    for (Run& run : runs_) {
      if (run.Next()) {
        merging_runs_.push_back(&run);
      }
    }
    std::ranges::make_heap(merging_runs_, is_behind);
    merging_ = true;
  }
  const std::size_t page_count = writer_.page_count();
  while (!merging_runs_.empty() && writer_.page_count() == page_count) {
    std::ranges::pop_heap(merging_runs_, is_behind);
    Run* run = merging_runs_.back();
    merging_runs_.pop_back();
    bool more = true;
    // Of runs that do not overlap, one is written after the other.
    while (more && (merging_runs_.empty() || run->key <= merging_runs_.front()->key) &&
           writer_.page_count() == page_count) {
      Write(*run);
      more = run->Next();
    }
    if (more) {
      merging_runs_.push_back(run);
      std::ranges::push_heap(merging_runs_, is_behind);
    }
  }
  return !merging_runs_.empty();
}

void EntrySorter::Write(const Run& run) {
  has_duplicates_ = has_duplicates_ || (run.key == last_key_ && !last_key_.empty());
  last_key_ = run.key;
  writer_.Add(run.key, run.value);
}

}  // namespace sawa
