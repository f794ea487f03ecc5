// SPDX-License-Identifier: MIT
#include "codec/record_codec.h"

#include <bit>

namespace sawa {
namespace {

enum ValueTag : std::uint8_t { kNull, kFalse, kTrue, kInteger, kDouble, kText, kJson };

struct ValueEncoder {
  ByteWriter& writer;

  void operator()(std::monostate) const { writer.Byte(kNull); }
  void operator()(bool value) const { writer.Byte(value ? kTrue : kFalse); }
  void operator()(std::int64_t value) const {
    writer.Byte(kInteger);
    writer.Signed(value);
  }
  void operator()(double value) const {
    writer.Byte(kDouble);
    writer.Fixed64(std::bit_cast<std::uint64_t>(value));
  }
  void operator()(const std::string& value) const {
    writer.Byte(kText);
    writer.Text(value);
  }
  void operator()(const JsonText& value) const {
    writer.Byte(kJson);
    writer.Text(value.text);
  }
};

std::optional<Value> DecodeValue(ByteReader& reader) {
  const auto tag = reader.Byte();
  if (!tag) {
    return std::nullopt;
  }
  switch (*tag) {
    case kNull:
      return Value{};
    case kFalse:
      return Value{false};
    case kTrue:
      return Value{true};
    case kInteger: {
      const auto integer = reader.Signed();
      return integer ? std::optional(Value{*integer}) : std::nullopt;
    }
    case kDouble: {
      const auto bits = reader.Fixed64();
      return bits ? std::optional(Value{std::bit_cast<double>(*bits)}) : std::nullopt;
    }
    case kText: {
      const auto text = reader.Text();
      return text ? std::optional(Value{std::string(*text)}) : std::nullopt;
    }
    case kJson: {
      const auto text = reader.Text();
      return text ? std::optional(Value{JsonText{std::string(*text)}}) : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

void EncodeStamp(ByteWriter& writer, const Stamp& stamp) {
  writer.Fixed64(stamp.time);
  writer.Fixed64(stamp.node);
}

std::optional<Stamp> DecodeStamp(ByteReader& reader) {
  const auto time = reader.Fixed64();
  const auto node = reader.Fixed64();
  return time && node ? std::optional(Stamp{*time, *node}) : std::nullopt;
}

bool DecodeField(ByteReader& reader, std::vector<Stamp>& stamps, Record& record) {
  const auto name = reader.Text();
  const auto stamp_index = reader.Variable();
  if (!name || !stamp_index || *stamp_index > stamps.size()) {
    return false;
  }
  if (*stamp_index == stamps.size()) {
    const auto stamp = DecodeStamp(reader);
    if (!stamp) {
      return false;
    }
    stamps.push_back(*stamp);
  }
  auto value = DecodeValue(reader);
  if (!value) {
    return false;
  }
  record.Set(*name, std::move(*value), stamps[static_cast<std::size_t>(*stamp_index)]);
  return true;
}

}  // namespace

Bytes EncodeRecord(const Record& record) {
  ByteWriter writer;
  writer.Byte(record.removed ? 1 : 0);
  if (record.removed) {
    EncodeStamp(writer, *record.removed);
  }
  writer.Variable(record.fields().size());
  // Most fields of a record share a stamp: each is written once, where it first occurs, and then referred to.
  std::vector<Stamp> stamps;
  for (const FieldState& field : record.fields()) {
    writer.Text(field.name);
    const auto known = std::ranges::find(stamps, field.stamp);
    writer.Variable(static_cast<std::uint64_t>(known - stamps.begin()));
    if (known == stamps.end()) {
      EncodeStamp(writer, field.stamp);
      stamps.push_back(field.stamp);
    }
    std::visit(ValueEncoder{writer}, field.value);
  }
  return writer.Take();
}

Result<Record> DecodeRecord(ByteView bytes) {
  const auto corrupt = [] { return Fail(ErrorCode::kStorageCorrupt, "a stored record cannot be read"); };
  ByteReader reader(bytes);
  Record record;
  const auto removed = reader.Byte();
  if (!removed || *removed > 1) {
    return corrupt();
  }
  if (*removed == 1) {
    record.removed = DecodeStamp(reader);
    if (!record.removed) {
      return corrupt();
    }
  }
  const auto count = reader.Variable();
  if (!count || *count > bytes.size()) {
    return corrupt();
  }
  std::vector<Stamp> stamps;
  for (std::uint64_t index = 0; index < *count; ++index) {
    if (!DecodeField(reader, stamps, record)) {
      return corrupt();
    }
  }
  if (!reader.at_end()) {
    return corrupt();
  }
  return record;
}

}  // namespace sawa
