// SPDX-License-Identifier: MIT
// Every way to cut bytes short or to flip one bit in them. Needs: base.
#pragma once

#include <cstddef>

#include "base/bytes.h"

namespace sawa::test {

// Calls `check(bytes, length)` with each proper prefix, in a buffer of exactly its size, so that ASan sees a read
// beyond it.
template <typename Check>
void ForEachTruncation(const Bytes& whole, Check check) {
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    check(cut, length);
  }
}

// Calls `check(bytes, bit)` with each copy that differs in one bit.
template <typename Check>
void ForEachBitFlip(const Bytes& whole, Check check) {
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    Bytes flipped = whole;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
    check(flipped, bit);
  }
}

inline Bytes BytesOf(std::string_view text) {
  const ByteView view = AsBytes(text);
  return {view.begin(), view.end()};
}

}  // namespace sawa::test
