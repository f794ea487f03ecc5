// SPDX-License-Identifier: MIT
// Sums, counts and the like over the records that answer a query, by groups. Layer: query.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/text_map.h"
#include "query/query.h"

namespace sawa {

inline constexpr std::size_t kGroupsMax = 10'000;

struct Measured {
  // By what the groups are ordered by. Several values may have one place in the order.
  TextMap<std::vector<Value>> rows = {};
  std::string from = {};  // The key at which the walk goes on.
};

// `json`: {columns: [{kind, field}], offsets: [from_ms, offset_ms, from_ms, …]}. A column of a group is of the kind `value`,
// or the `hour`, `day` or `month` since 1970 that a field of milliseconds since 1970 lies in; a measure `count`, `sum`, `min` or
// `max`. A count may be without a field: of records. Null is not measured; nor, by sums, what is no number. `offsets`:
// the local clock, ascending: from when it is how far ahead of UTC.
// Walks no more than `entry_count` entries and adds what they hold to what has been `measured` so far; to be called again,
// as long as the answer is null and the database is the same. At the end gives a JSON list of rows in the order of the
// groups: each is the list of the columns' values. Where no record answers the query there is none. When it missed a
// page (see Tables), it has noted all that will be needed, and has to begin anew.
// Errors: invalid_argument, unknown_field; limit_exceeded beyond kGroupsMax rows.
[[nodiscard]] Result<std::string> Aggregate(const QuerySource& source, const Query& query, JsonView json,
                                            Measured& measured, std::size_t entry_count = SIZE_MAX);

}  // namespace sawa
