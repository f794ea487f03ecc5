// SPDX-License-Identifier: MIT
// Task<T>: a coroutine that starts when it is awaited and gives one value.
//
// A task that finishes without suspending does not suspend its awaiter either, so a loop over such tasks uses no stack:
// WebAssembly has no guaranteed tail calls to do that with symmetric transfer.
// Layer: base.
#pragma once

#include <coroutine>
#include <optional>
#include <utility>

#include "base/check.h"

namespace sawa {

template <typename T>
class Task;

namespace internal {

struct PromiseBase {
  std::coroutine_handle<> continuation = nullptr;
  bool resumed_inline = false;
  bool done = false;

  struct FinalAwaiter {
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <typename Promise>
    void await_suspend(std::coroutine_handle<Promise> finished) const noexcept {
      PromiseBase& promise = finished.promise();
      promise.done = true;
      if (!promise.resumed_inline && promise.continuation) {
        promise.continuation.resume();
      }
    }
    void await_resume() const noexcept {}
  };

  std::suspend_always initial_suspend() noexcept { return {}; }
  FinalAwaiter final_suspend() noexcept { return {}; }
  [[noreturn]] void unhandled_exception() noexcept { FailCheck("an exception left a coroutine"); }
};

template <typename T>
struct TaskPromise : PromiseBase {
  std::optional<T> value;
  Task<T> get_return_object();
  template <typename U>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
  T Take() { return std::move(*value); }
};

template <>
struct TaskPromise<void> : PromiseBase {
  Task<void> get_return_object();
  void return_void() noexcept {}
  void Take() {}
};

}  // namespace internal

template <typename T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = internal::TaskPromise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  explicit Task(Handle handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&&) = delete;
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task() {
    if (handle_) {
      handle_.destroy();
    }
  }

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> awaiting) {
    promise_type& promise = handle_.promise();
    promise.continuation = awaiting;
    promise.resumed_inline = true;
    handle_.resume();
    promise.resumed_inline = false;
    return !promise.done;
  }
  T await_resume() { return handle_.promise().Take(); }

 private:
  Handle handle_;
};

template <typename T>
Task<T> internal::TaskPromise<T>::get_return_object() {
  return Task<T>(Task<T>::Handle::from_promise(*this));
}

inline Task<void> internal::TaskPromise<void>::get_return_object() {
  return Task<void>(Task<void>::Handle::from_promise(*this));
}

// A coroutine that runs on its own: nobody awaits it and it frees itself at its end.
struct Detached {
  struct promise_type {
    Detached get_return_object() noexcept { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    [[noreturn]] void unhandled_exception() noexcept { FailCheck("an exception left a coroutine"); }
  };
};

// Starts `task` and hands its value to `then` when it has one, possibly before this function returns.
template <typename T, typename Then>
Detached Start(Task<T> task, Then then) {
  then(co_await std::move(task));
}

}  // namespace sawa
