// SPDX-License-Identifier: MIT
#include "query/aggregate.h"

#include <gtest/gtest.h>

#include <limits>

#include "support/results.h"
#include "support/view_context.h"

namespace sawa {
namespace {

using test::FailsWith;
using test::Int;
using test::IsOk;
using test::Str;
using test::Unwrap;
using test::ViewContext;

class AggregateTest : public testing::Test {
 protected:
  void Add(const FieldValues& fields) {
    Record record;
    for (const auto& [name, value] : fields) {
      record.Set(name, value, {1, 0});
    }
    ASSERT_TRUE(IsOk(context_.Commit({context_.Confirm("products", ++count_, record)})));
  }

  Result<std::string> Ask(std::string_view text) {
    const Query query = Unwrap(QueryFromJson(context_.schema(), "products", Unwrap(ParseJson(text))));
    Measured measured;
    return Aggregate(context_.view().Source("products"), query, Unwrap(ParseJson(text)), measured);
  }

  std::string Months(std::int64_t time_ms) {
    Add({{"price", Int(time_ms)}});
    return Unwrap(
        Ask(R"({"where":{"price":)" + std::to_string(time_ms) + R"(},"columns":[{"kind":"month","field":"price"}]})"));
  }

  int count_ = 0;
  ViewContext context_;
};

constexpr std::int64_t kHour = 3'600'000;

TEST_F(AggregateTest, CountsHoursAndDaysOnTheLocalClock) {
  Add({{"price", Int(0)}});
  Add({{"price", Int(21 * kHour)}});
  Add({{"price", Int(-1)}});
  Add({{"name", Str("no time")}});
  EXPECT_EQ(Unwrap(Ask(R"({"columns":[{"kind":"day","field":"price"},{"kind":"count"}]})")), "[[null,1],[-1,1],[0,2]]");
  EXPECT_EQ(Unwrap(Ask(R"({"columns":[{"kind":"day","field":"price"},{"kind":"count"}],"offsets":[0,10800000]})")),
            "[[null,1],[0,2],[1,1]]");
  EXPECT_EQ(Unwrap(Ask(R"({"columns":[{"kind":"hour","field":"price"}],"offsets":[0,10800000]})")),
            "[[null],[2],[3],[24]]");
}

TEST_F(AggregateTest, TheClockChangesAtItsTime) {
  Add({{"price", Int(10 * kHour - 1)}});
  Add({{"price", Int(10 * kHour)}});
  EXPECT_EQ(Unwrap(Ask(
                R"({"columns":[{"kind":"hour","field":"price"}],"offsets":[-5,0,36000000,3600000,72000000,7200000]})")),
            "[[9],[11]]");
}

TEST_F(AggregateTest, TellsMonthsApart) {
  EXPECT_EQ(Months(0), "[[0]]");
  EXPECT_EQ(Months(-1), "[[-1]]");
  EXPECT_EQ(Months(1'709'164'800'000), "[[649]]");       // 29 February 2024
  EXPECT_EQ(Months(1'709'251'199'999), "[[649]]");       // its last millisecond
  EXPECT_EQ(Months(1'709'251'200'000), "[[650]]");       // 1 March 2024
  EXPECT_EQ(Months(9'000'000'000'000'000), "[[null]]");  // beyond all calendars
}

TEST_F(AggregateTest, TextsThatSortAlikeAreGroupsOfTheirOwn) {
  Add({{"name", Str("chai")}});
  Add({{"name", Str("Chai")}});
  Add({{"name", Str("chai")}});
  EXPECT_EQ(Unwrap(Ask(R"({"columns":[{"kind":"value","field":"name"},{"kind":"count"}]})")),
            R"([["Chai",1],["chai",2]])");
}

TEST_F(AggregateTest, SumsOfWholeNumbersAreExactAndNeverWrapAround) {
  for (int times = 0; times < 1025; ++times) {
    Add({{"price", Int(kIntegerMax)}});
  }
  EXPECT_EQ(Unwrap(Ask(R"({"columns":[{"kind":"sum","field":"price"}]})")), "[[9232379236109515000]]");
  Add({{"price", Int(1)}, {"name", Str("one")}});
  EXPECT_EQ(Unwrap(Ask(R"({"where":{"name":"one"},"columns":[{"kind":"sum","field":"price"}]})")), "[[1]]");
}

TEST_F(AggregateTest, WithoutRecordsThereAreNoRows) {
  EXPECT_EQ(Unwrap(Ask(R"({"columns":[{"kind":"count"}]})")), "[]");
}

TEST_F(AggregateTest, ASliceWalksNoMoreEntriesThanItIsGiven) {
  for (int price = 1; price <= 5; ++price) {
    Add({{"price", Int(price)}});
  }
  const JsonView json = Unwrap(ParseJson(std::string_view(R"({"columns":[{"kind":"count"}]})")));
  const Query query = Unwrap(QueryFromJson(context_.schema(), "products", json));
  const QuerySource source = context_.view().Source("products");
  Measured measured;
  EXPECT_EQ(Unwrap(Aggregate(source, query, json, measured, 0)), "null");
  EXPECT_EQ(Unwrap(Aggregate(source, query, json, measured, 2)), "null");
  EXPECT_EQ(std::get<std::int64_t>(measured.rows.begin()->second.front()), 2);
  EXPECT_EQ(Unwrap(Aggregate(source, query, json, measured, 2)), "null");
  EXPECT_EQ(Unwrap(Aggregate(source, query, json, measured, 2)), "[[5]]");
}

TEST_F(AggregateTest, RefusesWhatItDoesNotKnow) {
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidArgument, Ask(R"({"columns":[{"kind":"median","field":"price"}]})")));
  EXPECT_TRUE(FailsWith(ErrorCode::kUnknownField, Ask(R"({"columns":[{"kind":"sum","field":"colour"}]})")));
  EXPECT_TRUE(FailsWith(ErrorCode::kUnknownField, Ask(R"({"columns":[{"kind":"sum"}]})")));
}

}  // namespace
}  // namespace sawa
