// SPDX-License-Identifier: MIT
// A tab or a service worker: an engine, and what an app does with it. What it does runs as coroutines, several at a time,
// each of which goes on when the scheduler lets one of its calls go on.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "sim/disk.h"
#include "sim/network.h"
#include "sim/oracle.h"
#include "sim/shop.h"
#include "support/host.h"

namespace sawa::sim {

// The device's clock: the true time, and how wrong it is.
class DeviceClock final : public Clock {
 public:
  explicit DeviceClock(const std::int64_t& true_ms) : true_ms_(true_ms) {}
  std::int64_t NowMs() override { return true_ms_ + wrong_by_ms; }
  std::int64_t wrong_by_ms = 0;

 private:
  const std::int64_t& true_ms_;
};

// What the contexts of a device share.
struct Device {
  explicit Device(const std::int64_t& true_ms) : clock(true_ms) {}
  Disk disk;
  DeviceClock clock;
  bool credential_expired = true;  // Or there has never been one.
};

// What all contexts share.
struct Surroundings {
  Scheduler scheduler;
  Trace trace;
  Network network;
  Oracle oracle;
  test::ModelServer server;
  // Answers come whole: then nobody may ever see half a sale, whoever made it.
  bool whole_pages = true;
};

struct ContextOptions {
  std::uint32_t device = 0;
  int number = 0;
  bool service_worker = false;
  std::uint64_t schema_variant = 0;
  std::uint64_t seed = 1;
};

class Context {
 public:
  // Begins to open.
  Context(Surroundings& surroundings, Device& device, const ContextOptions& options);
  // Dies, if it has not yet.
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  Context(Context&&) = delete;
  Context& operator=(Context&&) = delete;

  // What is on the way stays on the way; nobody hears of what comes of it.
  void Die();
  // The app closes the database; then the tab goes.
  void Close();

  void BeginWrite(std::uint64_t choice);
  void BeginRead();
  void BeginSync();
  void BeginRefresh();
  void BeginFold();
  void BeginWarmUp();
  void BeginEnrol();

  [[nodiscard]] Owner& owner() { return owner_; }
  [[nodiscard]] bool frozen() const { return owner_.frozen; }
  [[nodiscard]] bool service_worker() const { return service_worker_; }
  // Open and usable.
  [[nodiscard]] bool ready() const { return ready_ && !owner_.dead; }
  // Its database could not be opened, or was deleted: the app has to be loaded again.
  [[nodiscard]] bool broken() const { return broken_; }
  // Something has changed since somebody asked: an app with live queries reads now.
  [[nodiscard]] bool TakeChanged() { return std::exchange(changed_, false) && ready() && !service_worker_; }
  [[nodiscard]] int life() const { return life_; }
  [[nodiscard]] const std::optional<SyncOutcome>& last_sync() const { return last_sync_; }
  void ForgetSync() { last_sync_.reset(); }
  [[nodiscard]] EngineStatus Status() const;
  [[nodiscard]] const Engine& engine() const { return *engine_; }

  // All records of a collection as a query in this order finds them; as one text, by id.
  Task<Result<std::string>> DumpOf(std::string collection, std::string order);
  // The names of the mutations in quarantine.
  [[nodiscard]] std::set<int> QuarantinedSerials() const;

 private:
  struct Part {
    int serial = 0;
    WriteKind kind = WriteKind::kEdit;
    std::vector<Operation> operations = {};
  };

  template <typename T, typename Then>
  void Run(Task<Result<T>> task, Then then);

  Task<Result<void>> Open();
  // In workload.cc.
  Task<Result<void>> WriteOnce(std::vector<int> serials, std::uint64_t choice);
  Task<Result<void>> AddAll(Engine::TransactionId id, std::vector<Operation> operations);
  Task<Result<Part>> MakePart(Engine::TransactionId id, int serial, std::uint64_t choice);
  Task<Result<std::int64_t>> TallyIn(Engine::TransactionId id);
  [[nodiscard]] std::string Series() const;
  [[nodiscard]] Task<Result<void>> WriteUntilStored(std::uint64_t choice);
  void CheckOwnWrite(const Part& part);
  // In reading.cc.
  struct Seen;
  Task<Result<void>> ReadAll();
  Result<Seen> See();
  void CheckSales(const Seen& seen);
  void CheckOwnWrites(const Seen& seen);
  void CheckOwnSale(const Write& write, const Seen& seen);
  void CheckOwnEdit(const Write& write, const Seen& seen);
  template <typename Call>
  Task<std::invoke_result_t<Call>> Loaded(Call call);

  Surroundings& around_;
  Device& device_;
  Owner owner_;
  bool service_worker_;
  Schema schema_;
  int life_;
  test::SeededRandom random_;
  DiskStorage storage_;
  NetworkTransport transport_;
  std::unique_ptr<Engine> engine_;
  int running_ = 0;
  bool ready_ = false;
  bool broken_ = false;
  bool changed_ = false;
  // Acknowledgements up to here by any tab of the device must be seen.
  std::uint64_t fresh_to_ = 0;
  std::optional<SyncOutcome> last_sync_;
};

// A record's canonical text, stamps and all.
[[nodiscard]] std::string LineOf(const Record& record);

// Makes a call that may miss pages until it does not. Other things may happen while pages are read.
template <typename Call>
Task<std::invoke_result_t<Call>> Context::Loaded(Call call) {
  for (;;) {
    auto result = call();
    if (!engine_->missing()) {
      co_return result;
    }
    SAWA_CO_TRY(co_await engine_->LoadMissing());
  }
}

}  // namespace sawa::sim
