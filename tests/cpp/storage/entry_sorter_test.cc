// SPDX-License-Identifier: MIT
#include "storage/entry_sorter.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

namespace sawa {
namespace {

using Entries = std::vector<std::pair<std::string, std::string>>;

Entries EntriesOf(const std::vector<Page>& pages) {
  Entries entries;
  for (const Page& page : pages) {
    for (std::size_t index = 0; index < page.size(); ++index) {
      entries.emplace_back(page.key(index), AsText(page.value(index)));
    }
  }
  return entries;
}

Entries Sorted(EntrySorter& sorter) {
  while (sorter.MergePage()) {
  }
  return EntriesOf(sorter.Finish());
}

TEST(EntrySorterTest, NothingMakesNoPage) {
  EntrySorter sorter;
  EXPECT_FALSE(sorter.MergePage());
  EXPECT_TRUE(sorter.Finish().empty());
  EXPECT_FALSE(sorter.has_duplicates());
}

TEST(EntrySorterTest, ManyRunsThatOverlapBecomePagesInOrder) {
  EntrySorter sorter;
  Entries expected;
  // 2.5 MB, far apart: each run holds keys from the whole range.
  constexpr int kCount = 25'000;
  for (int number = 0; number < kCount; ++number) {
    const int place = static_cast<int>(std::int64_t{number} * 7919 % kCount);
    const std::string key = "the same beginning " + std::to_string(100'000 + place);
    sorter.Add(key, AsBytes(std::string(70, static_cast<char>('a' + place % 26))));
    expected.emplace_back(key, std::string(70, static_cast<char>('a' + place % 26)));
  }
  std::ranges::sort(expected);
  int steps = 0;
  while (sorter.MergePage()) {
    ++steps;
  }
  const std::vector<Page> pages = sorter.Finish();
  EXPECT_EQ(EntriesOf(pages), expected);
  EXPECT_GT(pages.size(), 5U);
  EXPECT_GE(steps, static_cast<int>(pages.size()) - 2);
  EXPECT_FALSE(sorter.has_duplicates());
}

TEST(EntrySorterTest, RunsThatDoNotOverlapBecomePagesInOrder) {
  EntrySorter sorter;
  Entries expected;
  for (int number = 0; number < 15'000; ++number) {
    expected.emplace_back(std::to_string(100'000 + number), std::string(100, 'v'));
    sorter.Add(expected.back().first, AsBytes(expected.back().second));
  }
  EXPECT_EQ(Sorted(sorter), expected);
}

TEST(EntrySorterTest, ABlockThatEndsWithItsRunIsFollowedByNothing) {
  EntrySorter sorter;
  sorter.Add("key", AsBytes(std::string(40'000, 'v')));
  EXPECT_EQ(Sorted(sorter), (Entries{{"key", std::string(40'000, 'v')}}));
}

TEST(EntrySorterTest, AKeyThatComesTwiceIsNoticed) {
  EntrySorter sorter;
  for (int number = 0; number < 10'000; ++number) {
    sorter.Add(std::to_string(number), AsBytes(std::string(100, 'v')));
  }
  sorter.Add("5", {});
  static_cast<void>(Sorted(sorter));
  EXPECT_TRUE(sorter.has_duplicates());
}

RC_GTEST_PROP(EntrySorterPropertyTest, AnyEntriesComeOutAsOfAMap, ()) {
  const auto entries = *rc::gen::arbitrary<std::map<std::string, std::string>>();
  Entries shuffled(entries.begin(), entries.end());
  std::ranges::reverse(shuffled);
  EntrySorter sorter;
  for (const auto& [key, value] : shuffled) {
    sorter.Add(key, AsBytes(value));
  }
  RC_ASSERT(Sorted(sorter) == Entries(entries.begin(), entries.end()));
  RC_ASSERT(!sorter.has_duplicates());
}

}  // namespace
}  // namespace sawa
