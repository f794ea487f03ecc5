// SPDX-License-Identifier: MIT
// Storage whose calls wait for a turn before they take effect, and again before they answer: the order of everything that
// several contexts do is the test's to choose. Needs: storage.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "storage/memory_storage.h"
#include "support/run.h"

namespace sawa::test {

class SlowStorage final : public Storage {
 public:
  SlowStorage(std::shared_ptr<MemoryDisk> disk, Turns* turns) : inner_(std::move(disk)), turns_(turns) {}

  Task<Result<StoredState>> Open(std::string name) override {
    co_await turns_->Next();
    auto result = co_await inner_.Open(std::move(name));
    co_await turns_->Next();
    co_return result;
  }
  Task<Result<StoredState>> ReadState() override {
    co_await turns_->Next();
    auto result = co_await inner_.ReadState();
    co_await turns_->Next();
    co_return result;
  }
  Task<Result<AppendOutcome>> Append(LogPosition after, Bytes entry, Durability durability) override {
    co_await turns_->Next();
    auto result = co_await inner_.Append(after, std::move(entry), durability);
    co_await turns_->Next();
    co_return result;
  }
  Task<Result<std::vector<LogEntry>>> ReadLog(LogPosition after) override {
    co_await turns_->Next();
    auto result = co_await inner_.ReadLog(after);
    co_await turns_->Next();
    co_return result;
  }
  Task<Result<std::vector<Bytes>>> ReadPages(std::vector<PageId> ids) override {
    co_await turns_->Next();
    auto result = co_await inner_.ReadPages(std::move(ids));
    co_await turns_->Next();
    co_return result;
  }
  Task<Result<bool>> Fold(FoldRequest request) override {
    co_await turns_->Next();
    auto result = co_await inner_.Fold(std::move(request));
    co_await turns_->Next();
    co_return result;
  }
  void Close() override { inner_.Close(); }

 private:
  MemoryStorage inner_;
  Turns* turns_;
};

}  // namespace sawa::test
