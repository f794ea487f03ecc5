// SPDX-License-Identifier: MIT
#include "conflict/merge.h"

#include <gtest/gtest.h>

#include <limits>

#include "support/results.h"

namespace sawa {
namespace {

using test::FailsWith;
using test::IsOk;

const CollectionSchema kSchema{
    "products", {{"name"}, {"price", FieldType::kInteger}, {"stock", FieldType::kInteger, MergePolicy::kCounter}}, {}};

Operation Edit(OperationKind kind, FieldValues fields) {
  return {.kind = kind, .collection = "products", .id = "id", .fields = std::move(fields)};
}
Operation Put(FieldValues fields) { return Edit(OperationKind::kPut, std::move(fields)); }
Operation Patch(FieldValues fields) { return Edit(OperationKind::kPatch, std::move(fields)); }
Operation Increment(std::int64_t delta) {
  return {.kind = OperationKind::kIncrement, .collection = "products", .id = "id", .field = "stock", .delta = delta};
}
Operation Remove() { return {.kind = OperationKind::kRemove, .collection = "products", .id = "id"}; }

// A record and what was lost on the way to it.
struct Merging {
  std::optional<Record> record = std::nullopt;
  std::vector<std::string> lost = {};

  Merging& Apply(const Operation& operation, std::uint64_t time) {
    EXPECT_TRUE(IsOk(ApplyOperation(kSchema, operation, {time, 1}, record, lost)));
    return *this;
  }
  [[nodiscard]] Value At(std::string_view field) const {
    const FieldState* state = record ? record->Find(field) : nullptr;
    return state != nullptr ? state->value : Value{std::string("(no such field)")};
  }
};

Value Text(std::string text) { return text; }
Value Number(std::int64_t number) { return number; }

TEST(MergeTest, PutCreatesARecordWithItsCounters) {
  Merging merging;
  merging.Apply(Put({{"name", Text("Sukari")}, {"stock", Number(40)}}), 5);
  EXPECT_EQ(merging.At("name"), Text("Sukari"));
  EXPECT_EQ(merging.At("stock"), Number(40));
  EXPECT_EQ(merging.record->Find("name")->stamp, (Stamp{5, 1}));
  EXPECT_TRUE(merging.lost.empty());
}

TEST(MergeTest, PutOfAKnownRecordIsAPatchThatKeepsTheCounter) {
  Merging merging;
  merging.Apply(Put({{"name", Text("A")}, {"price", Number(1)}, {"stock", Number(40)}}), 5);
  merging.Apply(Put({{"name", Text("B")}, {"stock", Number(99)}}), 6);
  EXPECT_EQ(merging.At("name"), Text("B"));
  EXPECT_EQ(merging.At("price"), Number(1));
  EXPECT_EQ(merging.At("stock"), Number(40));
}

TEST(MergeTest, PatchSetsOnlyFieldsThatAreOlder) {
  Merging merging;
  merging.Apply(Put({{"name", Text("A")}}), 5).Apply(Patch({{"price", Number(7)}}), 9);
  merging.Apply(Patch({{"name", Text("B")}, {"price", Number(8)}}), 7);
  EXPECT_EQ(merging.At("name"), Text("B"));
  EXPECT_EQ(merging.At("price"), Number(7));
  EXPECT_EQ(merging.lost, std::vector<std::string>{"price"});
}

TEST(MergeTest, PatchOfAnUnknownRecordCreatesIt) {
  Merging merging;
  merging.Apply(Patch({{"price", Number(3)}, {"stock", Number(4)}}), 5);
  EXPECT_EQ(merging.At("price"), Number(3));
  EXPECT_EQ(merging.At("stock"), Number(4));
}

TEST(MergeTest, EqualStampsAreDecidedByTheValueBytes) {
  for (const auto& [winner, loser] : std::vector<std::pair<Value, Value>>{
           {Text("B"), Text("A")}, {Number(9), Number(10)}, {Value{}, Text("zebra")}, {true, false}}) {
    for (const bool winner_first : {true, false}) {
      Merging merging;
      merging.Apply(Put({{"name", winner_first ? winner : loser}}), 5);
      merging.Apply(Patch({{"name", winner_first ? loser : winner}}), 5);
      EXPECT_EQ(merging.At("name"), winner) << CanonicalText(winner) << " against " << CanonicalText(loser);
    }
  }
}

TEST(MergeTest, TheNodeDecidesBetweenEqualTimes) {
  Merging merging;
  merging.Apply(Put({{"name", Text("Z")}}), 5);
  ASSERT_TRUE(IsOk(ApplyOperation(kSchema, Patch({{"name", Text("A")}}), {5, 2}, merging.record, merging.lost)));
  EXPECT_EQ(merging.At("name"), Text("A"));
  ASSERT_TRUE(IsOk(ApplyOperation(kSchema, Patch({{"name", Text("ZZ")}}), {5, 0}, merging.record, merging.lost)));
  EXPECT_EQ(merging.At("name"), Text("A"));
}

TEST(MergeTest, IncrementAddsWhateverTheStamps) {
  Merging merging;
  merging.Apply(Put({{"stock", Number(40)}}), 9).Apply(Increment(-3), 5).Apply(Increment(2), 12);
  EXPECT_EQ(merging.At("stock"), Number(39));
  EXPECT_EQ(merging.record->Find("stock")->stamp, Stamp{});
  EXPECT_TRUE(merging.lost.empty());
}

TEST(MergeTest, IncrementOfAnUnknownRecordOrFieldStartsFromZero) {
  Merging merging;
  merging.Apply(Increment(-2), 5);
  EXPECT_EQ(merging.At("stock"), Number(-2));
  Merging named;
  named.Apply(Put({{"name", Text("A")}}), 5).Apply(Increment(4), 6);
  EXPECT_EQ(named.At("stock"), Number(4));
}

TEST(MergeTest, IncrementBeyondExactIntegersIsRefusedAndChangesNothing) {
  for (const std::int64_t sign : {1, -1}) {
    Merging merging;
    merging.Apply(Put({{"stock", Number(sign * (kIntegerMax - 1))}}), 5);
    merging.Apply(Increment(sign), 6);
    const auto before = merging.record;
    EXPECT_TRUE(FailsWith(ErrorCode::kMutationInvalid,
                          ApplyOperation(kSchema, Increment(sign), {7, 1}, merging.record, merging.lost)));
    EXPECT_EQ(merging.record, before);
  }
}

// The current value may come from a server that broke the limit, the delta from a caller that did.
TEST(MergeTest, IncrementOfNumbersOutOfRangeIsRefusedWithoutOverflow) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
  for (const auto& [current, delta] :
       std::vector<std::pair<std::int64_t, std::int64_t>>{{kMax, 1}, {kMin, -1}, {1, kMax}, {-2, kMin}, {kMax, kMin}}) {
    Merging merging;
    merging.Apply(Put({{"stock", Number(current)}}), 5);
    EXPECT_TRUE(FailsWith(ErrorCode::kMutationInvalid,
                          ApplyOperation(kSchema, Increment(delta), {7, 1}, merging.record, merging.lost)))
        << current << " + " << delta;
    EXPECT_EQ(merging.At("stock"), Number(current));
  }
}

TEST(MergeTest, RemoveLeavesATombstoneAndHidesTheFields) {
  Merging merging;
  merging.Apply(Put({{"name", Text("A")}}), 5).Apply(Remove(), 6);
  EXPECT_EQ(merging.record->removed, (Stamp{6, 1}));
  EXPECT_TRUE(merging.lost.empty());
}

TEST(MergeTest, RemoveLosesAgainstANewerOrEqualEdit) {
  for (const std::uint64_t time : std::vector<std::uint64_t>{5, 4}) {
    Merging merging;
    merging.Apply(Put({{"name", Text("A")}}), 5).Apply(Remove(), time);
    EXPECT_EQ(merging.record->removed, std::nullopt);
    EXPECT_EQ(merging.lost, std::vector<std::string>{"*"});
  }
}

TEST(MergeTest, RemoveIgnoresTheStampsOfCounters) {
  Merging merging;
  merging.Apply(Put({{"name", Text("A")}}), 5).Apply(Increment(1), 20).Apply(Remove(), 6);
  EXPECT_EQ(merging.record->removed, (Stamp{6, 1}));
}

TEST(MergeTest, RemoveOfAnUnknownRecordLeavesATombstone) {
  Merging merging;
  merging.Apply(Remove(), 5);
  EXPECT_EQ(merging.record->removed, (Stamp{5, 1}));
  merging.Apply(Remove(), 4);
  EXPECT_EQ(merging.record->removed, (Stamp{5, 1}));
}

TEST(MergeTest, ANewerEditBringsARemovedRecordBack) {
  Merging merging;
  merging.Apply(Put({{"name", Text("A")}, {"stock", Number(3)}}), 5).Apply(Remove(), 6);
  merging.Apply(Patch({{"price", Number(9)}}), 7);
  EXPECT_EQ(merging.record->removed, std::nullopt);
  EXPECT_EQ(merging.At("price"), Number(9));
  EXPECT_EQ(merging.At("stock"), Number(3));
}

TEST(MergeTest, AnEditWithoutAStampedFieldBringsNothingBack) {
  for (const FieldValues& fields : {FieldValues{}, FieldValues{{"stock", Number(9)}}}) {
    Merging merging;
    merging.Apply(Put({{"name", Text("A")}, {"stock", Number(3)}}), 5).Apply(Remove(), 6).Apply(Put(fields), 7);
    EXPECT_TRUE(merging.record->removed.has_value());
    EXPECT_EQ(merging.At("stock"), Number(3));
  }
}

TEST(MergeTest, AValueThatIsThereAlreadyIsNotLost) {
  Merging merging;
  merging.Apply(Put({{"name", Text("A")}}), 5).Apply(Patch({{"name", Text("A")}}), 4);
  EXPECT_TRUE(merging.lost.empty());
  EXPECT_EQ(merging.record->Find("name")->stamp, (Stamp{5, 1}));
}

TEST(MergeTest, AnOlderEditOfARemovedRecordIsLostButNotForgotten) {
  Merging merging;
  merging.Apply(Put({{"name", Text("A")}}), 3).Apply(Remove(), 6).Apply(Patch({{"name", Text("B")}}), 5);
  EXPECT_EQ(merging.record->removed, (Stamp{6, 1}));
  EXPECT_EQ(merging.lost, std::vector<std::string>{"name"});
  merging.Apply(Patch({{"price", Number(1)}}), 7);
  EXPECT_EQ(merging.At("name"), Text("B"));
}

TEST(MergeTest, AnIncrementOfARemovedRecordIsKeptInIt) {
  Merging merging;
  merging.Apply(Put({{"stock", Number(5)}}), 5).Apply(Remove(), 6).Apply(Increment(-2), 9);
  EXPECT_TRUE(merging.record->removed.has_value());
  EXPECT_EQ(merging.At("stock"), Number(3));
}

TEST(MergeTest, FieldsOutsideTheSchemaMergeByLastWriter) {
  Merging merging;
  merging.Apply(Put({{"colour", Text("red")}}), 5).Apply(Patch({{"colour", Text("blue")}}), 4);
  EXPECT_EQ(merging.At("colour"), Text("red"));
}

}  // namespace
}  // namespace sawa
