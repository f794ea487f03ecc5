// SPDX-License-Identifier: MIT
#include "base/bytes.h"

#include <algorithm>

#include "base/check.h"

namespace sawa {

void ByteWriter::Fixed32(std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) {
    Byte(static_cast<std::uint8_t>(value >> shift));
  }
}

void ByteWriter::Fixed64(std::uint64_t value) {
  for (int shift = 0; shift < 64; shift += 8) {
    Byte(static_cast<std::uint8_t>(value >> shift));
  }
}

void ByteWriter::Variable(std::uint64_t value) {
  while (value >= 0x80) {
    Byte(static_cast<std::uint8_t>(value | 0x80));
    value >>= 7;
  }
  Byte(static_cast<std::uint8_t>(value));
}

void ByteWriter::Signed(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  Variable((bits << 1) ^ (value < 0 ? ~std::uint64_t{0} : 0));
}

// With plain pointers it is one memcpy; with iterators, where code is made small, a loop.
void ByteWriter::Raw(ByteView bytes) { bytes_.insert(bytes_.end(), bytes.data(), bytes.data() + bytes.size()); }

void ByteWriter::Block(ByteView bytes) {
  Variable(bytes.size());
  Raw(bytes);
}

void ByteWriter::PatchFixed32(std::size_t offset, std::uint32_t value) {
  SAWA_CHECK(offset + 4 <= bytes_.size(), "patch beyond what was written");
  for (std::size_t index = 0; index < 4; ++index) {
    bytes_[offset + index] = static_cast<std::uint8_t>(value >> (8 * index));
  }
}

std::optional<ByteView> ByteReader::Take(std::uint64_t count) {
  if (count > rest_.size()) {
    rest_ = {};
    return std::nullopt;
  }
  const ByteView taken = rest_.first(static_cast<std::size_t>(count));
  rest_ = rest_.subspan(static_cast<std::size_t>(count));
  return taken;
}

std::optional<std::uint8_t> ByteReader::Byte() {
  const auto taken = Take(1);
  return taken ? std::optional(taken->front()) : std::nullopt;
}

std::optional<std::uint32_t> ByteReader::Fixed32() {
  const auto taken = Take(4);
  if (!taken) {
    return std::nullopt;
  }
  std::uint32_t value = 0;
  for (std::size_t index = 0; index < 4; ++index) {
    value |= std::uint32_t{(*taken)[index]} << (8 * index);
  }
  return value;
}

std::optional<std::uint64_t> ByteReader::Fixed64() {
  const auto taken = Take(8);
  if (!taken) {
    return std::nullopt;
  }
  std::uint64_t value = 0;
  for (std::size_t index = 0; index < 8; ++index) {
    value |= std::uint64_t{(*taken)[index]} << (8 * index);
  }
  return value;
}

std::optional<std::uint64_t> ByteReader::Variable() {
  std::uint64_t value = 0;
  const std::size_t length_max = std::min(rest_.size(), std::size_t{10});
  for (std::size_t index = 0; index < length_max; ++index) {
    const std::uint8_t byte = rest_[index];
    if (index == 9 && byte > 1) {
      break;
    }
    value |= std::uint64_t{byte & 0x7FU} << (7 * index);
    if (byte < 0x80) {
      rest_ = rest_.subspan(index + 1);
      return value;
    }
  }
  rest_ = {};
  return std::nullopt;
}

std::optional<std::int64_t> ByteReader::Signed() {
  const auto value = Variable();
  if (!value) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>((*value >> 1) ^ (~(*value & 1) + 1));
}

std::optional<ByteView> ByteReader::Block() {
  const auto size = Variable();
  return size ? Take(*size) : std::nullopt;
}

std::optional<std::string_view> ByteReader::Text() {
  const auto block = Block();
  return block ? std::optional(AsText(*block)) : std::nullopt;
}

}  // namespace sawa
