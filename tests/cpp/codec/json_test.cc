// SPDX-License-Identifier: MIT
#include "support/json.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <cmath>
#include <fstream>

#include "codec/json_writer.h"
#include "support/generators.h"
#include "support/results.h"

namespace sawa {
namespace {

using test::FailsWith;
using test::IsOk;
using test::Unwrap;

std::string Nested(int depth) {
  const auto count = static_cast<std::size_t>(depth);
  return std::string(count, '[') + std::string(count, ']');
}

TEST(ParseJsonTest, RefusesWhatIsNotJson) {
  for (const std::string_view text : {"",
                                      " ",
                                      "{",
                                      "[",
                                      "{]",
                                      "[1,]",
                                      "{\"a\":1,}",
                                      "{'a':1}",
                                      "{a:1}",
                                      "nul",
                                      "NaN",
                                      "Infinity",
                                      "-",
                                      "01",
                                      "1.",
                                      ".5",
                                      "1e",
                                      "+1",
                                      "\"",
                                      "\"\\x\"",
                                      "\"\t\"",
                                      "\"\\ud800\"",
                                      "[1] 2",
                                      "// no\n1",
                                      "1e400",
                                      "\xEF\xBB\xBF",
                                      "\"\xFF\"",
                                      "\"\xC0\xAF\"",
                                      "\"\xED\xA0\x80\"",
                                      "tru\0e"}) {
    EXPECT_TRUE(FailsWith(ErrorCode::kInvalidArgument, ParseJson(text))) << text;
  }
}

TEST(ParseJsonTest, HoldsTheDepthLimit) {
  EXPECT_TRUE(IsOk(ParseKept(Nested(kJsonDepthMax))));
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidArgument, ParseKept(Nested(kJsonDepthMax + 1))));
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidArgument, ParseKept(Nested(1'000'000))));
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidArgument, ParseKept(std::string(1'000'000, '['))));
}

TEST(ParseJsonTest, CountsObjectsToTheDepth) {
  std::string text;
  for (int depth = 0; depth <= kJsonDepthMax; ++depth) {
    text += "{\"a\":";
  }
  text += "1" + std::string(static_cast<std::size_t>(kJsonDepthMax) + 1, '}');
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidArgument, ParseJson(text)));
}

TEST(ParseJsonTest, DoesNotCountBracketsInTexts) {
  EXPECT_TRUE(IsOk(ParseKept("\"" + std::string(100, '[') + "\"")));
  EXPECT_TRUE(IsOk(ParseKept("[\"\\\"" + std::string(100, '{') + "\"]")));
  EXPECT_TRUE(IsOk(ParseKept("[\"\\\\\"," + Nested(kJsonDepthMax - 1) + "]")));
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidArgument, ParseKept("[\"\\\\\"," + Nested(kJsonDepthMax) + "]")));
}

TEST(JsonToTextTest, IsCanonical) {
  const Json json =
      Unwrap(ParseJson(R"( { "b" : [ 1.0 , -0.0, 2.50, 1E2 ], "a" : { "é" : "\u00e9\u002f\n", "B": null } } )"));
  EXPECT_EQ(JsonToText(json), "{\"a\":{\"B\":null,\"é\":\"é/\\n\"},\"b\":[1,0,2.5,100]}");
}

TEST(JsonToTextTest, SortsKeysByTheirBytes) {
  const Json json = Unwrap(ParseJson("{\"😀\":1,\"\xEF\xBF\xBD\":2,\"z\":3,\"Z\":4,\"\":5}"));
  EXPECT_EQ(JsonToText(json), "{\"\":5,\"Z\":4,\"z\":3,\"\xEF\xBF\xBD\":2,\"😀\":1}");
}

RC_GTEST_PROP(JsonToTextTest, IsTheSameAfterReadingItBack, ()) {
  const std::string text = JsonToText(*test::NestedJson());
  const auto json = ParseJson(text);
  RC_ASSERT(json.has_value());
  RC_ASSERT(JsonToText(*json) == text);
}

TEST(ValueFromJsonTest, TakesWholeNumbersAsIntegers) {
  EXPECT_EQ(ValueFromJson(Json(3)), Value{std::int64_t{3}});
  EXPECT_EQ(ValueFromJson(Json(3.0)), Value{std::int64_t{3}});
  EXPECT_EQ(ValueFromJson(Unwrap(ParseJson("-0.0"))), Value{std::int64_t{0}});
  EXPECT_EQ(ValueFromJson(Json(2.5)), Value{2.5});
}

TEST(ValueFromJsonTest, KeepsNumbersBeyondTheIntegersAsDoubles) {
  EXPECT_EQ(ValueFromJson(Unwrap(ParseJson("18446744073709551615"))), Value{18446744073709551615.0});
  EXPECT_EQ(ValueFromJson(Unwrap(ParseJson("1e300"))), Value{1e300});
  EXPECT_EQ(ValueFromJson(Unwrap(ParseJson("-1e300"))), Value{-1e300});
}

