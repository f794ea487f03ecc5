// SPDX-License-Identifier: MIT
#include "query/aggregate.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "codec/json_writer.h"

namespace sawa {
namespace {

enum class Kind : std::uint8_t { kValue, kHour, kDay, kMonth, kCount, kSum, kMinimum, kMaximum };
constexpr std::array<std::string_view, 8> kKinds = {"value", "hour", "day", "month", "count", "sum", "min", "max"};

struct Column {
  Kind kind = Kind::kValue;
  std::string field = {};  // Empty: the record itself.
  [[nodiscard]] bool groups() const { return kind < Kind::kCount; }
};

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kDayMs = 24 * kHourMs;
// What JavaScript takes for a date.
constexpr std::int64_t kTimeMsMax = 8'640'000'000'000'000;

Result<std::vector<Column>> ColumnsFromJson(const CollectionSchema& schema, JsonView json) {
  std::vector<Column> columns;
  for (JsonWalk walk(MemberAt(json, "columns").value_or(JsonView())); walk.Next();) {
    const auto kind = std::ranges::find(kKinds, TextAt(walk.value(), "kind").value_or(""));
    if (kind == kKinds.end()) {
      return Fail(ErrorCode::kInvalidArgument, "aggregate: unknown kind of column");
    }
    Column& column = columns.emplace_back(static_cast<Kind>(kind - kKinds.begin()));
    column.field = TextAt(walk.value(), "field").value_or("");
    if (!IsKnownField(schema, column.field) && (column.kind != Kind::kCount || !column.field.empty())) {
      return Fail(ErrorCode::kUnknownField, schema.name + "." + column.field);
    }
  }
  return columns;
}

std::int64_t FloorOf(std::int64_t number, std::int64_t unit) { return number / unit - (number % unit < 0 ? 1 : 0); }

std::int64_t MonthOf(std::int64_t day) {
  const std::chrono::year_month_day date(std::chrono::sys_days(std::chrono::days(static_cast<int>(day))));
  return (static_cast<int>(date.year()) - 1970) * 12 + static_cast<int>(static_cast<unsigned>(date.month())) - 1;
}

// Null for what is no time.
Value PeriodOf(Kind kind, const std::vector<std::int64_t>& offsets, const Value& value) {
  const auto* time_ms = std::get_if<std::int64_t>(&value);
  if (time_ms == nullptr || *time_ms > kTimeMsMax || *time_ms < -kTimeMsMax) {
    return {};
  }
  // Before the first offset there is, that one holds.
  std::size_t index = 0;
  while (index + 3 < offsets.size() && *time_ms >= offsets[index + 2]) {
    index += 2;
  }
  const std::int64_t local_ms = *time_ms + (offsets.size() > 1 ? offsets[index + 1] : 0);
  if (kind == Kind::kHour) {
    return FloorOf(local_ms, kHourMs);
  }
  const std::int64_t day = FloorOf(local_ms, kDayMs);
  return kind == Kind::kDay ? day : MonthOf(day);
}

double NumberOf(const Value& value) {
  const auto* integer = std::get_if<std::int64_t>(&value);
  return integer != nullptr ? static_cast<double>(*integer) : std::get<double>(value);
}

// Whole numbers are added exactly, as long as that can be.
Value Sum(const Value& left, const Value& right) {
  const auto* left_integer = std::get_if<std::int64_t>(&left);
  const auto* right_integer = std::get_if<std::int64_t>(&right);
  std::int64_t sum = 0;
  if (left_integer != nullptr && right_integer != nullptr &&
      !__builtin_add_overflow(*left_integer, *right_integer, &sum)) {
    return sum;
  }
  return NumberOf(left) + NumberOf(right);
}

// Takes a value that is not null into what was measured so far.
void Measure(Kind kind, const Value& value, Value& measured) {
  const bool number = std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
  if (kind == Kind::kCount) {
    measured = Sum(measured, std::int64_t{1});
  } else if (kind == Kind::kSum) {
    measured = number ? Sum(measured, value) : measured;
  } else if (std::holds_alternative<std::monostate>(measured) ||
             (CompareValues(value, measured) < 0) == (kind == Kind::kMinimum)) {
    measured = value;
  }
}

struct Layout {
  std::vector<Column> columns;
  std::vector<std::int64_t> offsets = {};
};

using Rows = decltype(Measured::rows);

void AddRecord(const QuerySource& source, const Layout& layout, std::string_view id, ByteView record, Rows& rows) {
  const std::vector<Column>& columns = layout.columns;
  std::vector<Value> values;
  std::string key;
  for (const Column& column : columns) {
    Value& value = values.emplace_back(column.field.empty() ? Value(true) : FieldOf(source, id, record, column.field));
    if (column.groups()) {
      value = column.kind != Kind::kValue ? PeriodOf(column.kind, layout.offsets, value) : value;
      AppendSortKey(key, value);
      key += CanonicalText(value);
    }
  }
  std::vector<Value>& row = rows[key];
  for (std::size_t index = row.size(); index < columns.size(); ++index) {
    const bool adds = columns[index].kind == Kind::kCount || columns[index].kind == Kind::kSum;
    row.push_back(columns[index].groups() ? values[index] : (adds ? Value(std::int64_t{0}) : Value()));
  }
  for (std::size_t index = 0; index < columns.size(); ++index) {
    if (!columns[index].groups() && !std::holds_alternative<std::monostate>(values[index])) {
      Measure(columns[index].kind, values[index], row[index]);
    }
  }
}

std::string RowsJson(const Rows& rows) {
  JsonArray list;
  for (const auto& [key, row] : rows) {
    JsonArray values;
    for (const Value& value : row) {
      values.Raw(CanonicalText(value));
    }
    list.Raw(values.Take());
  }
  return list.Take();
}

}  // namespace

Result<std::string> Aggregate(const QuerySource& source, const Query& query, JsonView json, Measured& measured,
                              std::size_t entry_count) {
  Layout layout;
  SAWA_ASSIGN(layout.columns, ColumnsFromJson(source.collection, json));
  for (JsonWalk walk(MemberAt(json, "offsets").value_or(JsonView())); walk.Next();) {
    layout.offsets.push_back(std::min(std::max(IntegerOf(walk.value()).value_or(0), -kTimeMsMax), kTimeMsMax));
  }
  Rows& rows = measured.rows;
  measured.from = ForEach(
      source, query,
      [&](std::string_view id, ByteView record) {
        if (rows.size() <= kGroupsMax && !source.reader.missing()) {
          AddRecord(source, layout, id, record, rows);
        }
        return true;
      },
      measured.from, entry_count);
  if (rows.size() > kGroupsMax) {
    return Fail(ErrorCode::kLimitExceeded, "aggregate: more than 10,000 groups");
  }
  return measured.from.empty() ? RowsJson(rows) : "null";
}

}  // namespace sawa
