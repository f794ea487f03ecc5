// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <vector>

#include "query/query.h"
#include "support/results.h"
#include "support/view_context.h"

namespace sawa {
namespace {

using test::IdOf;
using test::Int;
using test::IsOk;
using test::KeyOf;
using test::Str;
using test::Unwrap;
using test::ViewContext;

class FindTest : public testing::Test {
 protected:
  void Add(int number, const FieldValues& fields) {
    Record record;
    for (const auto& [name, value] : fields) {
      record.Set(name, value, {1, 0});
    }
    ASSERT_TRUE(IsOk(context_.Commit({context_.Confirm("products", number, record)})));
  }

  // The numbers of the products that a query finds, in order.
  std::vector<int> Numbers(std::string_view text, const Layer* drafts = nullptr) {
    const Query query = Unwrap(QueryFromJson(context_.schema(), "products", Unwrap(ParseJson(text))));
    std::vector<int> numbers;
    for (const FoundRecord& found : Find(context_.view().Source("products", drafts), query)) {
      numbers.push_back(std::stoi(UuidText(found.id).substr(24)));
    }
    return numbers;
  }

  ViewContext context_;
};

using Found = std::vector<int>;

TEST_F(FindTest, GivesEverythingInTheOrderOfTheIds) {
  Add(2, {{"name", Str("a")}});
  Add(1, {{"name", Str("b")}});
  EXPECT_EQ(Numbers("{}"), (Found{1, 2}));
}

TEST_F(FindTest, ComparesNumbersOfBothKinds) {
  Add(1, {{"rate", Int(2)}});
  Add(2, {{"rate", 2.5}});
  Add(3, {{"rate", Int(3)}});
  Add(4, {});
  EXPECT_EQ(Numbers(R"({"where":{"rate":2.5}})"), (Found{2}));
  EXPECT_EQ(Numbers(R"({"where":{"rate":2.0}})"), (Found{1}));
  EXPECT_EQ(Numbers(R"({"where":{"rate":{"greaterThan":2}}})"), (Found{2, 3}));
  EXPECT_EQ(Numbers(R"({"where":{"rate":{"atLeast":2,"lessThan":3}}})"), (Found{1, 2}));
  EXPECT_EQ(Numbers(R"({"where":{"rate":{"atMost":2}}})"), (Found{1}));
  EXPECT_EQ(Numbers(R"({"where":{"rate":{"in":[3,2,9]}}})"), (Found{1, 3}));
  EXPECT_EQ(Numbers(R"({"where":{"rate":{"in":[]}}})"), Found{});
}

TEST_F(FindTest, NullEqualsNullAndAFieldThatIsNotThere) {
  Add(1, {{"code", Value{}}});
  Add(2, {});
  Add(3, {{"code", Str("")}});
  EXPECT_EQ(Numbers(R"({"where":{"code":null}})"), (Found{1, 2}));
  EXPECT_EQ(Numbers(R"({"where":{"code":{"atMost":null}}})"), (Found{1, 2}));
}

TEST_F(FindTest, ARangeNeverHoldsForAnotherKindOfValue) {
  Add(1, {{"extra", Int(5)}});
  Add(2, {{"extra", Str("5")}});
  Add(3, {{"extra", true}});
  Add(4, {});
  EXPECT_EQ(Numbers(R"({"where":{"extra":{"lessThan":9}}})"), (Found{1}));
  EXPECT_EQ(Numbers(R"({"where":{"extra":{"atLeast":""}}})"), (Found{2}));
  EXPECT_EQ(Numbers(R"({"where":{"extra":5}})"), (Found{1}));
}

TEST_F(FindTest, FindsByIdLikeByAField) {
  Add(1, {});
  Add(2, {});
  EXPECT_EQ(Numbers("{\"where\":{\"id\":\"" + test::IdOf(2) + "\"}}"), (Found{2}));
  EXPECT_EQ(Numbers(R"({"orderBy":[{"field":"id","descending":true}]})"), (Found{2, 1}));
}

TEST_F(FindTest, OrdersTextsAsPeopleDo) {
  Add(1, {{"name", Str("zebra")}});
  Add(2, {{"name", Str("Éclair")}});
  Add(3, {{"name", Str("apple")}});
  Add(4, {{"name", Str("Fanta")}});
  EXPECT_EQ(Numbers(R"({"orderBy":[{"field":"name"}]})"), (Found{3, 2, 4, 1}));
  EXPECT_EQ(Numbers(R"({"orderBy":[{"field":"name","descending":true}]})"), (Found{1, 4, 2, 3}));
}

TEST_F(FindTest, OrdersKindsNullFirst) {
  Add(1, {{"extra", JsonText{"[]"}}});
  Add(2, {{"extra", Str("")}});
  Add(3, {{"extra", Int(-5)}});
  Add(4, {{"extra", true}});
  Add(5, {{"extra", false}});
  Add(6, {});
  EXPECT_EQ(Numbers(R"({"orderBy":[{"field":"extra"}]})"), (Found{6, 5, 4, 3, 2, 1}));
}

TEST_F(FindTest, BreaksTiesByTheNextFieldAndThenById) {
  Add(1, {{"price", Int(5)}, {"name", Str("b")}});
  Add(2, {{"price", Int(5)}, {"name", Str("a")}});
  Add(3, {{"price", Int(5)}, {"name", Str("a")}});
  Add(4, {{"price", Int(4)}, {"name", Str("z")}});
  EXPECT_EQ(Numbers(R"({"orderBy":[{"field":"price"},{"field":"name"}]})"), (Found{4, 2, 3, 1}));
  EXPECT_EQ(Numbers(R"({"orderBy":[{"field":"price","descending":true}]})"), (Found{3, 2, 1, 4}));
}

TEST_F(FindTest, GivesPages) {
  for (int number = 1; number <= 5; ++number) {
    Add(number, {});
  }
  EXPECT_EQ(Numbers(R"({"limit":2})"), (Found{1, 2}));
  EXPECT_EQ(Numbers(R"({"limit":2,"offset":3})"), (Found{4, 5}));
  EXPECT_EQ(Numbers(R"({"limit":2,"offset":4})"), (Found{5}));
  EXPECT_EQ(Numbers(R"({"offset":5})"), Found{});
  EXPECT_EQ(Numbers(R"({"offset":9007199254740991})"), Found{});
  EXPECT_EQ(Numbers(R"({"limit":0})"), Found{});
}

TEST_F(FindTest, SearchesAllWordsInAnySearchField) {
  Add(1, {{"name", Str("Sukari Nyeupe 1kg")}, {"code", Str("SUK-1")}});
  Add(2, {{"name", Str("Súkari ya miwa")}, {"code", Value{}}});
  Add(3, {{"name", Str("Unga")}, {"code", Str("suk-unga")}});
  Add(4, {{"extra", Str("sukari")}});
  EXPECT_EQ(Numbers(R"({"search":"sukari"})"), (Found{1, 2}));
  EXPECT_EQ(Numbers(R"({"search":"SÚK"})"), (Found{1, 2, 3}));
  EXPECT_EQ(Numbers(R"({"search":"kari nye"})"), (Found{1}));
  EXPECT_EQ(Numbers(R"({"search":"unga suk"})"), (Found{3}));
  EXPECT_EQ(Numbers(R"({"search":"1kgsuk"})"), Found{});
  EXPECT_EQ(Numbers(R"({"search":""})"), (Found{1, 2, 3, 4}));
}

TEST_F(FindTest, DraftsReplaceHideAndAddRecords) {
  Add(1, {{"name", Str("one")}, {"price", Int(1)}});
  Add(2, {{"name", Str("two")}, {"price", Int(2)}});
  Add(3, {{"name", Str("three")}, {"price", Int(3)}});
  RecordLayer drafts;
  const auto put = [&](int number, std::optional<std::int64_t> price) {
    std::optional<Bytes> bytes;
    if (price) {
      Record record;
      record.Set("price", *price, {9, 0});
      bytes = EncodeRecord(record);
    }
    drafts.Put(context_.view().reader(), context_.indexes(), {}, RecordKeyOf("records/products", KeyOf(number)),
               std::move(bytes));
  };
  put(1, 9);
  put(2, std::nullopt);
  put(4, 5);
  EXPECT_EQ(Numbers("{}", &drafts.layer()), (Found{1, 3, 4}));
  const char* by_price = R"({"where":{"price":{"atLeast":3}},"orderBy":[{"field":"price"}]})";
  EXPECT_EQ(Numbers(by_price, &drafts.layer()), (Found{3, 4, 1}));
  put(1, 4);
  EXPECT_EQ(Numbers(by_price, &drafts.layer()), (Found{3, 1, 4}));
  EXPECT_EQ(Numbers(by_price), Found{3});
}

TEST_F(FindTest, GoesOnBehindARecordWithinARange) {
  for (int number = 1; number <= 6; ++number) {
    Add(number, {{"price", Int(10 * number)}});
  }
  Add(7, {{"price", Int(30)}});
  const auto after = [](int number, int price) {
    return R"("after":{"id":")" + IdOf(number) + R"(","price":)" + std::to_string(price) + "}}";
  };
  const std::string rising = R"({"where":{"price":{"atLeast":20,"atMost":50}},"orderBy":[{"field":"price"}],)";
  EXPECT_EQ(Numbers(rising + after(3, 30)), (Found{7, 4, 5}));
  EXPECT_EQ(Numbers(rising + after(1, 1)), (Found{2, 3, 7, 4, 5}));
  EXPECT_EQ(Numbers(rising + after(6, 99)), (Found{}));
  const std::string falling =
      R"({"where":{"price":{"atLeast":20,"atMost":50}},"orderBy":[{"field":"price","descending":true}],)";
  EXPECT_EQ(Numbers(falling + after(7, 30)), (Found{3, 2}));
  EXPECT_EQ(Numbers(falling + after(6, 99)), (Found{5, 4, 7, 3, 2}));
  EXPECT_EQ(Numbers(falling + after(1, 1)), (Found{}));
}

}  // namespace
}  // namespace sawa
