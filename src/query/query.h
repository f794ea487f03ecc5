// SPDX-License-Identifier: MIT
// Queries over one collection of the view. Layer: query.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "codec/json.h"
#include "query/view.h"

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

struct Query {
  std::string collection;
  std::vector<Condition> conditions = {};
  std::vector<std::string> words = {};  // Folded; all must occur in the search fields.
  std::vector<Ordering> order = {};     // Then by id.
  std::size_t limit = 1000;
  std::size_t offset = 0;
};

inline constexpr std::size_t kQueryLimitMax = 10'000;

// Reads {where, search, orderBy, limit, offset} as the TypeScript API writes it.
// Errors: invalid_argument, unknown_collection, unknown_field.
[[nodiscard]] Result<Query> QueryFromJson(const Schema& schema, std::string_view collection, const Json& json);

// Null sorts before false, true, numbers, texts (folded, then by bytes) and JSON.
[[nodiscard]] int CompareValues(const Value& left, const Value& right);

using FoundRecord = std::pair<const std::string*, const Record*>;

// Records that a transaction has changed, by collection and id; nullopt or a removed record hides the view's.
using Drafts = std::map<std::string, std::map<std::string, std::optional<Record>, std::less<>>, std::less<>>;

// The pointers live until the view or the drafts next change.
[[nodiscard]] std::vector<FoundRecord> Find(const Schema& schema, const View& view, const Query& query,
                                            const Drafts& drafts = {});

}  // namespace sawa
