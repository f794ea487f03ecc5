// SPDX-License-Identifier: MIT
#include "model/schema.h"

#include <gtest/gtest.h>

#include <limits>

#include "support/results.h"

namespace sawa {
namespace {

using test::FailsWith;
using test::IsOk;

Schema OneCollection(std::vector<FieldSchema> fields, std::vector<std::string> search = {}) {
  return {1, {{"products", std::move(fields), std::move(search)}}};
}

TEST(ValidateSchemaTest, AcceptsASchemaWithEveryType) {
  EXPECT_TRUE(IsOk(ValidateSchema(OneCollection({{"name", FieldType::kText, MergePolicy::kLastWriter, true},
                                                 {"stock", FieldType::kInteger, MergePolicy::kCounter},
                                                 {"rate", FieldType::kNumber},
                                                 {"archived", FieldType::kBoolean},
                                                 {"extra_2", FieldType::kJson}},
                                                {"name"}))));
  EXPECT_TRUE(IsOk(ValidateSchema({1, {}})));
}

TEST(ValidateSchemaTest, RefusesVersionsBelowOne) {
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidSchema, ValidateSchema({0, {}})));
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidSchema, ValidateSchema({-1, {}})));
}

TEST(ValidateSchemaTest, RefusesNamesThatAreNotPlain) {
  for (const std::string& name :
       {std::string(), std::string("Name"), std::string("na me"), std::string("na-me"), std::string("_name"),
        std::string("jina_é"), std::string("a/b"), std::string(65, 'a')}) {
    EXPECT_TRUE(FailsWith(ErrorCode::kInvalidSchema, ValidateSchema(OneCollection({{name}})))) << name;
    EXPECT_TRUE(FailsWith(ErrorCode::kInvalidSchema, ValidateSchema({1, {{name, {}, {}}}}))) << name;
  }
  EXPECT_TRUE(IsOk(ValidateSchema(OneCollection({{std::string(64, 'a')}}))));
}

TEST(ValidateSchemaTest, KeepsTheNameIdForTheKey) {
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidSchema, ValidateSchema(OneCollection({{"id"}}))));
}

TEST(ValidateSchemaTest, RefusesTheSameNameTwice) {
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidSchema, ValidateSchema(OneCollection({{"name"}, {"name"}}))));
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidSchema, ValidateSchema({1, {{"sales", {}, {}}, {"sales", {}, {}}}})));
}

TEST(ValidateSchemaTest, TakesOnlyIntegersAsCounters) {
  for (const FieldType type : {FieldType::kText, FieldType::kNumber, FieldType::kBoolean, FieldType::kJson}) {
    EXPECT_TRUE(
        FailsWith(ErrorCode::kInvalidSchema, ValidateSchema(OneCollection({{"stock", type, MergePolicy::kCounter}}))));
  }
}

TEST(ValidateSchemaTest, TakesOnlyNumbersAsMaximaAndMinima) {
  for (const MergePolicy policy : {MergePolicy::kMax, MergePolicy::kMin}) {
    for (const FieldType type : {FieldType::kInteger, FieldType::kNumber}) {
      EXPECT_TRUE(IsOk(ValidateSchema(OneCollection({{"reading", type, policy}}))));
    }
    for (const FieldType type : {FieldType::kText, FieldType::kBoolean, FieldType::kJson}) {
      EXPECT_TRUE(FailsWith(ErrorCode::kInvalidSchema, ValidateSchema(OneCollection({{"reading", type, policy}}))));
    }
  }
}

TEST(ValidateSchemaTest, TakesOnlyTextsWithDifferentStatesAsALattice) {
  const auto lattice = [](FieldType type, std::vector<std::string> states, MergePolicy policy = MergePolicy::kLattice) {
    return ValidateSchema(OneCollection({{"status", type, policy, false, std::move(states)}}));
  };
  EXPECT_TRUE(IsOk(lattice(FieldType::kText, {"draft", "paid"})));
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidSchema, lattice(FieldType::kInteger, {"draft", "paid"})));
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidSchema, lattice(FieldType::kText, {})));
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidSchema, lattice(FieldType::kText, {"draft", "draft"})));
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidSchema, lattice(FieldType::kText, {"draft", ""})));
  EXPECT_TRUE(
      FailsWith(ErrorCode::kInvalidSchema, lattice(FieldType::kText, {"draft", "paid"}, MergePolicy::kLastWriter)));
  std::vector<std::string> many;
  for (std::size_t number = 0; number < kStatesMax; ++number) {
    many.push_back(std::to_string(number));
  }
  EXPECT_TRUE(IsOk(lattice(FieldType::kText, many)));
  many.emplace_back("one more");
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidSchema, lattice(FieldType::kText, many)));
}

TEST(ValidateValueTest, TakesOnlyTheStatesOfALattice) {
  const FieldSchema status{"status", FieldType::kText, MergePolicy::kLattice, false, {"draft", "paid"}};
  EXPECT_TRUE(IsOk(ValidateValue(status, std::string("paid"))));
  EXPECT_TRUE(IsOk(ValidateValue(status, Value{})));
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidValue, ValidateValue(status, std::string("Paid"))));
}

