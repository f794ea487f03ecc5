// SPDX-License-Identifier: MIT
// Type-ahead: records whose search text has all words, whatever their case and diacritics. Layer: query.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "query/query.h"

namespace sawa {

// Do all words occur in a folded text?
[[nodiscard]] bool HasWords(std::string_view text, const std::vector<std::string>& words);

// Few texts have it.
[[nodiscard]] std::string_view LongestOf(const std::vector<std::string>& words);

// At most `limit` records of a search table that have all words and that `matches` takes. First those where every word begins a word of the
// text, then those where a word lies inside one; each by their texts.
[[nodiscard]] std::vector<FoundRecord> Search(const QuerySource& source, std::string_view table,
                                              const std::vector<std::string>& words, std::size_t limit,
                                              FunctionRef<bool(std::string_view id, ByteView record)> matches);

}  // namespace sawa
