// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "codec/json.h"
#include "support/results.h"

namespace sawa {
namespace {

using test::FailsWith;
using test::Unwrap;

Result<Schema> SchemaFromText(std::string_view text) { return SchemaFromJson(Unwrap(ParseJson(text))); }

TEST(SchemaJsonTest, ReadsCollectionsFieldsAndSearch) {
  const Schema schema = Unwrap(SchemaFromText(R"({"version":3,"collections":{"products":{"fields":{
      "name":{"type":"text","merge":"last_writer","required":true},
      "stock":{"type":"integer","merge":"counter","required":false},
      "rate":{"type":"number","merge":"last_writer","required":false},
      "gone":{"type":"boolean","merge":"last_writer","required":false},
      "extra":{"type":"json","merge":"last_writer","required":false}},"search":["name"]},"sales":{"fields":{}}}})"));
  EXPECT_EQ(schema.version, 3);
  ASSERT_EQ(schema.collections.size(), 2U);
  const CollectionSchema& products = *schema.Find("products");
  EXPECT_EQ(products.search_fields, std::vector<std::string>{"name"});
  EXPECT_TRUE(products.Find("name")->required);
  EXPECT_EQ(products.Find("name")->type, FieldType::kText);
  EXPECT_EQ(products.Find("stock")->merge, MergePolicy::kCounter);
  EXPECT_EQ(products.Find("stock")->type, FieldType::kInteger);
  EXPECT_FALSE(products.Find("stock")->required);
  EXPECT_EQ(products.Find("rate")->type, FieldType::kNumber);
  EXPECT_EQ(products.Find("gone")->type, FieldType::kBoolean);
  EXPECT_EQ(products.Find("extra")->type, FieldType::kJson);
}

TEST(SchemaJsonTest, ReadsEveryMergePolicy) {
  const Schema schema = Unwrap(SchemaFromText(R"({"version":1,"collections":{"a":{"fields":{
      "counter":{"type":"integer","merge":"counter","required":false},
      "lattice":{"type":"text","merge":"lattice","required":false,"states":["draft","paid"]},
      "custom":{"type":"text","merge":"custom","required":false},
      "manual":{"type":"text","merge":"manual","required":false},
      "max":{"type":"integer","merge":"max","required":false},
      "min":{"type":"number","merge":"min","required":false},
      "server_wins":{"type":"json","merge":"server_wins","required":false},
      "write_once":{"type":"text","merge":"write_once","required":false}}}}})"));
  const CollectionSchema& fields = *schema.Find("a");
  EXPECT_EQ(fields.RulesOf("counter").merge, MergePolicy::kCounter);
  EXPECT_EQ(fields.RulesOf("lattice").merge, MergePolicy::kLattice);
  EXPECT_EQ(fields.RulesOf("lattice").states, (std::vector<std::string>{"draft", "paid"}));
  EXPECT_EQ(fields.RulesOf("custom").merge, MergePolicy::kCustom);
  EXPECT_EQ(fields.RulesOf("manual").merge, MergePolicy::kManual);
  EXPECT_EQ(fields.RulesOf("max").merge, MergePolicy::kMax);
  EXPECT_EQ(fields.RulesOf("min").merge, MergePolicy::kMin);
  EXPECT_EQ(fields.RulesOf("server_wins").merge, MergePolicy::kServerWins);
  EXPECT_EQ(fields.RulesOf("write_once").merge, MergePolicy::kWriteOnce);
}

TEST(SchemaJsonTest, RefusesWhatBreaksTheShape) {
  for (
      const std::string_view text :
      {"null",
       "[]",
       "{}",
       R"({"version":1})",
       R"({"version":"1","collections":{}})",
       R"({"version":1,"collections":[]})",
       R"({"version":0,"collections":{}})",
       R"({"version":1,"collections":{"a":null}})",
       R"({"version":1,"collections":{"a":{}}})",
       R"({"version":1,"collections":{"a":{"fields":[]}}})",
       R"({"version":1,"collections":{"a":{"fields":{"f":1}}}})",
       R"({"version":1,"collections":{"a":{"fields":{"f":{"type":"text","merge":"last_writer"}}}}})",
       R"({"version":1,"collections":{"a":{"fields":{"f":{"type":"date","merge":"last_writer","required":false}}}}})",
       R"({"version":1,"collections":{"a":{"fields":{"f":{"type":"text","merge":"best","required":false}}}}})",
       R"({"version":1,"collections":{"a":{"fields":{"f":{"type":"text","merge":"last_writer","required":0}}}}})",
       R"({"version":1,"collections":{"a":{"fields":{"f":{"type":"text","merge":"counter","required":false}}}}})",
       R"({"version":1,"collections":{"a":{"fields":{"f":{"type":"text","merge":"lattice","required":false}}}}})",
       R"({"version":1,"collections":{"a":{"fields":{"f":{"type":"text","merge":"lattice","required":false,"states":[1]}}}}})",
       R"({"version":1,"collections":{"a":{"fields":{},"search":[1]}}})",
       R"({"version":1,"collections":{"a":{"fields":{},"search":["f"]}}})",
       R"({"version":1,"collections":{"A b":{"fields":{}}}})"}) {
    EXPECT_TRUE(FailsWith(ErrorCode::kInvalidSchema, SchemaFromText(text))) << text;
  }
}

}  // namespace
}  // namespace sawa
