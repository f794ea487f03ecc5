// SPDX-License-Identifier: MIT
// The text of a double. Layer: base.
#pragma once

#include <string>

namespace sawa {

// The fewest digits that read back as `number`, which is finite, written as ECMAScript's Number::toString does. A
// JavaScript host writes it itself: bindings/embind/runtime.cc.
[[nodiscard]] std::string DoubleText(double number);

}  // namespace sawa
