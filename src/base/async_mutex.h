// SPDX-License-Identifier: MIT
// One coroutine at a time, in the order they came.
// Layer: base.
#pragma once

#include <coroutine>
#include <utility>
#include <vector>

namespace sawa {

class AsyncMutex {
 public:
  // Releases the mutex when destroyed. The next waiter runs at once, inside the destructor, or, if that is itself inside
  // such a run, right after it: any number of waiters that do not suspend takes no more stack than one.
  class [[nodiscard]] Guard {
   public:
    explicit Guard(AsyncMutex* mutex) : mutex_(mutex) {}
    Guard(Guard&& other) noexcept : mutex_(std::exchange(other.mutex_, nullptr)) {}
    Guard& operator=(Guard&&) = delete;
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;
    ~Guard() {
      if (mutex_ != nullptr) {
        mutex_->Release();
      }
    }

   private:
    AsyncMutex* mutex_;
  };

  class Acquisition {
   public:
    explicit Acquisition(AsyncMutex& mutex) : mutex_(mutex) {}
    [[nodiscard]] bool await_ready() const noexcept { return !mutex_.held_; }
    void await_suspend(std::coroutine_handle<> waiter) { mutex_.waiters_.push_back(waiter); }
    Guard await_resume() noexcept {
      mutex_.held_ = true;
      return Guard(&mutex_);
    }

   private:
    AsyncMutex& mutex_;
  };

  // Usage: `auto guard = co_await mutex.Lock();`
  [[nodiscard]] Acquisition Lock() { return Acquisition(*this); }

 private:
  void Release() {
    released_ = true;
    if (handing_over_) {
      return;
    }
    handing_over_ = true;
    // Stays held: ownership passes to the first waiter without a gap another coroutine could slip into.
    while (released_ && !waiters_.empty()) {
      released_ = false;
      const std::coroutine_handle<> next = waiters_.front();
      waiters_.erase(waiters_.begin());
      next.resume();
    }
    handing_over_ = false;
    held_ = !std::exchange(released_, false);
  }

  bool held_ = false;
  bool released_ = false;
  bool handing_over_ = false;
  std::vector<std::coroutine_handle<>> waiters_;
};

}  // namespace sawa
