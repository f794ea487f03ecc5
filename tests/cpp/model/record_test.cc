// SPDX-License-Identifier: MIT
#include "model/record.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <map>

namespace sawa {
namespace {

TEST(RecordTest, FindsWhatWasSet) {
  Record record;
  record.Set("price", std::int64_t{3000}, {1, 2});
  ASSERT_NE(record.Find("price"), nullptr);
  EXPECT_EQ(record.Find("price")->value, Value{std::int64_t{3000}});
  EXPECT_EQ(record.Find("price")->stamp, (Stamp{1, 2}));
  EXPECT_EQ(record.Find("pric"), nullptr);
  EXPECT_EQ(record.Find("prices"), nullptr);
  EXPECT_EQ(record.Find(""), nullptr);
}

TEST(RecordTest, ReplacesAFieldInPlace) {
  Record record;
  record.Set("price", std::int64_t{1}, {1, 0});
  record.Set("price", std::string("two"), {2, 0});
  ASSERT_EQ(record.fields().size(), 1U);
  EXPECT_EQ(record.fields().front(), (FieldState{"price", std::string("two"), {2, 0}}));
}

RC_GTEST_PROP(RecordTest, IsAMapOrderedByName, (const std::vector<std::pair<std::string, std::int64_t>>& sets)) {
  Record record;
  std::map<std::string, std::int64_t> expected;
  for (const auto& [name, value] : sets) {
    record.Set(name, value, {});
    expected[name] = value;
  }
  RC_ASSERT(record.fields().size() == expected.size());
  auto field = record.fields().begin();
  for (const auto& [name, value] : expected) {
    RC_ASSERT(field->name == name);
    RC_ASSERT(field->value == Value{value});
    RC_ASSERT(record.Find(name) == &*field);
    ++field;
  }
}

TEST(RecordTest, ComparesTombstonesToo) {
  Record record;
  Record removed;
  removed.removed = Stamp{1, 1};
  EXPECT_NE(record, removed);
  record.removed = Stamp{1, 1};
  EXPECT_EQ(record, removed);
}

}  // namespace
}  // namespace sawa
