// SPDX-License-Identifier: MIT
#include "sim/scheduler.h"

#include <algorithm>

namespace sawa::sim {

std::size_t Scheduler::CountOf(std::uint32_t device) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      waiters_, [device](const Waiter* waiter) { return waiter->owner_.device == device && !waiter->owner_.frozen; }));
}

bool Scheduler::Resume(std::uint32_t device, std::size_t pick, StorageFault fault) {
  const std::size_t count = CountOf(device);
  if (count == 0) {
    return false;
  }
  std::size_t left = pick % count;
  for (std::size_t index = 0; index < waiters_.size(); ++index) {
    const Owner& owner = waiters_[index]->owner_;
    if (owner.device == device && !owner.frozen && left-- == 0) {
      ResumeAt(index, fault);
      break;
    }
  }
  return true;
}

void Scheduler::Release(const Owner& owner) {
  const auto is_own = [&owner](const Waiter* waiter) { return &waiter->owner_ == &owner; };
  for (auto own = std::ranges::find_if(waiters_, is_own); own != waiters_.end();
       own = std::ranges::find_if(waiters_, is_own)) {
    ResumeAt(static_cast<std::size_t>(own - waiters_.begin()), StorageFault::kNone);
  }
}

void Scheduler::ResumeAt(std::size_t index, StorageFault fault) {
  Waiter* waiter = waiters_[index];
  waiters_.erase(waiters_.begin() + static_cast<std::ptrdiff_t>(index));
  waiter->fault_ = fault;
  waiter->handle_.resume();
}

}  // namespace sawa::sim