TEST(ValueFromJsonTest, KeepsObjectsAndArraysWhole) {
  EXPECT_EQ(ValueFromJson(Unwrap(ParseJson("{\"b\":1, \"a\":[]}"))), Value{JsonText{"{\"a\":[],\"b\":1}"}});
  EXPECT_EQ(ValueFromJson(Json(nullptr)), Value{});
}

RC_GTEST_PROP(ValueFromJsonTest, ReadsBackEveryCanonicalText, ()) {
  const Value value = *test::Values();
  const auto json = ParseKept(CanonicalText(value));
  RC_ASSERT(json.has_value());
  RC_ASSERT(ValueFromJson(*json) == value);
}

// One byte changed, put in or taken out: still JSON or not, we and nlohmann's own parser are of one mind.
RC_GTEST_PROP(ParseJsonTest, AgreesWithTheLibraryAboutDamagedTexts, ()) {
  std::string text = JsonToText(*test::NestedJson());
  const auto position = *rc::gen::inRange<std::size_t>(0, text.size());
  const auto byte = *rc::gen::oneOf(rc::gen::elementOf(std::string(" \"\\,:[]{}0123456789.eE+-tfnu/\x1f\x7f")),
                                    rc::gen::arbitrary<char>());
  switch (*rc::gen::inRange(0, 3)) {
    case 0:
      text[position] = byte;
      break;
    case 1:
      text.insert(position, 1, byte);
      break;
    default:
      text.erase(position, 1);
  }
  const Json theirs = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  const auto ours = ParseJson(text);
  RC_ASSERT(ours.has_value() == !theirs.is_discarded());
  if (ours) {
    RC_ASSERT(ValueFromJson(*ours) == ValueFromJson(theirs));
  }
}

// The server and the WebAssembly module are held to the same file.
TEST(CanonicalNumberTest, IsWhatEcmascriptWrites) {
  std::ifstream file(SAWA_VECTORS_FOLDER "/numbers.json");
  const Json vectors = Json::parse(file);
  ASSERT_GE(vectors.at("cases").size(), 30U);
  for (const Json& example : vectors.at("cases")) {
    const auto number = example.at(0).get<std::string>();
    EXPECT_EQ(CanonicalText(Unwrap(ParseKept(number)).ToValue()), example.at(1).get<std::string>()) << number;
  }
}

RC_GTEST_PROP(CanonicalNumberTest, ReadsBackAsTheSameNumber, (std::uint64_t bits)) {
  const auto number = std::bit_cast<double>(bits);
  RC_PRE(std::isfinite(number));
  const std::string text = CanonicalText(number);
  RC_ASSERT(Json::parse(text).get<double>() == number);
}

TEST(JsonMembersTest, AreNullWhereAbsentOrOfAnotherType) {
  const JsonView object =
      Unwrap(ParseJson(R"({"text":"a","number":1,"large":9007199254740992,"half":0.5,"null":null,"flag":true})"));
  EXPECT_EQ(*TextAt(object, "text"), "a");
  EXPECT_EQ(TextAt(object, "number"), std::nullopt);
  EXPECT_EQ(TextAt(object, "absent"), std::nullopt);
  EXPECT_EQ(FlagAt(object, "flag"), true);
  EXPECT_EQ(FlagAt(object, "number"), std::nullopt);
  EXPECT_EQ(IntegerAt(object, "number"), 1);
  EXPECT_EQ(IntegerAt(object, "large"), std::nullopt);
  EXPECT_EQ(IntegerAt(object, "half"), std::nullopt);
  EXPECT_EQ(IntegerAt(object, "text"), std::nullopt);
  EXPECT_TRUE(MemberAt(object, "null")->is_null());
  EXPECT_EQ(TextAt(Unwrap(ParseJson(R"({"twice":"first","twice":"last"})")), "twice"), "last");
  for (const JsonView other : {JsonView(), ViewOf(1), ViewOf("text"), ViewOf(Json::array({1}))}) {
    EXPECT_FALSE(MemberAt(other, "text").has_value());
    EXPECT_EQ(TextAt(other, "text"), std::nullopt);
    EXPECT_EQ(IntegerAt(other, "text"), std::nullopt);
  }
}

TEST(JsonWriterTest, WritesObjectsAndArrays) {
  EXPECT_EQ(JsonObject().Take(), "{}");
  EXPECT_EQ(JsonArray().Take(), "[]");
  EXPECT_EQ(JsonObject()
                .Text("te\"xt", "a\n")
                .Number("number", -3)
                .Flag("flag", true)
                .Raw("raw", JsonArray().Text("x").Raw("1").Take())
                .TextOrNull("null", "")
                .TextOrNull("some", "y")
                .Take(),
            "{\"te\\\"xt\":\"a\\n\",\"number\":-3,\"flag\":true,\"raw\":[\"x\",1],\"null\":null,\"some\":\"y\"}");
}

}  // namespace
}  // namespace sawa
