// SPDX-License-Identifier: MIT
// The event loop of all simulated contexts: whoever awaits a storage call waits here until an action resumes it.
#pragma once

#include <coroutine>
#include <cstddef>
#include <vector>

#include "sim/action.h"

namespace sawa::sim {

// A tab or a service worker, as its storage and its network know it.
struct Owner {
  std::uint32_t device = 0;
  int number = 0;  // In the order of opening.
  bool frozen = false;
  bool dead = false;  // What it still does, nobody hears of.
};

class Scheduler {
 public:
  // `co_await scheduler.Wait(owner)` gives the fault that the call meets.
  class Waiter {
   public:
    Waiter(Scheduler& scheduler, const Owner& owner) : scheduler_(scheduler), owner_(owner) {}
    [[nodiscard]] bool await_ready() const noexcept { return owner_.dead; }
    void await_suspend(std::coroutine_handle<> handle) {
      handle_ = handle;
      scheduler_.waiters_.push_back(this);
    }
    [[nodiscard]] StorageFault await_resume() const noexcept { return fault_; }

   private:
    friend class Scheduler;
    Scheduler& scheduler_;
    const Owner& owner_;
    std::coroutine_handle<> handle_;
    StorageFault fault_ = StorageFault::kNone;
  };

  [[nodiscard]] Waiter Wait(const Owner& owner) { return {*this, owner}; }

  // How many calls of a device could go on.
  [[nodiscard]] std::size_t CountOf(std::uint32_t device) const;
  // Lets the `pick`-th of them (counted round) go on. False if there is none.
  bool Resume(std::uint32_t device, std::size_t pick, StorageFault fault);
  // Lets all calls of a context that has died end.
  void Release(const Owner& owner);

 private:
  void ResumeAt(std::size_t index, StorageFault fault);

  std::vector<Waiter*> waiters_;
};

}  // namespace sawa::sim
