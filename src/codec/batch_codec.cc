// SPDX-License-Identifier: MIT
#include "codec/batch_codec.h"

#include "codec/frame.h"

namespace sawa {
namespace {

constexpr std::uint32_t kBatchMagic = 0x424C5753;  // "SWLB"

bool HasKey(TableChange::Kind kind) { return kind == TableChange::Kind::kPut || kind == TableChange::Kind::kRemove; }

std::optional<TableChange> ReadChange(ByteReader& reader) {
  const auto kind = reader.Byte();
  const auto table = reader.Text();
  if (!kind || !table || *kind > static_cast<std::uint8_t>(TableChange::Kind::kReload)) {
    return std::nullopt;
  }
  TableChange change{static_cast<TableChange::Kind>(*kind), std::string(*table)};
  if (!HasKey(change.kind)) {
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
    if (HasKey(change.kind)) {
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

}  // namespace sawa
