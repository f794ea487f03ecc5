// SPDX-License-Identifier: MIT
// Holds the storages that run natively to the contract: MemoryStorage, and the doubles that the other tests stand on.
#include "contract/storage_contract.h"

#include <gtest/gtest.h>

#include <functional>

#include "support/faulty_storage.h"
#include "support/run.h"
#include "support/slow_storage.h"

namespace sawa::test {
namespace {

using Factory = std::function<std::unique_ptr<Storage>(const std::shared_ptr<MemoryDisk>&, Turns*)>;

struct Implementation {
  std::string name;
  Factory make;
};

std::vector<Implementation> Implementations() {
  return {{"Memory", [](const auto& disk, Turns*) { return std::make_unique<MemoryStorage>(disk); }},
          {"Faulty", [](const auto& disk, Turns*) { return std::make_unique<FaultyStorage>(disk); }},
          {"Slow", [](const auto& disk, Turns* turns) { return std::make_unique<SlowStorage>(disk, turns); }}};
}

class NativeHost final : public ContractHost {
 public:
  explicit NativeHost(Factory make) : make_(std::move(make)) {}
  std::unique_ptr<Storage> NewContext() override { return make_(disk_, &turns_); }
  [[nodiscard]] Turns& turns() { return turns_; }

 private:
  Factory make_;
  std::shared_ptr<MemoryDisk> disk_ = std::make_shared<MemoryDisk>();
  Turns turns_;
};

class StorageContractTest : public testing::TestWithParam<std::tuple<Implementation, ContractCase>> {};

TEST_P(StorageContractTest, Holds) {
  const auto& [implementation, contract_case] = GetParam();
  NativeHost host(implementation.make);
  Running<bool> running(contract_case.run(&host));
  host.turns().ResumeAll();
  EXPECT_TRUE(running.Take());
  EXPECT_GT(host.checks(), 0);
  for (const std::string& failure : host.failures()) {
    ADD_FAILURE() << failure;
  }
}

INSTANTIATE_TEST_SUITE_P(, StorageContractTest,
                         testing::Combine(testing::ValuesIn(Implementations()), testing::ValuesIn(StorageContract())),
                         [](const auto& info) { return std::get<0>(info.param).name + std::get<1>(info.param).name; });

TEST(StorageContractListTest, HasCases) { EXPECT_GE(StorageContract().size(), 15U); }

}  // namespace
}  // namespace sawa::test
