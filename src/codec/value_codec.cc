// SPDX-License-Identifier: MIT
#include "codec/value_codec.h"

#include <bit>

#include "base/uuid.h"

namespace sawa {
namespace {

constexpr std::uint8_t kNil = 0xC0;
constexpr std::uint8_t kFalse = 0xC2;
constexpr std::uint8_t kTrue = 0xC3;
constexpr std::uint8_t kExt8 = 0xC7;
constexpr std::uint8_t kFloat64 = 0xCB;
constexpr std::uint8_t kUint8 = 0xCC;
constexpr std::uint8_t kInt8 = 0xD0;
constexpr std::uint8_t kFixExt16 = 0xD8;
constexpr std::uint8_t kStr8 = 0xD9;
constexpr std::uint8_t kFixStr = 0xA0;
constexpr std::uint8_t kJsonType = 1;
constexpr std::uint8_t kUuidType = 2;

void WriteBigEndian(ByteWriter& writer, std::uint64_t value, int byte_count) {
  for (int shift = 8 * (byte_count - 1); shift >= 0; shift -= 8) {
    writer.Byte(static_cast<std::uint8_t>(value >> shift));
  }
}

std::optional<std::uint64_t> ReadBigEndian(ByteReader& reader, int byte_count) {
  std::uint64_t value = 0;
  for (int index = 0; index < byte_count; ++index) {
    const auto byte = reader.Byte();
    if (!byte) {
      return std::nullopt;
    }
    value = value << 8 | *byte;
  }
  return value;
}

// `first` is the code of the 8-bit form; those of 16, 32 and 64 bits follow it.
void WriteSized(ByteWriter& writer, std::uint8_t first, std::uint64_t value) {
  const int power = value <= 0xFF ? 0 : (value <= 0xFFFF ? 1 : (value <= 0xFFFFFFFF ? 2 : 3));
  writer.Byte(static_cast<std::uint8_t>(first + power));
  WriteBigEndian(writer, value, 1 << power);
}

struct ValueEncoder {
  ByteWriter& writer;

  void operator()(std::monostate) const { writer.Byte(kNil); }
  void operator()(bool value) const { writer.Byte(value ? kTrue : kFalse); }
  void operator()(std::int64_t value) const {
    if (value >= -32 && value < 128) {
      writer.Byte(static_cast<std::uint8_t>(value));
    } else if (value >= 0) {
      WriteSized(writer, kUint8, static_cast<std::uint64_t>(value));
    } else {
      writer.Byte(kInt8 + 3);
      WriteBigEndian(writer, static_cast<std::uint64_t>(value), 8);
    }
  }
  void operator()(double value) const {
    writer.Byte(kFloat64);
    WriteBigEndian(writer, std::bit_cast<std::uint64_t>(value), 8);
  }
  void operator()(const std::string& value) const {
    if (const auto uuid = PackUuid(value); uuid) {
      writer.Byte(kFixExt16);
      writer.Byte(kUuidType);
      writer.Raw(AsBytes(*uuid));
      return;
    }
    if (value.size() < 32) {
      writer.Byte(static_cast<std::uint8_t>(kFixStr | value.size()));
    } else {
      WriteSized(writer, kStr8, value.size());
    }
    writer.Raw(AsBytes(value));
  }
  void operator()(const JsonText& value) const {
    WriteSized(writer, kExt8, value.text.size());
    writer.Byte(kJsonType);
    writer.Raw(AsBytes(value.text));
  }
};

// A value whose bytes have been found but not been made into anything yet.
struct RawValue {
  enum class Kind : std::uint8_t { kNull, kBoolean, kInteger, kDouble, kText, kJson, kUuid };
  Kind kind = Kind::kNull;
  std::uint64_t bits = 0;
  ByteView bytes = {};
};

std::optional<RawValue> ReadBytes(ByteReader& reader, RawValue::Kind kind, std::optional<std::uint64_t> size) {
  const auto bytes = size ? reader.Raw(*size) : std::nullopt;
  return bytes ? std::optional(RawValue{kind, 0, *bytes}) : std::nullopt;
}

std::optional<RawValue> ReadInteger(ByteReader& reader, int byte_count) {
  const auto bits = ReadBigEndian(reader, byte_count);
  return bits ? std::optional(RawValue{RawValue::Kind::kInteger, *bits}) : std::nullopt;
}

std::optional<RawValue> ReadExtension(ByteReader& reader, std::uint8_t code) {
  const bool uuid = code == kFixExt16;
  const auto size = uuid ? std::optional<std::uint64_t>(16) : ReadBigEndian(reader, 1 << (code - kExt8));
  const auto type = reader.Byte();
  if (!type || *type != (uuid ? kUuidType : kJsonType)) {
    return std::nullopt;
  }
  return ReadBytes(reader, uuid ? RawValue::Kind::kUuid : RawValue::Kind::kJson, size);
}

std::optional<RawValue> ReadRaw(ByteReader& reader) {
  const auto code = reader.Byte();
  if (!code) {
    return std::nullopt;
  }
  if (*code < 0x80 || *code >= 0xE0) {
    return RawValue{RawValue::Kind::kInteger, static_cast<std::uint64_t>(static_cast<std::int8_t>(*code))};
  }
  if (*code >= kFixStr && *code < kNil) {
    return ReadBytes(reader, RawValue::Kind::kText, *code & 0x1FU);
  }
  switch (*code) {
    case kNil:
      return RawValue{};
    case kFalse:
    case kTrue:
      return RawValue{RawValue::Kind::kBoolean, *code == kTrue ? 1U : 0U};
    case kExt8:
    case kExt8 + 1:
    case kExt8 + 2:
    case kFixExt16:
      return ReadExtension(reader, *code);
    case kFloat64: {
      const auto bits = ReadBigEndian(reader, 8);
      return bits ? std::optional(RawValue{RawValue::Kind::kDouble, *bits}) : std::nullopt;
    }
    case kUint8:
    case kUint8 + 1:
    case kUint8 + 2:
    case kUint8 + 3:
      return ReadInteger(reader, 1 << (*code - kUint8));
    case kInt8 + 3:
      return ReadInteger(reader, 8);
    case kStr8:
    case kStr8 + 1:
    case kStr8 + 2:
      return ReadBytes(reader, RawValue::Kind::kText, ReadBigEndian(reader, 1 << (*code - kStr8)));
    default:
      return std::nullopt;
  }
}

}  // namespace

void EncodeValue(ByteWriter& writer, const Value& value) { std::visit(ValueEncoder{writer}, value); }

std::optional<Value> DecodeValue(ByteReader& reader) {
  const auto raw = ReadRaw(reader);
  if (!raw) {
    return std::nullopt;
  }
  switch (raw->kind) {
    case RawValue::Kind::kNull:
      return Value{};
    case RawValue::Kind::kBoolean:
      return Value{raw->bits == 1};
    case RawValue::Kind::kInteger:
      return Value{static_cast<std::int64_t>(raw->bits)};
    case RawValue::Kind::kDouble:
      return Value{std::bit_cast<double>(raw->bits)};
    case RawValue::Kind::kText:
      return Value{std::string(AsText(raw->bytes))};
    case RawValue::Kind::kJson:
      return Value{JsonText{std::string(AsText(raw->bytes))}};
    case RawValue::Kind::kUuid:
      return Value{UuidText(AsText(raw->bytes))};
  }
  return std::nullopt;
}

bool SkipValue(ByteReader& reader) { return ReadRaw(reader).has_value(); }

}  // namespace sawa
