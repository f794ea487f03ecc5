// SPDX-License-Identifier: MIT
// The text of a whole number. Layer: base.
#pragma once

#include <cstdint>
#include <string>

namespace sawa {

// As std::to_string, which brings a table of all pairs of digits into the module.
[[nodiscard]] std::string IntegerText(std::int64_t number);

}  // namespace sawa
