// SPDX-License-Identifier: MIT
// Sums, counts and the like over the records that answer a query, by groups. Layer: query.
#pragma once

#include <string>

#include "query/query.h"

namespace sawa {

inline constexpr std::size_t kGroupsMax = 10'000;

// `json`: {columns: [{kind, field}], offsets: [from_ms, offset_ms, from_ms, …]}. A column of a group is of the kind `value`,
// or the `hour`, `day` or `month` since 1970 that a field of milliseconds since 1970 lies in; a measure `count`, `sum`, `min` or
// `max`. A count may be without a field: of records. Null is not measured; nor, by sums, what is no number. `offsets`:
// the local clock, ascending: from when it is how far ahead of UTC.
// Gives a JSON list of rows in the order of the groups: each is the list of the columns' values. Where no record answers
// the query there is none. The answer counts only if no page was missed: see Tables.
// Errors: invalid_argument, unknown_field; limit_exceeded beyond kGroupsMax rows.
[[nodiscard]] Result<std::string> Aggregate(const QuerySource& source, const Query& query, JsonView json);

}  // namespace sawa
