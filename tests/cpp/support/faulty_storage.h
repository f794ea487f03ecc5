// SPDX-License-Identifier: MIT
// Storage that fails, or whose process dies, at a chosen call. Needs: storage.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "storage/memory_storage.h"

namespace sawa::test {

enum class Fault : std::uint8_t {
  kErrorBefore,  // The call fails, and nothing has happened.
  kCrashBefore,  // The process dies before the call takes effect.
  kCrashAfter,   // The process dies after it took effect; nobody hears of it.
};

inline constexpr Fault kAllFaults[] = {Fault::kErrorBefore, Fault::kCrashBefore, Fault::kCrashAfter};

class FaultyStorage final : public Storage {
 public:
  explicit FaultyStorage(std::shared_ptr<MemoryDisk> disk) : inner_(std::move(disk)) {}

  // The `call`-th call from now on (1 is the next) meets `fault`; 0 for none. Dead storage stays dead.
  void FailAt(int call, Fault fault, ErrorCode code = ErrorCode::kStorageQuotaExceeded) {
    calls_left_ = call;
    fault_ = fault;
    code_ = code;
  }
  // Every call meets an error until this is undone.
  void FailAlways(bool fails) { fails_always_ = fails; }
  // Only folds fail.
  void FailFolds(bool fails) { fails_folds_ = fails; }
  // Called once, just before the next append: what another context does at the worst moment.
  void BeforeNextAppend(std::function<void()> action) { before_append_ = std::move(action); }
  // The connection breaks after the next append has been stored. The adapter opens it anew and asks again, as the one
  // for IndexedDB does, and finds its own entry in the log, unless that was folded `meanwhile`.
  void LoseAnswerOfNextAppend(std::function<void()> meanwhile = nullptr) {
    loses_answer_ = true;
    meanwhile_ = std::move(meanwhile);
  }

  [[nodiscard]] int calls() const { return calls_; }
  [[nodiscard]] const std::vector<Durability>& appended() const { return appended_; }

  Task<Result<StoredState>> Open(std::string name) override {
    return Guard<StoredState>(this, [this, name] { return inner_.Open(name); });
  }
  Task<Result<StoredState>> ReadState() override {
    return Guard<StoredState>(this, [this] { return inner_.ReadState(); });
  }
  Task<Result<AppendOutcome>> Append(LogPosition after, Bytes entry, Durability durability) override {
    if (const auto action = std::exchange(before_append_, nullptr)) {
      action();
    }
    return Guard<AppendOutcome>(this, [this, after, entry, durability] {
      appended_.push_back(durability);
      return std::exchange(loses_answer_, false) ? AppendTwice(this, after, entry, durability)
                                                 : inner_.Append(after, entry, durability);
    });
  }
  Task<Result<std::vector<LogEntry>>> ReadLog(LogPosition after) override {
    return Guard<std::vector<LogEntry>>(this, [this, after] { return inner_.ReadLog(after); });
  }
  Task<Result<std::vector<Bytes>>> ReadPages(std::vector<PageId> ids) override {
    return Guard<std::vector<Bytes>>(this, [this, ids] { return inner_.ReadPages(ids); });
  }
  Task<Result<bool>> Fold(FoldRequest request) override {
    if (fails_folds_) {
      return Refuse<bool>(ErrorCode::kStorageQuotaExceeded);
    }
    return Guard<bool>(this, [this, request] { return inner_.Fold(request); });
  }
  void Close() override { inner_.Close(); }

 private:
  template <typename T>
  static Task<Result<T>> Refuse(ErrorCode code) {
    co_return Fail(code, "an injected fault");
  }

  static Task<Result<AppendOutcome>> AppendTwice(FaultyStorage* self, LogPosition after, Bytes entry,
                                                 Durability durability) {
    SAWA_CO_TRY(co_await self->inner_.Append(after, entry, durability));
    if (const auto meanwhile = std::exchange(self->meanwhile_, nullptr)) {
      meanwhile();
    }
    co_return co_await self->inner_.Append(after, std::move(entry), durability);
  }

  template <typename T>
  static Task<Result<T>> Guard(FaultyStorage* self, std::function<Task<Result<T>>()> call) {
    ++self->calls_;
    const bool strikes = self->calls_left_ > 0 && --self->calls_left_ == 0;
    if (self->dead_ || self->fails_always_) {
      co_return Fail(ErrorCode::kStorageConnectionLost, "an injected fault");
    }
    if (strikes && self->fault_ != Fault::kCrashAfter) {
      self->dead_ = self->fault_ == Fault::kCrashBefore;
      co_return Fail(self->code_, "an injected fault");
    }
    auto result = co_await call();
    if (strikes) {
      self->dead_ = true;
      co_return Fail(ErrorCode::kStorageConnectionLost, "an injected fault");
    }
    co_return result;
  }

  MemoryStorage inner_;
  int calls_ = 0;
  int calls_left_ = 0;
  Fault fault_ = Fault::kErrorBefore;
  ErrorCode code_ = ErrorCode::kStorageQuotaExceeded;
  bool dead_ = false;
  bool fails_always_ = false;
  bool fails_folds_ = false;
  bool loses_answer_ = false;
  std::function<void()> before_append_;
  std::function<void()> meanwhile_;
  std::vector<Durability> appended_;
};

}  // namespace sawa::test
