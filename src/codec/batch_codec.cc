// SPDX-License-Identifier: MIT
#include "codec/batch_codec.h"

#include "codec/crc32c.h"

namespace sawa {
namespace {

constexpr std::uint32_t kBatchMagic = 0x424C5753;  // "SWLB"
constexpr std::uint32_t kPageMagic = 0x47505753;   // "SWPG"
constexpr std::size_t kChecksumOffset = 5;
constexpr std::size_t kBodyOffset = 9;

std::unexpected<Error> Corrupt(std::string_view what) { return Fail(ErrorCode::kStorageCorrupt, std::string(what)); }

void BeginFrame(ByteWriter& writer, std::uint32_t magic) {
  writer.Fixed32(magic);
  writer.Byte(kStorageFormatVersion);
  writer.Fixed32(0);
}

Bytes EndFrame(ByteWriter& writer) {
  writer.PatchFixed32(kChecksumOffset, Crc32c(writer.view().subspan(kBodyOffset)));
  return writer.Take();
}

Result<ByteReader> OpenFrame(ByteView bytes, std::uint32_t magic) {
  ByteReader reader(bytes);
  const auto found_magic = reader.Fixed32();
  const auto version = reader.Byte();
  const auto checksum = reader.Fixed32();
  if (!found_magic || !version || !checksum || *found_magic != magic || *version == 0) {
    return Corrupt("a stored block does not begin as one of Sawa's");
  }
  if (*version > kStorageFormatVersion) {
    return Fail(ErrorCode::kStorageVersionTooNew, "the database was written by a newer version of Sawa");
  }
  if (*checksum != Crc32c(reader.rest())) {
    return Corrupt("the checksum of a stored block does not fit");
  }
  return reader;
}

std::optional<TableChange> ReadChange(ByteReader& reader) {
  const auto kind = reader.Byte();
  const auto table = reader.Text();
  if (!kind || !table || *kind > static_cast<std::uint8_t>(TableChange::Kind::kClear)) {
    return std::nullopt;
  }
  TableChange change{static_cast<TableChange::Kind>(*kind), std::string(*table)};
  if (change.kind == TableChange::Kind::kClear) {
    return change;
  }
  const auto key = reader.Text();
  if (!key) {
    return std::nullopt;
  }
  change.key = *key;
  if (change.kind == TableChange::Kind::kPut) {
    const auto value = reader.Block();
    if (!value) {
      return std::nullopt;
    }
    change.value.assign(value->begin(), value->end());
  }
  return change;
}

}  // namespace

Bytes EncodeBatch(const WriteBatch& batch) {
  ByteWriter writer;
  BeginFrame(writer, kBatchMagic);
  writer.Variable(batch.size());
  for (const TableChange& change : batch) {
    writer.Byte(static_cast<std::uint8_t>(change.kind));
    writer.Text(change.table);
    if (change.kind != TableChange::Kind::kClear) {
      writer.Text(change.key);
    }
    if (change.kind == TableChange::Kind::kPut) {
      writer.Block(change.value);
    }
  }
  return EndFrame(writer);
}

Result<WriteBatch> DecodeBatch(ByteView bytes) {
  SAWA_ASSIGN(ByteReader reader, OpenFrame(bytes, kBatchMagic));
  const auto count = reader.Variable();
  if (!count || *count > bytes.size()) {
    return Corrupt("a log entry cannot be read");
  }
  WriteBatch batch;
  batch.reserve(static_cast<std::size_t>(*count));
  for (std::uint64_t index = 0; index < *count; ++index) {
    auto change = ReadChange(reader);
    if (!change) {
      return Corrupt("a log entry cannot be read");
    }
    batch.push_back(std::move(*change));
  }
  if (!reader.at_end()) {
    return Corrupt("a log entry has bytes left over");
  }
  return batch;
}

Bytes EncodePage(const Page& page) {
  ByteWriter writer;
  BeginFrame(writer, kPageMagic);
  writer.Text(page.table);
  writer.Variable(page.entries.size());
  for (const PageEntry& entry : page.entries) {
    writer.Text(entry.key);
    writer.Block(entry.value);
  }
  return EndFrame(writer);
}

Result<std::string> TableOfPage(ByteView bytes) {
  SAWA_ASSIGN(ByteReader reader, OpenFrame(bytes, kPageMagic));
  const auto table = reader.Text();
  if (!table) {
    return Corrupt("a page cannot be read");
  }
  return std::string(*table);
}

Result<Page> DecodePage(ByteView bytes) {
  SAWA_ASSIGN(ByteReader reader, OpenFrame(bytes, kPageMagic));
  const auto table = reader.Text();
  const auto count = reader.Variable();
  if (!table || !count || *count > bytes.size()) {
    return Corrupt("a page cannot be read");
  }
  Page page{std::string(*table), {}};
  page.entries.reserve(static_cast<std::size_t>(*count));
  for (std::uint64_t index = 0; index < *count; ++index) {
    const auto key = reader.Text();
    const auto value = reader.Block();
    if (!key || !value) {
      return Corrupt("a page cannot be read");
    }
    page.entries.push_back({std::string(*key), Bytes(value->begin(), value->end())});
  }
  if (!reader.at_end()) {
    return Corrupt("a page has bytes left over");
  }
  return page;
}

}  // namespace sawa
