// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "support/generators.h"
#include "support/json.h"
#include "support/results.h"

namespace sawa {
namespace {

using test::FailsWith;
using test::Unwrap;

constexpr std::string_view kId = "0190a000-0000-7000-8000-000000000001";

Mutation SomeMutation() {
  return {
      .seq = 12,
      .id = std::string(kId),
      .name = "sale.complete",
      .stamp = {1, 2},
      .actor = "7",
      .base = "e:4",
      .ops = {
          {.kind = OperationKind::kPut,
           .collection = "sales",
           .id = std::string(kId),
           .fields = {{"receipt", std::string("A1-1")}, {"total", std::int64_t{6000}}, {"note", Value{}}}},
          {.kind = OperationKind::kPatch, .collection = "customers", .id = std::string(kId), .fields = {{"rate", 0.5}}},
          {.kind = OperationKind::kIncrement,
           .collection = "products",
           .id = std::string(kId),
           .field = "stock",
           .delta = -2},
          {.kind = OperationKind::kRemove, .collection = "drafts", .id = std::string(kId)}}};
}

constexpr std::string_view kSomeText =
    R"({"seq":12,"id":"0190a000-0000-7000-8000-000000000001","name":"sale.complete",)"
    R"("stamp":"0000000000000001-0000000000000002","actor":"7","base":"e:4","ops":[)"
    R"({"op":"put","collection":"sales","id":"0190a000-0000-7000-8000-000000000001","fields":{"receipt":"A1-1","total":6000,"note":null}},)"
    R"({"op":"patch","collection":"customers","id":"0190a000-0000-7000-8000-000000000001","fields":{"rate":0.5}},)"
    R"({"op":"increment","collection":"products","id":"0190a000-0000-7000-8000-000000000001","field":"stock","delta":-2},)"
    R"({"op":"remove","collection":"drafts","id":"0190a000-0000-7000-8000-000000000001"}]})";

TEST(MutationJsonTest, HasTheShapeOfTheProtocol) { EXPECT_EQ(MutationToText(SomeMutation()), kSomeText); }

TEST(MutationJsonTest, WritesNullForNoBase) {
  Mutation mutation = SomeMutation();
  mutation.base.clear();
  EXPECT_NE(MutationToText(mutation).find("\"base\":null"), std::string::npos);
}

TEST(MutationJsonTest, ReadsBackWhatItWrote) {
  const Mutation read = Unwrap(MutationFromJson(Unwrap(ParseJson(kSomeText))));
  EXPECT_EQ(read.seq, 12U);
  EXPECT_EQ(read.id, kId);
  EXPECT_EQ(read.name, "sale.complete");
  EXPECT_EQ(read.stamp, (Stamp{1, 2}));
  EXPECT_EQ(read.actor, "7");
  EXPECT_EQ(read.base, "e:4");
  ASSERT_EQ(read.ops.size(), 4U);
  EXPECT_EQ(read.ops[0].fields.size(), 3U);
  EXPECT_EQ(read.ops[1].fields, (FieldValues{{"rate", 0.5}}));
  EXPECT_EQ(read.ops[2].field, "stock");
  EXPECT_EQ(read.ops[2].delta, -2);
  EXPECT_EQ(read.ops[3].kind, OperationKind::kRemove);
}

RC_GTEST_PROP(MutationJsonTest, KeepsEveryFieldValue, ()) {
  Mutation mutation = SomeMutation();
  mutation.ops.resize(1);
  mutation.ops[0].fields.clear();
  for (const auto& [name, value] :
       *rc::gen::container<std::map<std::string, Value>>(test::Utf8Texts(), test::Values())) {
    mutation.ops[0].fields.emplace_back(name, value);
  }
  mutation.ops[0].was = mutation.ops[0].fields;
  const auto json = ParseKept(MutationToText(mutation));
  RC_ASSERT(json.has_value());
  const auto read = MutationFromJson(*json);
  RC_ASSERT(read.has_value());
  RC_ASSERT(read->ops[0].fields == mutation.ops[0].fields);
  RC_ASSERT(read->ops[0].was == mutation.ops[0].was);
}

TEST(OperationJsonTest, RefusesWhatBreaksTheShape) {
  const std::string good_id = "\"id\":\"" + std::string(kId) + "\"";
  for (const std::string& text : std::vector<std::string>{
           "null",
           "[]",
           "{}",
           R"({"op":"put","collection":"sales","fields":{}})",
           R"({"op":"put","collection":"sales","id":"not a uuid","fields":{}})",
           "{\"op\":\"upsert\",\"collection\":\"sales\"," + good_id + ",\"fields\":{}}",
           "{\"op\":1,\"collection\":\"sales\"," + good_id + ",\"fields\":{}}",
           "{\"op\":\"put\",\"collection\":null," + good_id + ",\"fields\":{}}",
           "{\"op\":\"put\",\"collection\":\"sales\"," + good_id + "}",
           "{\"op\":\"patch\",\"collection\":\"sales\"," + good_id + ",\"fields\":[]}",
           "{\"op\":\"increment\",\"collection\":\"sales\"," + good_id + ",\"field\":\"stock\"}",
           "{\"op\":\"increment\",\"collection\":\"sales\"," + good_id + ",\"delta\":1}",
           "{\"op\":\"increment\",\"collection\":\"sales\"," + good_id + ",\"field\":\"stock\",\"delta\":1.5}",
           "{\"op\":\"increment\",\"collection\":\"sales\"," + good_id +
               ",\"field\":\"stock\",\"delta\":9007199254740992}",
           "{\"op\":\"increment\",\"collection\":\"sales\"," + good_id + ",\"field\":\"stock\",\"delta\":\"1\"}",
       }) {
    EXPECT_TRUE(FailsWith(ErrorCode::kInvalidArgument, OperationFromJson(Unwrap(ParseJson(text))))) << text;
  }
}

TEST(MutationJsonTest, RefusesAMutationThatLacksAMember) {
  const Json whole = Unwrap(ParseJson(kSomeText));
  for (const std::string member : {"seq", "id", "name", "stamp", "ops"}) {
    Json json = whole;
    json.erase(member);
    EXPECT_TRUE(FailsWith(ErrorCode::kInvalidArgument, MutationFromJson(json))) << member;
    json[member] = true;
    EXPECT_TRUE(FailsWith(ErrorCode::kInvalidArgument, MutationFromJson(json))) << member;
  }
}

TEST(MutationJsonTest, RefusesBadSequencesStampsAndOperations) {
  for (const auto& [member, value] : std::vector<std::pair<std::string, Json>>{{"seq", 0},
                                                                               {"seq", -1},
                                                                               {"seq", 1.5},
                                                                               {"stamp", "now"},
                                                                               {"ops", Json::object()},
                                                                               {"ops", Json::array({1})}}) {
    Json json = Unwrap(ParseJson(kSomeText));
    json[member] = value;
    EXPECT_TRUE(FailsWith(ErrorCode::kInvalidArgument, MutationFromJson(json))) << member;
  }
}

}  // namespace
}  // namespace sawa
