// SPDX-License-Identifier: MIT
// Finds a text in another one, fast enough to read through megabytes as somebody types. Layer: base.
#pragma once

#include <cstddef>
#include <string_view>

namespace sawa {

// Where `part` occurs first, or npos.
[[nodiscard]] std::size_t FindText(std::string_view text, std::string_view part);

}  // namespace sawa
