// SPDX-License-Identifier: MIT
// What a run did, as one number (every byte written to a disk or sent over the network counts) and, if asked for, as lines.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace sawa::sim {

class Trace {
 public:
  explicit Trace(bool prints) : prints_(prints) {}

  void Add(std::string_view text) {
    Hash(AsBytes(text));
    if (prints_) {
      static_cast<void>(std::printf("%.*s\n", static_cast<int>(text.size()), text.data()));
    }
  }
  void AddBytes(std::string_view what, ByteView bytes) {
    Hash(AsBytes(what));
    Hash(bytes);
    if (prints_) {
      static_cast<void>(std::printf("  %.*s: %zu bytes\n", static_cast<int>(what.size()), what.data(), bytes.size()));
    }
  }
  // Only for people.
  void Note(std::string_view text) const {
    if (prints_) {
      static_cast<void>(std::printf("  %.*s\n", static_cast<int>(text.size()), text.data()));
    }
  }
  [[nodiscard]] std::uint64_t hash() const { return hash_; }
  [[nodiscard]] bool prints() const { return prints_; }

 private:
  void Hash(ByteView bytes) {
    // FNV-1a.
    for (const std::uint8_t byte : bytes) {
      hash_ = (hash_ ^ byte) * 0x100000001B3;
    }
  }

  bool prints_;
  std::uint64_t hash_ = 0xCBF29CE484222325;
};

}  // namespace sawa::sim
