// SPDX-License-Identifier: MIT
// The golden vectors of merging, which the server is held to as well.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "support/json.h"
#include "support/merge_preview.h"
#include "support/results.h"

namespace sawa {
namespace {

using test::FailsWith;
using test::PreviewMerge;
using test::Unwrap;

Json Vectors() {
  std::ifstream file(SAWA_VECTORS_FOLDER "/merge.json");
  std::stringstream text;
  text << file.rdbuf();
  return Unwrap(ParseKept(text.str()));
}

std::vector<std::string> SortedOnce(const Json& names) {
  auto sorted = names.get<std::vector<std::string>>();
  std::ranges::sort(sorted);
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  return sorted;
}

TEST(MergeVectorsTest, EachCaseGivesItsResult) {
  const Json vectors = Vectors();
  EXPECT_EQ(IntegerAt(vectors, "version"), 1);
  ASSERT_GE(vectors.at("cases").size(), 50U);
  for (const Json& example : vectors.at("cases")) {
    SCOPED_TRACE(*TextAt(example, "name"));
    const auto preview = PreviewMerge(JsonToText(example));
    if (const auto code = TextAt(example, "error"); code) {
      ASSERT_FALSE(preview.has_value());
      EXPECT_EQ(CodeText(preview.error().code), *code);
      continue;
    }
    const Json result = Unwrap(ParseKept(Unwrap(preview)));
    EXPECT_EQ(JsonToText(result.at("record")), JsonToText(example.at("result")));
    EXPECT_EQ(SortedOnce(result.at("lost")), SortedOnce(example.at("lost")));
  }
}

TEST(MergeVectorsTest, NoTwoCasesHaveOneName) {
  std::set<std::string> names;
  for (const Json& example : Vectors().at("cases")) {
    EXPECT_TRUE(names.insert(*TextAt(example, "name")).second) << *TextAt(example, "name");
  }
}

TEST(MergePreviewTest, RefusesRequestsThatBreakTheShape) {
  for (
      const std::string_view text :
      {"", "{}", "[]", R"({"schema":null,"record":null,"stamp":"0000000000000001-0000000000000001","ops":[]})",
       R"({"schema":{"fields":{}},"record":null,"stamp":"now","ops":[]})",
       R"({"schema":{"fields":{}},"record":null,"ops":[]})",
       R"({"schema":{"fields":{}},"record":null,"stamp":"0000000000000001-0000000000000001"})",
       R"({"schema":{"fields":{}},"record":{},"stamp":"0000000000000001-0000000000000001","ops":[]})",
       R"({"schema":{"fields":{}},"record":null,"stamp":"0000000000000001-0000000000000001","ops":[1]})",
       R"({"schema":{"fields":{}},"record":null,"stamp":"0000000000000001-0000000000000001","ops":[{"op":"swap"}]})"}) {
    EXPECT_FALSE(PreviewMerge(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace sawa
