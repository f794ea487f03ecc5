// SPDX-License-Identifier: MIT
#include "codec/page.h"

#include <gtest/gtest.h>

namespace sawa {
namespace {

Page PageOf(const std::vector<std::string_view>& keys) {
  PageBuilder builder;
  for (const std::string_view key : keys) {
    builder.Add(key, {});
  }
  return builder.Finish();
}

TEST(PageTest, GivesTheFirstEntryThatAPartMayBeginIn) {
  const Page page = PageOf({"chai", "mchele", "sukari guru", "sukari nyeupe"});
  EXPECT_EQ(page.IndexWith("chai", 0), 0U);
  EXPECT_EQ(page.IndexWith("chele", 0), 1U);
  EXPECT_EQ(page.IndexWith("sukari", 0), 2U);
  EXPECT_EQ(page.IndexWith("nyeupe", 0), 3U);
}

TEST(PageTest, LooksNoFurtherBackThanItIsTold) {
  const Page page = PageOf({"chai", "mchele", "sukari guru", "sukari nyeupe"});
  EXPECT_EQ(page.IndexWith("sukari", 3), 3U);
  EXPECT_EQ(page.IndexWith("chai", 1), page.size());
}

TEST(PageTest, TellsThatAPartIsInNone) { EXPECT_EQ(PageOf({"chai"}).IndexWith("kahawa", 0), 1U); }

}  // namespace
}  // namespace sawa
