// SPDX-License-Identifier: MIT
// What must hold for every set of mutations: the same set gives the same record, whatever the order of arrival.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

#include "conflict/merge.h"

namespace sawa {
namespace {

const CollectionSchema kSchema{"products",
                               {{"name"},
                                {"price", FieldType::kInteger},
                                {"stock", FieldType::kInteger, MergePolicy::kCounter},
                                {"code", FieldType::kText, MergePolicy::kWriteOnce},
                                {"odometer", FieldType::kInteger, MergePolicy::kMax},
                                {"first_sold", FieldType::kInteger, MergePolicy::kMin},
                                {"status", FieldType::kText, MergePolicy::kLattice, false, {"a", "b"}},
                                {"ruled", FieldType::kInteger, MergePolicy::kServerWins},
                                {"note", FieldType::kText, MergePolicy::kManual},
                                {"place", FieldType::kText, MergePolicy::kCustom}}};

struct Edit {
  Operation operation;
  Stamp stamp;
};

Value SomeValue() {
  return *rc::gen::element(Value{std::int64_t{1}}, Value{std::int64_t{10}}, Value{2.5}, Value{std::string("a")},
                           Value{std::string("b")}, Value{});
}

Operation SomeOperation(bool with_removes) {
  Operation operation{.kind = *rc::gen::element(OperationKind::kPatch, OperationKind::kIncrement, OperationKind::kPut,
                                                with_removes ? OperationKind::kRemove : OperationKind::kPatch),
                      .collection = "products",
                      .id = "id"};
  if (operation.kind == OperationKind::kIncrement) {
    operation.field = "stock";
    operation.delta = *rc::gen::inRange(-5, 6);
  } else if (operation.kind != OperationKind::kRemove) {
    const bool sees = *rc::gen::arbitrary<bool>();
    for (const FieldSchema& field : kSchema.fields) {
      if (field.stamped() && *rc::gen::inRange(0, 3) == 0) {
        operation.fields.emplace_back(field.name, SomeValue());
        if (sees) {
          operation.was.emplace_back(field.name, SomeValue());
        }
      }
    }
  }
  return operation;
}

// Written as it was seen.
bool IsRepeated(const Operation& operation, const std::pair<std::string, Value>& written) {
  return std::ranges::find(operation.was, written) != operation.was.end();
}

// Edits with distinct stamps, the creation not among them.
std::vector<Edit> SomeEdits(bool with_removes) {
  const auto times = *rc::gen::container<std::set<std::uint64_t>>(rc::gen::inRange<std::uint64_t>(2, 40));
  std::vector<Edit> edits;
  for (const std::uint64_t time : times) {
    edits.push_back({SomeOperation(with_removes), {time, *rc::gen::inRange<std::uint64_t>(0, 3)}});
  }
  return edits;
}

std::vector<Edit> Shuffled(const std::vector<Edit>& edits) {
  const auto keys = *rc::gen::container<std::vector<std::uint32_t>>(edits.size(), rc::gen::arbitrary<std::uint32_t>());
  std::vector<std::pair<std::uint32_t, std::size_t>> order;
  for (std::size_t index = 0; index < edits.size(); ++index) {
    order.emplace_back(keys[index], index);
  }
  std::ranges::sort(order);
  std::vector<Edit> shuffled;
  for (const auto& [key, index] : order) {
    shuffled.push_back(edits[index]);
  }
  return shuffled;
}

std::optional<Record> Apply(const std::vector<Edit>& edits, std::optional<Record> record) {
  std::vector<std::string> lost;
  for (const Edit& edit : edits) {
    RC_ASSERT(ApplyOperation(kSchema, edit.operation, edit.stamp, record, lost).has_value());
  }
  return record;
}

Record Created() {
  Record record;
  record.Set("name", std::string("first"), {1, 0});
  record.Set("price", std::int64_t{5}, {1, 0});
  record.Set("stock", std::int64_t{100}, {1, 0});
  return record;
}

RC_GTEST_PROP(MergePropertyTest, GivesTheSameRecordInEveryOrder, ()) {
  const std::vector<Edit> edits = SomeEdits(/*with_removes=*/false);
  RC_ASSERT(Apply(edits, Created()) == Apply(Shuffled(edits), Created()));
}

RC_GTEST_PROP(MergePropertyTest, GivesTheSameRecordInEveryOrderWithRemovalsToo, ()) {
  const std::vector<Edit> edits = SomeEdits(/*with_removes=*/true);
  RC_ASSERT(Apply(edits, Created()) == Apply(Shuffled(edits), Created()));
}

RC_GTEST_PROP(MergePropertyTest, GivesTheSameFieldsInEveryOrderForEqualStampsToo, ()) {
  std::vector<Edit> edits = SomeEdits(/*with_removes=*/false);
  for (Edit& edit : edits) {
    edit.stamp.time = 2 + edit.stamp.time % 2;
  }
  RC_ASSERT(Apply(edits, Created()) == Apply(Shuffled(edits), Created()));
}

RC_GTEST_PROP(MergePropertyTest, TheCounterIsTheSumOfAllIncrements, ()) {
  const std::vector<Edit> edits = SomeEdits(/*with_removes=*/true);
  std::int64_t sum = 100;
  for (const Edit& edit : edits) {
    sum += edit.operation.delta;
  }
  const auto record = Apply(Shuffled(edits), Created());
  RC_ASSERT(record->Find("stock")->value == Value{sum});
}

RC_GTEST_PROP(MergePropertyTest, EachFieldIsThatOfTheNewestEdit, ()) {
  const std::vector<Edit> edits = SomeEdits(/*with_removes=*/true);
  const Record created = Created();
  const auto record = Apply(Shuffled(edits), created);
  for (const char* name : {"name", "price"}) {
    FieldState newest = *created.Find(name);
    for (const Edit& edit : edits) {
      for (const auto& written : edit.operation.fields) {
        const auto& [field, value] = written;
        if (field == name && !IsRepeated(edit.operation, written) && edit.stamp > newest.stamp) {
          newest = {name, value, edit.stamp};
        }
      }
    }
    RC_ASSERT(*record->Find(name) == newest);
  }
}

RC_GTEST_PROP(MergePropertyTest, ASecondDeliveryOfAnEditChangesNothing, ()) {
  std::vector<Edit> edits = SomeEdits(/*with_removes=*/true);
  std::erase_if(edits, [](const Edit& edit) { return edit.operation.kind == OperationKind::kIncrement; });
  const auto once = Apply(edits, Created());
  std::vector<Edit> twice = edits;
  for (const Edit& edit : edits) {
    if (edit.operation.kind != OperationKind::kRemove) {
      twice.push_back(edit);
    }
  }
  const auto again = Apply(twice, Created());
  RC_ASSERT(again->fields() == once->fields());
}

RC_GTEST_PROP(MergePropertyTest, TheSameEditAtOnceAgainChangesNothing, ()) {
  const auto record = Apply(SomeEdits(/*with_removes=*/true), Created());
  const Operation operation = SomeOperation(/*with_removes=*/true);
  RC_PRE(operation.kind != OperationKind::kIncrement);
  const Stamp stamp{*rc::gen::inRange<std::uint64_t>(2, 60), 1};
  const auto once = Apply({{operation, stamp}}, record);
  RC_ASSERT(Apply({{operation, stamp}}, once) == once);
}

RC_GTEST_PROP(MergePropertyTest, ALossIsReportedExactlyWhenAValueDidNotTakeEffect, ()) {
  std::optional<Record> record = Apply(SomeEdits(/*with_removes=*/false), Created());
  const Edit edit{SomeOperation(/*with_removes=*/false), {*rc::gen::inRange<std::uint64_t>(2, 60), 1}};
  std::vector<std::string> lost;
  RC_ASSERT(ApplyOperation(kSchema, edit.operation, edit.stamp, record, lost).has_value());
  for (const auto& written : edit.operation.fields) {
    const auto& [name, value] = written;
    if (IsRepeated(edit.operation, written)) {
      RC_ASSERT(std::ranges::find(lost, name) == lost.end());
      continue;
    }
    const bool stands = record->Find(name)->value == value;
    RC_ASSERT(stands != (std::ranges::find(lost, name) != lost.end()));
  }
}

// A removal and an edit that crossed: whoever is later wins, on every device.
RC_GTEST_PROP(MergePropertyTest, ARemovalAndAnEditEndTheSameInBothOrders, ()) {
  const auto times = *rc::gen::pair(rc::gen::inRange<std::uint64_t>(2, 9), rc::gen::inRange<std::uint64_t>(2, 9));
  RC_PRE(times.first != times.second);
  const Edit removal{{.kind = OperationKind::kRemove, .collection = "products", .id = "id"}, {times.first, 1}};
  const Edit edit{
      {.kind = OperationKind::kPatch, .collection = "products", .id = "id", .fields = {{"name", SomeValue()}}},
      {times.second, 2}};
  const auto one = Apply({removal, edit}, Created());
  const auto other = Apply({edit, removal}, Created());
  RC_ASSERT(one->removed.has_value() == other->removed.has_value());
  RC_ASSERT(one->removed.has_value() == (removal.stamp > edit.stamp));
  RC_ASSERT(one->fields() == other->fields());
}

}  // namespace
}  // namespace sawa
