// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "query/query.h"
#include "support/json.h"
#include "support/results.h"
#include "support/shop.h"

namespace sawa {
namespace {

using test::FailsWith;
using test::Int;
using test::ShopSchema;
using test::Str;
using test::Unwrap;

Result<Query> Read(std::string_view text) { return QueryFromJson(ShopSchema(), "products", Unwrap(ParseJson(text))); }

TEST(QueryJsonTest, AnEmptyQueryFindsTheFirstThousand) {
  const Query query = Unwrap(Read("{}"));
  EXPECT_EQ(query.collection, "products");
  EXPECT_TRUE(query.conditions.empty() && query.words.empty() && query.order.empty());
  EXPECT_EQ(query.limit, 1000U);
  EXPECT_EQ(query.offset, 0U);
}

TEST(QueryJsonTest, ReadsEveryComparison) {
  const Query query = Unwrap(Read(R"({"where":{"code":"A","price":{"atLeast":1,"atMost":9,"equals":5,"greaterThan":0,
      "in":[5,6],"lessThan":10}}})"));
  ASSERT_EQ(query.conditions.size(), 7U);
  EXPECT_EQ(query.conditions[0].field, "code");
  EXPECT_EQ(query.conditions[0].comparison, Comparison::kEquals);
  EXPECT_EQ(query.conditions[0].operands, std::vector<Value>{Str("A")});
  std::set<Comparison> comparisons;
  for (const Condition& condition : query.conditions) {
    comparisons.insert(condition.comparison);
  }
  EXPECT_EQ(comparisons.size(), 6U);
  EXPECT_EQ(query.conditions[5].comparison, Comparison::kIn);
  EXPECT_EQ(query.conditions[5].operands, (std::vector<Value>{Int(5), Int(6)}));
}

TEST(QueryJsonTest, ReadsOrderLimitAndOffset) {
  const Query query = Unwrap(Read(R"({"orderBy":[{"field":"name"},{"field":"price","descending":true},{"field":"id"}],
      "limit":20,"offset":40})"));
  ASSERT_EQ(query.order.size(), 3U);
  EXPECT_FALSE(query.order[0].descending);
  EXPECT_TRUE(query.order[1].descending);
  EXPECT_EQ(query.order[2].field, "id");
  EXPECT_EQ(query.limit, 20U);
  EXPECT_EQ(query.offset, 40U);
}

TEST(QueryJsonTest, FoldsAndSplitsTheSearchedWords) {
  EXPECT_EQ(Unwrap(Read(R"({"search":"  Súkari  1KG "})")).words, (std::vector<std::string>{"sukari", "1kg"}));
  EXPECT_TRUE(Unwrap(Read(R"({"search":"   "})")).words.empty());
}

TEST(QueryJsonTest, RefusesFieldsThatTheSchemaDoesNotHave) {
  for (const std::string_view text :
       {R"({"where":{"colour":"red"}})", R"({"orderBy":[{"field":"colour"}]})", R"({"orderBy":[{}]})",
        R"({"orderBy":"name"})", R"({"orderBy":{"field":"name"}})", R"({"where":[1]})", R"({"where":5})"}) {
    EXPECT_TRUE(FailsWith(ErrorCode::kUnknownField, Read(text))) << text;
  }
}

TEST(QueryJsonTest, RefusesWhatBreaksTheShape) {
  for (const std::string_view text :
       {R"({"where":{"price":{"near":5}}})", R"({"where":{"price":{"in":5}}})", R"({"where":{"price":{"in":{"a":1}}}})",
        R"({"limit":-1})", R"({"limit":1.5})", R"({"limit":"10"})", R"({"offset":-1})", R"({"offset":null})"}) {
    EXPECT_TRUE(FailsWith(ErrorCode::kInvalidArgument, Read(text))) << text;
  }
}

TEST(QueryJsonTest, HoldsTheLimit) {
  EXPECT_EQ(Unwrap(Read(R"({"limit":10000})")).limit, kQueryLimitMax);
  EXPECT_TRUE(FailsWith(ErrorCode::kLimitExceeded, Read(R"({"limit":10001})")));
  EXPECT_TRUE(FailsWith(ErrorCode::kLimitExceeded, Read(R"({"limit":9007199254740991})")));
}

TEST(QueryJsonTest, RefusesCollectionsThatTheSchemaDoesNotHave) {
  EXPECT_TRUE(FailsWith(ErrorCode::kUnknownCollection, QueryFromJson(ShopSchema(), "stores", JsonView())));
}

}  // namespace
}  // namespace sawa
