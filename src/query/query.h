// SPDX-License-Identifier: MIT
// Queries over one collection of the view. Layer: query.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/function_ref.h"
#include "codec/json.h"
#include "query/index.h"

namespace sawa {

enum class Comparison : std::uint8_t { kEquals, kIn, kLessThan, kAtMost, kGreaterThan, kAtLeast };

struct Condition {
  std::string field;
  Comparison comparison = Comparison::kEquals;
  std::vector<Value> operands = {};  // One, but for kIn.
};

struct Ordering {
  std::string field;
  bool descending = false;
};

// Where a record lies in an order.
struct Position {
  std::vector<std::string> keys = {};  // What SortKeysOf gives.
  std::string id = {};                 // 16 bytes.
};

struct Query {
  std::string collection;
  std::vector<Condition> conditions = {};
  std::vector<std::string> words = {};  // Folded; all must occur in the search fields.
  std::vector<Ordering> order = {};     // Then by id.
  std::size_t limit = 1000;
  std::size_t offset = 0;
  std::optional<Position> after = {};  // Only what comes behind it.
};

inline constexpr std::size_t kQueryLimitMax = 10'000;

// Can a query name it? `id` is a field, too.
[[nodiscard]] bool IsKnownField(const CollectionSchema& schema, std::string_view field);

// Reads {where, search, orderBy, limit, offset, after} as the TypeScript API writes it.
// Errors: invalid_argument, unknown_collection, unknown_field.
[[nodiscard]] Result<Query> QueryFromJson(const Schema& schema, std::string_view collection, JsonView json);

// The order of docs/queries.md: null, false, true, numbers, texts by their bytes, JSON.
[[nodiscard]] int CompareValues(const Value& left, const Value& right);

struct FoundRecord {
  std::string id;  // 16 bytes.
  ByteView record;
};

// How a query is answered: by walking the keys from `from` up to `to` (empty: the end) of one table.
struct QueryPlan {
  enum class Access : std::uint8_t { kRecords, kIndex, kSearch };
  Access access = Access::kRecords;
  std::string table;
  std::string from = {};
  std::string to = {};
  Direction direction = Direction::kForward;
  bool sorted = false;  // The walk has the order that the query asks for.
  bool exact = false;   // Each key of the walk is a record that the query asks for; else the record decides.
};

// What a query reads from.
struct QuerySource {
  const CollectionSchema& collection;
  const std::vector<IndexDefinition>& indexes;
  const Shapes& shapes;
  Reader reader;
};

// The first condition that says which value a field has; null if there is none.
[[nodiscard]] const Condition* EqualityOn(const Query& query, std::string_view field);

[[nodiscard]] QueryPlan PlanQuery(const QuerySource& source, const Query& query);

// The views live until what is read next changes. The answer counts only if no page was missed: see Tables.
[[nodiscard]] std::vector<FoundRecord> Find(const QuerySource& source, const Query& query);

// How many records there are, whatever limit, offset and after say.
[[nodiscard]] std::size_t Count(const QuerySource& source, const Query& query);

// Gets a record; an empty one where its page is missed. False ends the walk.
using Visit = FunctionRef<bool(std::string_view id, ByteView record)>;

// Calls `visit` for each of these records, in no order. Of a slice: walks no more than `entry_count` entries of the plan's
// table, beginning at the key `from`, and gives the key at which the next slice begins; empty at the end.
std::string ForEach(const QuerySource& source, const Query& query, Visit visit, std::string_view from = {},
                    std::size_t entry_count = SIZE_MAX);

// The field of a record; `id` is one, too.
[[nodiscard]] Value FieldOf(const QuerySource& source, std::string_view id, ByteView record, std::string_view field);

// Does one record answer the query's conditions and words?
[[nodiscard]] bool Matches(const QuerySource& source, const Query& query, std::string_view id, ByteView record);

// What records are ordered by, one key for each of the query's orderings.
[[nodiscard]] std::vector<std::string> SortKeysOf(const QuerySource& source, const Query& query, std::string_view id,
                                                  ByteView record);
// Does the left record come first? Records that are equal otherwise come by their ids, in the last ordering's direction.
[[nodiscard]] bool ComesBefore(const Query& query, const Position& left, const Position& right);

}  // namespace sawa
