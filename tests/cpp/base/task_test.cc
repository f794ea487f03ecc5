// SPDX-License-Identifier: MIT
#include "base/task.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>

#include "support/run.h"

namespace sawa {
namespace {

using test::Running;
using test::RunNow;
using test::Turns;

Task<int> Give(int value) { co_return value; }

Task<int> Sum(int left, int right) {
  const int first = co_await Give(left);
  const int second = co_await Give(right);
  co_return first + second;
}

Task<std::unique_ptr<std::string>> GiveText(std::string text) { co_return std::make_unique<std::string>(text); }

Task<void> Set(bool* flag) {
  *flag = true;
  co_return;
}

Task<int> WaitThenGive(Turns* turns, int value) {
  co_await turns->Next();
  co_return value;
}

Task<int> SumOfWaits(Turns* turns, int count) {
  int sum = 0;
  for (int index = 0; index < count; ++index) {
    sum += co_await WaitThenGive(turns, index);
  }
  co_return sum;
}

// How far apart the stack pointers of the inner calls lie.
struct StackRange {
  std::uintptr_t lowest = UINTPTR_MAX;
  std::uintptr_t highest = 0;
  [[nodiscard]] std::uintptr_t size() const { return highest - lowest; }
};

void NoteStack(StackRange* range) {
  const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  range->lowest = std::min(range->lowest, here);
  range->highest = std::max(range->highest, here);
}

Task<int> GiveAndNote(StackRange* range, int value) {
  NoteStack(range);
  co_return value;
}

Task<std::int64_t> LongLoop(StackRange* range, int count) {
  std::int64_t sum = 0;
  for (int index = 0; index < count; ++index) {
    sum += co_await GiveAndNote(range, index);
  }
  co_return sum;
}

Task<std::int64_t> LongLoopOfWaits(Turns* turns, StackRange* range, int count) {
  std::int64_t sum = 0;
  for (int index = 0; index < count; ++index) {
    sum += co_await WaitThenGive(turns, index);
    NoteStack(range);
  }
  co_return sum;
}

TEST(TaskTest, GivesTheValueOfNestedTasks) { EXPECT_EQ(RunNow(Sum(2, 3)), 5); }

TEST(TaskTest, MovesValuesThatCannotBeCopied) { EXPECT_EQ(*RunNow(GiveText("sukari")), "sukari"); }

TEST(TaskTest, StartsOnlyWhenAwaited) {
  bool started = false;
  {
    const Task<void> task = Set(&started);
    EXPECT_FALSE(started);
  }
  EXPECT_FALSE(started);
  RunNow(Set(&started));
  EXPECT_TRUE(started);
}

TEST(TaskTest, UsesNoStackInALongLoop) {
  constexpr std::int64_t kCount = 1'000'000;
  StackRange range;
  EXPECT_EQ(RunNow(LongLoop(&range, kCount)), kCount * (kCount - 1) / 2);
  EXPECT_LT(range.size(), 4096U);
}

TEST(TaskTest, UsesNoStackInALongLoopOfRealWaits) {
  constexpr std::int64_t kCount = 100'000;
  Turns turns;
  StackRange range;
  Running<std::int64_t> running(LongLoopOfWaits(&turns, &range, kCount));
  turns.ResumeAll();
  EXPECT_EQ(running.Take(), kCount * (kCount - 1) / 2);
  EXPECT_LT(range.size(), 4096U);
}

TEST(TaskTest, SuspendsItsAwaitersUntilItIsResumed) {
  Turns turns;
  Running<int> running(SumOfWaits(&turns, 3));
  EXPECT_FALSE(running.done());
  turns.Resume();
  turns.Resume();
  EXPECT_FALSE(running.done());
  turns.Resume();
  EXPECT_EQ(running.Take(), 3);
  EXPECT_EQ(turns.waiting(), 0U);
}

TEST(TaskTest, RunsSeveralAtATime) {
  Turns turns;
  Running<int> first(SumOfWaits(&turns, 2));
  Running<int> second(SumOfWaits(&turns, 2));
  turns.Resume(1);
  turns.Resume(1);
  EXPECT_FALSE(first.done());
  EXPECT_EQ(second.Take(), 1);
  turns.ResumeAll();
  EXPECT_EQ(first.Take(), 1);
}

TEST(TaskTest, FreesACoroutineThatIsNeverAwaited) {
  // ASan's leak check is the assertion; the counter shows that the argument lived in the frame.
  const auto shared = std::make_shared<int>(7);
  {
    const auto hold = [](std::shared_ptr<int> kept) -> Task<int> { co_return *kept; };
    const Task<int> task = hold(shared);
    EXPECT_EQ(shared.use_count(), 2);
  }
  EXPECT_EQ(shared.use_count(), 1);
}

TEST(StartTest, HandsTheValueOverAtOnceIfNothingWaits) {
  int got = 0;
  Start(Sum(20, 22), [&got](int value) { got = value; });
  EXPECT_EQ(got, 42);
}

TEST(StartTest, HandsTheValueOverLaterIfSomethingWaits) {
  Turns turns;
  int got = 0;
  Start(WaitThenGive(&turns, 42), [&got](int value) { got = value; });
  EXPECT_EQ(got, 0);
  turns.Resume();
  EXPECT_EQ(got, 42);
}

}  // namespace
}  // namespace sawa
