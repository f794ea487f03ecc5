// SPDX-License-Identifier: MIT
// What src/storage/storage.h promises, as named cases that every implementation is held to. They are coroutines, and know
// no test framework, so that the same list can run in a browser on IndexedDB.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/task.h"
#include "storage/storage.h"

namespace sawa::test {

// Gives a case its storage, and takes its findings. One host stands for one store.
class ContractHost {
 public:
  virtual ~ContractHost() = default;

  // A new context (a tab) on the host's store, not open yet.
  virtual std::unique_ptr<Storage> NewContext() = 0;

  void Expect(bool condition, std::string what) {
    ++checks_;
    if (!condition) {
      failures_.push_back(std::move(what));
    }
  }
  [[nodiscard]] int checks() const { return checks_; }
  [[nodiscard]] const std::vector<std::string>& failures() const { return failures_; }

 private:
  int checks_ = 0;
  std::vector<std::string> failures_;
};

struct ContractCase {
  std::string name;
  Task<bool> (*run)(ContractHost* host);  // False if it could not come to its end.
};

// All cases, in one order.
[[nodiscard]] std::vector<ContractCase> StorageContract();

}  // namespace sawa::test
