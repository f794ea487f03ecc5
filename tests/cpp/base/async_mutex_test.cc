// SPDX-License-Identifier: MIT
#include "base/async_mutex.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/task.h"
#include "support/run.h"

namespace sawa {
namespace {

using test::Running;
using test::RunNow;
using test::Turns;

struct World {
  AsyncMutex mutex;
  Turns turns;
  std::string trace;
  int inside = 0;
  int inside_max = 0;
};

Task<bool> Work(World* world, char name, bool waits) {
  auto guard = co_await world->mutex.Lock();
  world->trace += name;
  ++world->inside;
  world->inside_max = std::max(world->inside_max, world->inside);
  if (waits) {
    co_await world->turns.Next();
  }
  --world->inside;
  world->trace += static_cast<char>(name - 'a' + 'A');
  co_return true;
}

Task<bool> WorkTwice(World* world, char name) {
  co_await Work(world, name, true);
  co_return co_await Work(world, name, true);
}

TEST(AsyncMutexTest, LetsTheFirstInAtOnce) {
  World world;
  EXPECT_TRUE(RunNow(Work(&world, 'a', false)));
  EXPECT_TRUE(RunNow(Work(&world, 'b', false)));
  EXPECT_EQ(world.trace, "aAbB");
}

TEST(AsyncMutexTest, LetsOneInAtATimeInTheOrderTheyCame) {
  World world;
  Running<bool> first(Work(&world, 'a', true));
  Running<bool> second(Work(&world, 'b', true));
  Running<bool> third(Work(&world, 'c', false));
  Running<bool> fourth(Work(&world, 'd', true));
  EXPECT_EQ(world.trace, "a");
  world.turns.ResumeAll();
  EXPECT_EQ(world.trace, "aAbBcCdD");
  EXPECT_EQ(world.inside_max, 1);
}

TEST(AsyncMutexTest, PutsACoroutineThatComesBackBehindThoseThatWait) {
  World world;
  Running<bool> first(WorkTwice(&world, 'a'));
  Running<bool> second(WorkTwice(&world, 'b'));
  world.turns.ResumeAll();
  EXPECT_EQ(world.trace, "aAbBaAbB");
  EXPECT_EQ(world.inside_max, 1);
}

TEST(AsyncMutexTest, IsFreeAgainAfterTheLastOneLeft) {
  World world;
  {
    Running<bool> first(Work(&world, 'a', true));
    Running<bool> second(Work(&world, 'b', true));
    world.turns.ResumeAll();
  }
  EXPECT_TRUE(RunNow(Work(&world, 'c', false)));
  EXPECT_EQ(world.trace, "aAbBcC");
}

// A closed database fails every commit that waits, one right after the other.
TEST(AsyncMutexTest, UsesNoStackForManyWaitersThatDoNotSuspend) {
  constexpr int kWaiters = 100'000;
  World world;
  Running<bool> first(Work(&world, 'a', true));
  std::vector<std::unique_ptr<Running<bool>>> waiters;
  for (int count = 0; count < kWaiters; ++count) {
    waiters.push_back(std::make_unique<Running<bool>>(Work(&world, 'b', false)));
  }
  world.turns.Resume();
  EXPECT_EQ(world.trace.size(), 2 + 2 * std::size_t{kWaiters});
  EXPECT_EQ(world.inside_max, 1);
}

TEST(AsyncMutexTest, AMovedGuardReleasesOnce) {
  World world;
  RunNow([](World* inner) -> Task<void> {
    auto guard = co_await inner->mutex.Lock();
    {
      const auto moved = std::move(guard);
    }
    // Free again: locking it anew would wait for ever otherwise.
    auto again = co_await inner->mutex.Lock();
    inner->trace = "again";
  }(&world));
  EXPECT_EQ(world.trace, "again");
}

}  // namespace
}  // namespace sawa
