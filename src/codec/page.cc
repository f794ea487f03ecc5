// SPDX-License-Identifier: MIT
#include "codec/page.h"

#include <utility>

#include "base/find_text.h"
#include "codec/frame.h"

namespace sawa {
namespace {

constexpr std::uint32_t kPageMagic = 0x47505753;  // "SWPG"
constexpr std::size_t kHeaderBytes = 13;          // The frame and the count.
constexpr std::size_t kOffsetBytes = 4;

std::uint32_t Fixed32At(ByteView bytes, std::size_t offset) {
  return std::uint32_t{bytes[offset]} | std::uint32_t{bytes[offset + 1]} << 8 | std::uint32_t{bytes[offset + 2]} << 16 |
         std::uint32_t{bytes[offset + 3]} << 24;
}

}  // namespace

Result<Page> Page::Open(Bytes bytes) {
  SAWA_ASSIGN(ByteReader reader, OpenFrame(bytes, kPageMagic));
  const auto count = reader.Fixed32();
  if (!count || *count == 0 || *count > reader.rest().size() / kOffsetBytes) {
    return Corrupt("a page cannot be read");
  }
  Page page(std::move(bytes), *count);
  SAWA_TRY(page.Check());
  return page;
}

// Every entry lies where the one before it ends, and its key is greater: then all later reads stay inside the bytes.
Result<void> Page::Check() const {
  ByteReader reader(ByteView(bytes_).subspan(kHeaderBytes + count_ * kOffsetBytes));
  std::optional<std::string_view> previous;
  for (std::size_t index = 0; index < count_; ++index) {
    const bool in_place = OffsetOf(index) == bytes_.size() - reader.rest().size();
    const auto key = reader.Text();
    if (!in_place || !key || !reader.Block() || (previous && *key <= *previous)) {
      return Corrupt("a page cannot be read");
    }
    previous = key;
  }
  return reader.at_end() ? Result<void>() : Corrupt("a page has bytes left over");
}

std::size_t Page::OffsetOf(std::size_t index) const { return Fixed32At(bytes_, kHeaderBytes + index * kOffsetBytes); }

Page::Entry Page::At(std::size_t index) const {
  ByteReader reader(ByteView(bytes_).subspan(OffsetOf(index)));
  const auto key = reader.Block();
  const auto value = reader.Block();
  return {key.value_or(ByteView()), value.value_or(ByteView())};
}

std::size_t Page::LowerBound(std::string_view key) const {
  std::size_t low = 0;
  std::size_t high = count_;
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (this->key(middle) < key) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

std::size_t Page::IndexWith(std::string_view part, std::size_t from) const {
  const std::size_t begin = OffsetOf(from);
  const std::size_t place = FindText(AsText(bytes_).substr(begin), part);
  if (place == std::string_view::npos) {
    return count_;
  }
  std::size_t low = from;
  std::size_t high = count_;
  while (high - low > 1) {
    const std::size_t middle = low + (high - low) / 2;
    (OffsetOf(middle) <= begin + place ? low : high) = middle;
  }
  return low;
}

void PageBuilder::Add(std::string_view key, ByteView value) {
  offsets_.push_back(static_cast<std::uint32_t>(entries_.size()));
  entries_.Text(key);
  entries_.Block(value);
}

Page PageBuilder::Finish() {
  ByteWriter writer;
  const auto entries_offset = static_cast<std::uint32_t>(kHeaderBytes + offsets_.size() * kOffsetBytes);
  writer.Reserve(entries_offset + entries_.size());
  BeginFrame(writer, kPageMagic);
  writer.Fixed32(static_cast<std::uint32_t>(offsets_.size()));
  for (const std::uint32_t offset : offsets_) {
    writer.Fixed32(entries_offset + offset);
  }
  writer.Raw(entries_.view());
  const std::size_t count = offsets_.size();
  offsets_.clear();
  entries_.Clear();
  return {EndFrame(writer), count};
}

}  // namespace sawa
