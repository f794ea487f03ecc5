// SPDX-License-Identifier: MIT
#include "conflict/policy.h"

#include <gtest/gtest.h>

namespace sawa {
namespace {

struct Edit {
  Value value;
  Stamp stamp;
};

Value Text(std::string text) { return text; }
Value Number(std::int64_t number) { return number; }

FieldSchema With(MergePolicy policy) { return {.name = "field", .merge = policy, .states = {"draft", "paid", "void"}}; }

// Each edit stands against those before it, and none of those against it.
void ExpectOrder(MergePolicy policy, const std::vector<Edit>& rising) {
  const FieldSchema field = With(policy);
  for (std::size_t lower = 0; lower < rising.size(); ++lower) {
    for (std::size_t upper = 0; upper < rising.size(); ++upper) {
      const FieldState current{"field", rising[lower].value, rising[lower].stamp};
      EXPECT_EQ(Stands(field, &current, rising[upper].stamp, rising[upper].value), upper > lower)
          << CanonicalText(rising[upper].value) << " against " << CanonicalText(rising[lower].value);
    }
  }
}

TEST(PolicyTest, AnythingStandsWhereNothingWas) {
  EXPECT_TRUE(Stands(With(MergePolicy::kWriteOnce), nullptr, {}, Value{}));
}

TEST(PolicyTest, AFieldNobodyStampedLosesToEveryStampWhateverThePolicy) {
  for (const MergePolicy policy : {MergePolicy::kLastWriter, MergePolicy::kWriteOnce, MergePolicy::kMax,
                                   MergePolicy::kMin, MergePolicy::kLattice, MergePolicy::kServerWins}) {
    const FieldState unstamped{"field", Number(5), {}};
    EXPECT_TRUE(Stands(With(policy), &unstamped, {1, 7}, Value{}));
    const FieldState stamped{"field", Value{}, {1, 7}};
    EXPECT_FALSE(Stands(With(policy), &stamped, {}, Number(5)));
  }
}

TEST(PolicyTest, TheLastWriterStandsAndTheValueDecidesBetweenEqualStamps) {
  for (const MergePolicy policy : {MergePolicy::kLastWriter, MergePolicy::kManual, MergePolicy::kCustom}) {
    ExpectOrder(policy, {{Text("z"), {1, 9}}, {Text("a"), {2, 1}}, {Text("b"), {2, 1}}, {Text("a"), {2, 2}}});
  }
}

TEST(PolicyTest, WhatWasWrittenFirstStandsButNullIsNothingWritten) {
  ExpectOrder(MergePolicy::kWriteOnce, {{Value{}, {2, 1}},
                                        {Value{}, {1, 1}},
                                        {Text("z"), {5, 1}},
                                        {Text("a"), {4, 2}},
                                        {Text("a"), {4, 1}},
                                        {Text("b"), {4, 1}}});
}

TEST(PolicyTest, TheGreatestNumberStandsAndTheLaterOfEqualOnes) {
  ExpectOrder(MergePolicy::kMax, {{Text("999"), {8, 1}},
                                  {Value{}, {9, 1}},
                                  {Number(-5), {7, 1}},
                                  {Number(2), {9, 1}},
                                  {2.5, {1, 1}},
                                  {Number(10), {3, 1}},
                                  {Number(10), {4, 1}}});
}

TEST(PolicyTest, TheSmallestNumberStands) {
  ExpectOrder(MergePolicy::kMin, {{Value{}, {9, 1}}, {Number(10), {9, 1}}, {2.5, {1, 1}}, {Number(-5), {1, 1}}});
}

TEST(PolicyTest, AStateOnlyMovesUpAndUnknownOnesAreLowest) {
  ExpectOrder(MergePolicy::kLattice, {{Text("alien"), {8, 1}},
                                      {Number(7), {9, 1}},
                                      {Text("draft"), {7, 1}},
                                      {Text("paid"), {6, 1}},
                                      {Text("void"), {1, 1}},
                                      {Text("void"), {2, 1}}});
}

TEST(PolicyTest, TheServersWordStandsWhateverADeviceWritesLater) {
  ExpectOrder(MergePolicy::kServerWins,
              {{Number(1), {8, 1}}, {Number(2), {9, 1}}, {Number(3), {4, 0}}, {Number(2), {5, 0}}});
}

}  // namespace
}  // namespace sawa
