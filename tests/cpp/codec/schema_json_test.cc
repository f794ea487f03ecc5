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

TEST(SchemaJsonTest, RefusesWhatBreaksTheShape) {
  for (const std::string_view text :
       {"null", "[]", "{}", R"({"version":1})", R"({"version":"1","collections":{}})",
        R"({"version":1,"collections":[]})", R"({"version":0,"collections":{}})",
        R"({"version":1,"collections":{"a":null}})", R"({"version":1,"collections":{"a":{}}})",
        R"({"version":1,"collections":{"a":{"fields":[]}}})", R"({"version":1,"collections":{"a":{"fields":{"f":1}}}})",
        R"({"version":1,"collections":{"a":{"fields":{"f":{"type":"text","merge":"last_writer"}}}}})",
        R"({"version":1,"collections":{"a":{"fields":{"f":{"type":"date","merge":"last_writer","required":false}}}}})",
        R"({"version":1,"collections":{"a":{"fields":{"f":{"type":"text","merge":"best","required":false}}}}})",
        R"({"version":1,"collections":{"a":{"fields":{"f":{"type":"text","merge":"last_writer","required":0}}}}})",
        R"({"version":1,"collections":{"a":{"fields":{"f":{"type":"text","merge":"counter","required":false}}}}})",
        R"({"version":1,"collections":{"a":{"fields":{},"search":[1]}}})",
        R"({"version":1,"collections":{"a":{"fields":{},"search":["f"]}}})",
        R"({"version":1,"collections":{"A b":{"fields":{}}}})"}) {
    EXPECT_TRUE(FailsWith(ErrorCode::kInvalidSchema, SchemaFromText(text))) << text;
  }
}

}  // namespace
}  // namespace sawa
