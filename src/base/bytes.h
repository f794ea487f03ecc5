// SPDX-License-Identifier: MIT
// Bytes, and writing and reading them: little-endian fixed numbers, LEB128 variable numbers, length-prefixed texts.
// Layer: base.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sawa {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

[[nodiscard]] inline ByteView AsBytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
// A copy.
[[nodiscard]] inline Bytes BytesOf(std::string_view text) { return {text.begin(), text.end()}; }
[[nodiscard]] inline std::string_view AsText(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class ByteWriter {
 public:
  void Byte(std::uint8_t value) { bytes_.push_back(value); }
  void Fixed32(std::uint32_t value);
  void Fixed64(std::uint64_t value);
  void Variable(std::uint64_t value);
  // Small magnitudes of either sign take few bytes (zigzag).
  void Signed(std::int64_t value);
  void Raw(ByteView bytes);
  void Block(ByteView bytes);
  void Text(std::string_view text) { Block(AsBytes(text)); }
  void PatchFixed32(std::size_t offset, std::uint32_t value);

  void Reserve(std::size_t byte_count) { bytes_.reserve(byte_count); }
  void Clear() { bytes_.clear(); }

  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] ByteView view() const { return bytes_; }
  [[nodiscard]] Bytes Take() { return std::move(bytes_); }

 private:
  Bytes bytes_;
};

// Reads what ByteWriter wrote. Never reads past the end: a short or malformed input gives nullopt, and so does every
// later read.
class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : rest_(bytes) {}

  std::optional<std::uint8_t> Byte();
  std::optional<std::uint32_t> Fixed32();
  std::optional<std::uint64_t> Fixed64();
  std::optional<std::uint64_t> Variable();
  std::optional<std::int64_t> Signed();
  std::optional<ByteView> Raw(std::uint64_t byte_count) { return Take(byte_count); }
  std::optional<ByteView> Block();
  std::optional<std::string_view> Text();

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] ByteView rest() const { return rest_; }

 private:
  std::optional<ByteView> Take(std::uint64_t count);

  ByteView rest_;
};

}  // namespace sawa
