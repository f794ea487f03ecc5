// SPDX-License-Identifier: MIT
// Text as search and sorting see it. Layer: query.
#pragma once

#include <string>
#include <string_view>

namespace sawa {

// Lower case, and the letters of Latin-1 and Latin Extended-A without their diacritics; all else stays as it is.
[[nodiscard]] std::string FoldText(std::string_view text);

}  // namespace sawa
