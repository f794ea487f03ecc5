// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "protocol/messages.h"
#include "support/json.h"
#include "support/protocol_golden.h"
#include "support/results.h"

namespace sawa {
namespace {

using test::FailsWith;
using test::Golden;
using test::IsOk;
using test::Unwrap;

Json ResponseJson() { return Unwrap(ParseKept(Golden("sync_response"))); }

Result<SyncResponse> DecodeJson(const Json& json) { return DecodeSyncResponse(JsonToText(json)); }

TEST(SyncRequestTest, HasTheShapeOfTheProtocol) {
  const std::string mutation = R"({"seq":1})";
  EXPECT_EQ(
      EncodeSyncRequest(
          {.schema_version = 3, .incarnation = "inc", .cursor = "e:\"4", .mutation_texts = {mutation, mutation}}),
      R"({"protocol":1,"schema":3,"incarnation":"inc","cursor":"e:\"4","limit":2000,"mutations":[{"seq":1},{"seq":1}]})");
}

TEST(SyncRequestTest, SendsNullAsTheFirstCursor) {
  const Json json = Unwrap(ParseKept(EncodeSyncRequest({.incarnation = "inc", .cursor = "", .mutation_texts = {}})));
  EXPECT_TRUE(json.at("cursor").is_null());
  EXPECT_TRUE(json.at("mutations").empty());
}

TEST(SyncRequestTest, HasTheMembersOfTheDocumentedExample) {
  const Json documented = Unwrap(ParseKept(Golden("sync_request")));
  const Json mutation = documented.at("mutations").at(0);
  // Reading the example and writing it again gives the same: the codec knows every member.
  const Mutation read = Unwrap(MutationFromJson(mutation));
  EXPECT_EQ(JsonToText(Unwrap(ParseKept(MutationToText(read)))), JsonToText(mutation));
  const Json encoded =
      Unwrap(ParseKept(EncodeSyncRequest({.schema_version = documented.at("schema").get<int>(),
                                          .incarnation = documented.at("incarnation").get<std::string>(),
                                          .cursor = "",
                                          .takes_partial = documented.at("partial").get<bool>(),
                                          .mutation_texts = {MutationToText(read)}})));
  EXPECT_EQ(JsonToText(encoded), JsonToText(documented));
}

TEST(SyncResponseTest, ReadsTheDocumentedExample) {
  const SyncResponse response = Unwrap(DecodeSyncResponse(Golden("sync_response")));
  EXPECT_EQ(response.server_time_ms, 1'780'000'000'000);
  EXPECT_FALSE(response.reset);
  EXPECT_FALSE(response.more);
  EXPECT_EQ(response.version, 120U);
  EXPECT_EQ(response.head, 120U);
  ASSERT_EQ(response.verdicts.size(), 1U);
  EXPECT_EQ(response.verdicts[0].seq, 1U);
  EXPECT_EQ(response.verdicts[0].status, VerdictStatus::kApplied);
  EXPECT_EQ(response.verdicts[0].version, 120U);
  ASSERT_EQ(response.changes.size(), 4U);
  const Change& product = response.changes[0];
  EXPECT_EQ(product.collection, "bidhaas");
  EXPECT_EQ(product.record.Find("name")->value, Value{std::string("Sukari")});
  EXPECT_EQ(product.record.Find("name")->stamp, (Stamp{1, 1}));
  EXPECT_EQ(product.record.Find("price")->value, Value{std::int64_t{3000}});
  EXPECT_EQ(product.record.Find("price")->stamp, (Stamp{2, 2}));
  EXPECT_EQ(product.record.removed, std::nullopt);
  const Change& customer = response.changes[1];
  EXPECT_EQ(customer.record.removed, (Stamp{3, 3}));
  EXPECT_TRUE(customer.record.fields().empty());
  const Change& tea = response.changes[2];
  EXPECT_EQ(tea.collection, "bidhaas");
  EXPECT_EQ(tea.record.Find("name")->value, Value{std::string("Chai")});
  EXPECT_EQ(tea.record.Find("price")->value, Value{std::int64_t{2500}});
  EXPECT_EQ(tea.record.Find("price")->stamp, (Stamp{4, 4}));
  const Change& milk = response.changes[3];
  EXPECT_EQ(milk.record.Find("name")->value, Value{std::string("Maziwa")});
  EXPECT_EQ(milk.record.Find("price")->value, Value{});
  EXPECT_EQ(milk.record.Find("name")->stamp, (Stamp{5, 5}));
}

TEST(SyncResponseTest, ReadsAnAnswerWithoutBlocks) {
  Json json = ResponseJson();
  json.erase("blocks");
  EXPECT_EQ(Unwrap(DecodeJson(json)).changes.size(), 2U);
}

TEST(SyncResponseTest, ReadsWhatIsPartial) {
  Json json = ResponseJson();
  json["changes"][0]["partial"] = true;
  json["blocks"][0]["partial"] = true;
  const SyncResponse response = Unwrap(DecodeJson(json));
  std::vector<bool> partial;
  for (const Change& change : response.changes) {
    partial.push_back(change.partial);
  }
  EXPECT_EQ(partial, (std::vector<bool>{true, false, true, true}));
}

TEST(SyncResponseTest, TakesTheLastStampOfABlockForAllThatFollow) {
  Json json = ResponseJson();
  json["blocks"][0]["stamps"].erase(1);
  const SyncResponse response = Unwrap(DecodeJson(json));
  EXPECT_EQ(response.changes[2].record.Find("name")->stamp, (Stamp{4, 4}));
  EXPECT_EQ(response.changes[3].record.Find("name")->stamp, (Stamp{4, 4}));
  json["blocks"][0]["stamps"].erase(0);
  EXPECT_TRUE(FailsWith(ErrorCode::kResponseMalformed, DecodeJson(json)));
}

TEST(SyncResponseTest, RefusesBlocksWhoseColumnsAreNotEquallyLong) {
  for (const std::string_view place : {"/ids", "/fields/name", "/fields/price"}) {
    const Json::json_pointer column{std::string(place)};
    Json shorter = ResponseJson();
    shorter["blocks"][0][column].erase(1);
    EXPECT_TRUE(FailsWith(ErrorCode::kResponseMalformed, DecodeJson(shorter))) << place;
    Json longer = ResponseJson();
    longer["blocks"][0][column].push_back(longer["blocks"][0][column][0]);
    EXPECT_TRUE(FailsWith(ErrorCode::kResponseMalformed, DecodeJson(longer))) << place;
  }
}

TEST(SyncResponseTest, RefusesBlocksThatBreakTheShape) {
  const std::vector<Json> others = {nullptr, true, 5, "text", Json::array({1})};
  for (const std::string member : {"collection", "ids", "stamps", "fields"}) {
    for (const Json& other : others) {
      if (member == "collection" && other.is_string()) {
        continue;
      }
      Json json = ResponseJson();
      json["blocks"][0][member] = other;
      EXPECT_TRUE(FailsWith(ErrorCode::kResponseMalformed, DecodeJson(json))) << member << " = " << JsonToText(other);
    }
  }
  for (const Json& other : others) {
    if (!other.is_null()) {
      Json json = ResponseJson();
      json["blocks"] = other;
      EXPECT_TRUE(FailsWith(ErrorCode::kResponseMalformed, DecodeJson(json))) << JsonToText(other);
    }
  }
}

TEST(SyncResponseTest, ReadsTheHiddenFieldsOfATombstone) {
  Json json = ResponseJson();
  json["changes"][1]["fields"] = {{"phone", "1"}};
  json["changes"][1]["stamps"] = {{"phone", "0000000000000002-0000000000000001"}};
  const SyncResponse response = Unwrap(DecodeJson(json));
  EXPECT_EQ(response.changes[1].record.Find("phone")->stamp, (Stamp{2, 1}));
  EXPECT_EQ(response.changes[1].record.removed, (Stamp{3, 3}));
}

TEST(SyncResponseTest, IgnoresMembersItDoesNotKnow) {
  Json json = ResponseJson();
  json["news"] = {{"a", 1}};
  json["changes"][0]["news"] = 1;
  json["verdicts"][0]["news"] = nullptr;
  EXPECT_TRUE(IsOk(DecodeJson(json)));
}

TEST(SyncResponseTest, RefusesAnAnswerThatLacksAMember) {
  for (const std::string member :
       {"server_time_ms", "verdicts", "reset", "cursor", "version", "head", "more", "changes"}) {
    Json json = ResponseJson();
    ASSERT_EQ(json.erase(member), 1U) << member;
    EXPECT_TRUE(FailsWith(ErrorCode::kResponseMalformed, DecodeJson(json))) << member;
  }
}

TEST(SyncResponseTest, RefusesMembersOfAnotherType) {
  const std::vector<Json> others = {nullptr, true, 5, -1, 1.5, "text", Json::array({1}), {{"a", 1}}};
  for (const std::string member :
       {"server_time_ms", "verdicts", "reset", "cursor", "version", "head", "more", "changes"}) {
    const Json original = ResponseJson().at(member);
    for (const Json& other : others) {
      const bool same_kind =
          other.type() == original.type() || (other.is_number_integer() && original.is_number_integer());
      if (same_kind && other != Json(-1) && !other.is_array()) {
        continue;
      }
      if (member == "server_time_ms" && other == Json(-1)) {
        continue;
      }
      Json json = ResponseJson();
      json[member] = other;
      EXPECT_TRUE(FailsWith(ErrorCode::kResponseMalformed, DecodeJson(json))) << member << " = " << JsonToText(other);
    }
  }
}

TEST(SyncResponseTest, RefusesAnEmptyCursor) {
  Json json = ResponseJson();
  json["cursor"] = "";
  EXPECT_TRUE(FailsWith(ErrorCode::kResponseMalformed, DecodeJson(json)));
}

TEST(SyncResponseTest, RefusesVerdictsThatBreakTheShape) {
  for (const std::string_view text :
       {"null", "1", "{}", R"({"seq":1,"status":"applied"})", R"({"seq":1,"version":1})",
        R"({"status":"applied","version":1})", R"({"seq":-1,"status":"applied","version":1})",
        R"({"seq":1,"status":"done","version":1})", R"({"seq":1,"status":"applied","version":-1})",
        R"({"seq":1,"status":"duplicate","version":1})",
        R"({"seq":1,"status":"duplicate","first_status":"duplicate","version":1})",
        R"({"seq":1,"status":"duplicate","first_status":"x","version":1})",
        R"({"seq":1.5,"status":"applied","version":1})"}) {
    Json json = ResponseJson();
    json["verdicts"][0] = Unwrap(ParseJson(text));
    EXPECT_TRUE(FailsWith(ErrorCode::kResponseMalformed, DecodeJson(json))) << text;
  }
}

TEST(SyncResponseTest, ReadsEveryStatus) {
  for (const VerdictStatus status :
       {VerdictStatus::kApplied, VerdictStatus::kMerged, VerdictStatus::kRejected, VerdictStatus::kQuarantined}) {
    Json json = ResponseJson();
    json["verdicts"][0]["status"] = VerdictStatusText(status);
    json["verdicts"][0]["code"] = "mutation_invalid";
    json["verdicts"][0]["message"] = "no";
    const Verdict direct = Unwrap(DecodeJson(json)).verdicts[0];
    EXPECT_EQ(direct.status, status);
    EXPECT_EQ(direct.first_status, status);
    EXPECT_EQ(direct.code, "mutation_invalid");
    EXPECT_EQ(direct.message, "no");
    json["verdicts"][0]["first_status"] = VerdictStatusText(status);
    json["verdicts"][0]["status"] = "duplicate";
    const Verdict repeated = Unwrap(DecodeJson(json)).verdicts[0];
    EXPECT_EQ(repeated.status, VerdictStatus::kDuplicate);
    EXPECT_EQ(repeated.first_status, status);
  }
}

TEST(SyncResponseTest, RefusesChangesThatBreakTheShape) {
  for (
      const std::string_view text : {
          "null",
          "[]",
          "{}",
          R"({"collection":"a"})",
          R"({"collection":1,"id":"0190a000-0000-7000-8000-000000000001","stamp":"0000000000000001-0000000000000001","fields":{}})",
          R"({"collection":"a","id":"no uuid","stamp":"0000000000000001-0000000000000001","fields":{}})",
          R"({"collection":"a","id":"0190a000-0000-7000-8000-000000000001","fields":{}})",
          R"({"collection":"a","id":"0190a000-0000-7000-8000-000000000001","stamp":"now","fields":{}})",
          R"({"collection":"a","id":"0190a000-0000-7000-8000-000000000001","stamp":null,"fields":{}})",
          R"({"collection":"a","id":"0190a000-0000-7000-8000-000000000001","stamp":"0000000000000001-0000000000000001"})",
          R"({"collection":"a","id":"0190a000-0000-7000-8000-000000000001","stamp":"0000000000000001-0000000000000001","removed":false})",
          R"({"collection":"a","id":"0190a000-0000-7000-8000-000000000001","stamp":"0000000000000001-0000000000000001","fields":[]})",
          R"({"collection":"a","id":"0190a000-0000-7000-8000-000000000001","stamp":"0000000000000001-0000000000000001","fields":{},"stamps":[]})",
          R"({"collection":"a","id":"0190a000-0000-7000-8000-000000000001","stamp":"0000000000000001-0000000000000001","fields":{"f":1},"stamps":{"f":"x"}})",
          R"({"collection":"a","id":"0190a000-0000-7000-8000-000000000001","stamp":"0000000000000001-0000000000000001","fields":{"f":1},"stamps":{"f":null}})",
      }) {
    Json json = ResponseJson();
    json["changes"][0] = Unwrap(ParseJson(text));
    EXPECT_TRUE(FailsWith(ErrorCode::kResponseMalformed, DecodeJson(json))) << text;
  }
}

TEST(SyncResponseTest, RefusesEveryTruncation) {
  const std::string text = JsonToText(ResponseJson());
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_TRUE(FailsWith(ErrorCode::kResponseMalformed, DecodeSyncResponse(text.substr(0, length)))) << length;
  }
}

TEST(SyncResponseTest, SurvivesEveryBitFlip) {
  const std::string text = JsonToText(ResponseJson());
  int refused = 0;
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string flipped = text;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    const auto response = DecodeSyncResponse(flipped);
    refused += response ? 0 : 1;
    EXPECT_TRUE(response.has_value() || response.error().code == ErrorCode::kResponseMalformed) << bit;
  }
  EXPECT_GT(refused, static_cast<int>(text.size()));
}

TEST(SyncResponseTest, RefusesPagesThatAreNotJson) {
  for (const std::string_view text : {"", "<!DOCTYPE html>", "ok", "null", "[]", "\xFF"}) {
    EXPECT_TRUE(FailsWith(ErrorCode::kResponseMalformed, DecodeSyncResponse(text))) << text;
  }
}

}  // namespace
}  // namespace sawa
