// SPDX-License-Identifier: MIT
#include "base/find_text.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace sawa {
namespace {

TEST(FindTextTest, FindsTheFirstPlaceNearTheEnds) {
  EXPECT_EQ(FindText("", ""), 0U);
  EXPECT_EQ(FindText("sukari", ""), 0U);
  EXPECT_EQ(FindText("sukari", "sukari"), 0U);
  EXPECT_EQ(FindText("sukari nyeupe", "pe"), 11U);
  EXPECT_EQ(FindText("suka", "sukari"), std::string_view::npos);
}

TEST(FindTextTest, ABeginningAndAnEndThatAgreeAreNoFind) { EXPECT_EQ(FindText("axb ayb azb acb", "acb"), 12U); }

// Of few letters, so that most candidates are none.
RC_GTEST_PROP(FindTextPropertyTest, FindsWhatTheStandardLibraryFinds, ()) {
  const auto letter = rc::gen::elementOf(std::string("ab\0\x80\xff", 5));
  const auto text = *rc::gen::container<std::string>(letter);
  const auto part = *rc::gen::container<std::string>(*rc::gen::inRange<std::size_t>(1, 5), letter);
  RC_ASSERT(FindText(text, part) == text.find(part));
}

}  // namespace
}  // namespace sawa
