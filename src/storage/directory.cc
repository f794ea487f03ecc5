// SPDX-License-Identifier: MIT
#include "storage/directory.h"

#include <algorithm>

#include "codec/frame.h"

namespace sawa {
namespace {

constexpr std::uint32_t kDirectoryMagic = 0x52445753;  // "SWDR"

std::optional<PageRef> ReadRef(ByteReader& reader) {
  const auto id = reader.Fixed32();
  const auto first_key = reader.Text();
  const auto count = reader.Fixed32();
  return id && first_key && count ? std::optional(PageRef{*id, std::string(*first_key), *count}) : std::nullopt;
}

}  // namespace

std::size_t PageIndexOf(const std::vector<PageRef>& pages, std::string_view key) {
  const auto behind =
      std::ranges::upper_bound(pages, key, {}, [](const PageRef& page) -> std::string_view { return page.first_key; });
  return behind == pages.begin() ? 0 : static_cast<std::size_t>(behind - pages.begin()) - 1;
}

Bytes EncodeDirectory(const Directory& directory) {
  ByteWriter writer;
  BeginFrame(writer, kDirectoryMagic);
  writer.Fixed32(directory.next_page_id);
  writer.Variable(directory.tables.size());
  for (const auto& [name, pages] : directory.tables) {
    writer.Text(name);
    writer.Variable(pages.size());
    for (const PageRef& page : pages) {
      writer.Fixed32(page.id);
      writer.Text(page.first_key);
      writer.Fixed32(page.count);
    }
  }
  return EndFrame(writer);
}

Result<Directory> DecodeDirectory(ByteView bytes) {
  Directory directory;
  if (bytes.empty()) {
    return directory;
  }
  SAWA_ASSIGN(ByteReader reader, OpenFrame(bytes, kDirectoryMagic));
  const auto next_page_id = reader.Fixed32();
  const auto table_count = reader.Variable();
  if (!next_page_id || !table_count || *table_count > bytes.size()) {
    return Corrupt("the directory cannot be read");
  }
  directory.next_page_id = *next_page_id;
  for (std::uint64_t table = 0; table < *table_count; ++table) {
    const auto name = reader.Text();
    const auto page_count = reader.Variable();
    const bool follows = directory.tables.empty() || (name && *name > directory.tables.rbegin()->first);
    if (!follows || !name || !page_count || *page_count > bytes.size()) {
      return Corrupt("the directory cannot be read");
    }
    auto& pages = directory.tables[std::string(*name)];
    for (std::uint64_t page = 0; page < *page_count; ++page) {
      auto ref = ReadRef(reader);
      if (!ref || ref->id >= directory.next_page_id || (page > 0 && ref->first_key <= pages.back().first_key)) {
        return Corrupt("the directory cannot be read");
      }
      pages.push_back(std::move(*ref));
    }
  }
  return reader.at_end() ? Result<Directory>(std::move(directory)) : Corrupt("the directory has bytes left over");
}

}  // namespace sawa
