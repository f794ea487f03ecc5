// SPDX-License-Identifier: MIT
// Running coroutines from a test, and suspending them for real. Needs: base.
#pragma once

#include <coroutine>
#include <deque>
#include <optional>
#include <utility>

#include "base/check.h"
#include "base/task.h"

namespace sawa::test {

// A coroutine on its own whose end, and value, can be seen. Leaving it unfinished is allowed until it is destroyed.
template <typename T>
class Running {
 public:
  explicit Running(Task<T> task) {
    Start(std::move(task), [this](T value) { value_.emplace(std::move(value)); });
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  Running(Running&&) = delete;
  Running& operator=(Running&&) = delete;
  ~Running() { SAWA_CHECK(done(), "a test left a coroutine behind that still waits"); }

  [[nodiscard]] bool done() const { return value_.has_value(); }
  [[nodiscard]] T Take() {
    SAWA_CHECK(done(), "a coroutine that should have finished still waits");
    return std::move(*value_);
  }

 private:
  std::optional<T> value_;
};

// The value of a task that needs nobody else to finish.
template <typename T>
[[nodiscard]] T RunNow(Task<T> task) {
  return Running<T>(std::move(task)).Take();
}

namespace internal {
inline Task<bool> ThenTrue(Task<void> task) {
  co_await std::move(task);
  co_return true;
}
}  // namespace internal

inline void RunNow(Task<void> task) { static_cast<void>(Running<bool>(internal::ThenTrue(std::move(task))).Take()); }

// Suspends whoever awaits a turn until the test resumes it: the event loop, with the test as its scheduler.
class Turns {
 public:
  struct Turn {
    Turns& turns;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter) const { turns.waiters_.push_back(waiter); }
    void await_resume() const noexcept {}
  };

  [[nodiscard]] Turn Next() { return Turn{*this}; }
  [[nodiscard]] std::size_t waiting() const { return waiters_.size(); }

  // Resumes the waiter at `index`, counted from the one that waits longest.
  void Resume(std::size_t index = 0) {
    const auto position = waiters_.begin() + static_cast<std::ptrdiff_t>(index);
    const std::coroutine_handle<> waiter = *position;
    waiters_.erase(position);
    waiter.resume();
  }
  void ResumeAll() {
    while (!waiters_.empty()) {
      Resume();
    }
  }

 private:
  std::deque<std::coroutine_handle<>> waiters_;
};

}  // namespace sawa::test
