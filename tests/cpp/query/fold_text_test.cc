// SPDX-License-Identifier: MIT
#include "query/fold_text.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cctype>

namespace sawa {
namespace {

TEST(FoldTextTest, LowersAsciiLetters) { EXPECT_EQ(FoldText("Sukari 1KG @[`{"), "sukari 1kg @[`{"); }

TEST(FoldTextTest, TakesTheDiacriticsOffLatinLetters) {
  EXPECT_EQ(FoldText("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝß"), "aaaaaaaceeeeiiiidnoooooouuuuys");
  EXPECT_EQ(FoldText("àáâãäåæçèéêëìíîïðñòóôõöøùúûüýÿ"), "aaaaaaaceeeeiiiidnoooooouuuuyy");
  EXPECT_EQ(FoldText("ĀăĄćČďĐēĞģĥħĩıĴķłŁńŅňŋŌőœŘśŞšţŤŧũůŰŵŷŸźŻžſ"),
            "aaaccddegghhiijkllnnnnooorsssttt"
            "uuuwyyzzzs");
}

TEST(FoldTextTest, LeavesEverythingElseAsItIs) {
  for (const std::string_view text : {"×", "÷", "Þ", "þ", "€", "😀", "Ωμέγα", "Ж", "\xEF\xBF\xBD", "ĳ"}) {
    EXPECT_EQ(FoldText(text), text);
  }
}

TEST(FoldTextTest, LeavesBrokenUtf8AsItIs) {
  for (const std::string_view text : {"\xC3", "a\xC5", "\x80\xBF", "\xFF\xFE"}) {
    EXPECT_EQ(FoldText(text), text);
  }
}

RC_GTEST_PROP(FoldTextTest, FoldsNothingTwice, (const std::string& text)) {
  const std::string folded = FoldText(text);
  RC_PRE(text.find('\xC3') == std::string::npos && text.find('\xC4') == std::string::npos &&
         text.find('\xC5') == std::string::npos);
  RC_ASSERT(FoldText(folded) == folded);
}

RC_GTEST_PROP(FoldTextTest, NeverGrows, (const std::string& text)) { RC_ASSERT(FoldText(text).size() <= text.size()); }

}  // namespace
}  // namespace sawa