TEST(ValidateSchemaTest, SearchesOnlyTextFieldsThatAreThere) {
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidSchema, ValidateSchema(OneCollection({{"name"}}, {"title"}))));
  EXPECT_TRUE(
      FailsWith(ErrorCode::kInvalidSchema, ValidateSchema(OneCollection({{"price", FieldType::kInteger}}, {"price"}))));
}

TEST(ValidateSchemaTest, NamesThePlace) {
  const auto result = ValidateSchema(OneCollection({{"name"}, {"Bad"}}));
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("products.Bad"), std::string::npos) << result.error().message;
}

TEST(ValidateValueTest, TakesNullOnlyWhereTheFieldIsNotRequired) {
  EXPECT_TRUE(IsOk(ValidateValue({"name"}, Value{})));
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidValue,
                        ValidateValue({"name", FieldType::kText, MergePolicy::kLastWriter, true}, Value{})));
}

TEST(ValidateValueTest, TakesOnlyTheFieldsOwnKind) {
  const Value text = std::string("x");
  const Value integer = std::int64_t{3};
  const Value number = 3.5;
  const Value flag = true;
  const Value json = JsonText{"[]"};
  struct Row {
    FieldType type;
    std::vector<Value> fits;
    std::vector<Value> others;
  };
  for (const Row& row : {Row{FieldType::kText, {text}, {integer, number, flag, json}},
                         Row{FieldType::kInteger, {integer}, {text, number, flag, json}},
                         Row{FieldType::kNumber, {integer, number}, {text, flag, json}},
                         Row{FieldType::kBoolean, {flag}, {text, integer, number, json}},
                         Row{FieldType::kJson, {text, integer, number, flag, json}, {}}}) {
    const FieldSchema field{"field", row.type};
    for (const Value& value : row.fits) {
      EXPECT_TRUE(IsOk(ValidateValue(field, value))) << CanonicalText(value);
    }
    for (const Value& value : row.others) {
      EXPECT_TRUE(FailsWith(ErrorCode::kInvalidValue, ValidateValue(field, value))) << CanonicalText(value);
    }
  }
}

TEST(ValidateValueTest, HoldsIntegersToWhatJavaScriptCanCount) {
  const FieldSchema field{"price", FieldType::kInteger};
  EXPECT_TRUE(IsOk(ValidateValue(field, kIntegerMax)));
  EXPECT_TRUE(IsOk(ValidateValue(field, -kIntegerMax)));
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidValue, ValidateValue(field, kIntegerMax + 1)));
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidValue, ValidateValue(field, -kIntegerMax - 1)));
}

TEST(ValidateValueTest, RefusesNumbersThatAreNotFinite) {
  const FieldSchema field{"rate", FieldType::kNumber};
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidValue, ValidateValue(field, std::numeric_limits<double>::infinity())));
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidValue, ValidateValue(field, std::numeric_limits<double>::quiet_NaN())));
}

TEST(ValidateValueTest, HoldsTextsAndJsonTo64Kibibytes) {
  EXPECT_TRUE(IsOk(ValidateValue({"name"}, std::string(kTextLengthMax, 'x'))));
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidValue, ValidateValue({"name"}, std::string(kTextLengthMax + 1, 'x'))));
  const FieldSchema json{"extra", FieldType::kJson};
  EXPECT_TRUE(IsOk(ValidateValue(json, JsonText{std::string(kTextLengthMax, ' ')})));
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidValue, ValidateValue(json, JsonText{std::string(kTextLengthMax + 1, ' ')})));
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidValue, ValidateValue(json, std::string(kTextLengthMax + 1, 'x'))));
}

// A request may nest 16 deep, and a value lies six deep in it: what nests deeper could never be sent.
TEST(ValidateValueTest, RefusesJsonNestedDeeperThanARequestMayBe) {
  const FieldSchema json{"extra", FieldType::kJson};
  const auto nested = [](std::size_t depth) { return JsonText{std::string(depth, '[') + std::string(depth, ']')}; };
  EXPECT_TRUE(IsOk(ValidateValue(json, nested(10))));
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidValue, ValidateValue(json, nested(11))));
  EXPECT_TRUE(IsOk(ValidateValue(json, JsonText{"[\"[[[[[[[[[[[[\\\"[[[\"]"})));
  EXPECT_TRUE(IsOk(ValidateValue(json, JsonText{"[[],[],[],[],[],[],[],[],[],[],[],[]]"})));
}

TEST(SchemaTest, FindsCollectionsAndFieldsByName) {
  const Schema schema = OneCollection({{"stock", FieldType::kInteger, MergePolicy::kCounter}, {"name"}});
  ASSERT_NE(schema.Find("products"), nullptr);
  EXPECT_EQ(schema.Find("product"), nullptr);
  EXPECT_EQ(schema.Find("products")->Find("name")->name, "name");
  EXPECT_EQ(schema.Find("products")->Find("price"), nullptr);
}

TEST(SchemaTest, MergesUnknownFieldsByLastWriter) {
  const Schema schema = OneCollection({{"stock", FieldType::kInteger, MergePolicy::kCounter}});
  EXPECT_EQ(schema.Find("products")->RulesOf("stock").merge, MergePolicy::kCounter);
  EXPECT_EQ(schema.Find("products")->RulesOf("no_such_field").merge, MergePolicy::kLastWriter);
}

}  // namespace
}  // namespace sawa
