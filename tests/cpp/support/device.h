// SPDX-License-Identifier: MIT
// A whole engine with its clock, storage and network: one tab of one device. Needs: engine.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "support/faulty_storage.h"
#include "support/host.h"
#include "support/link.h"
#include "support/model_server.h"
#include "support/run.h"
#include "support/shop.h"

namespace sawa::test {

struct DeviceOptions {
  std::uint64_t seed = 1;
  bool outbox_only = false;
  Schema schema = ShopSchema();
};

class Device {
 public:
  explicit Device(ModelServer* server, std::shared_ptr<MemoryDisk> shared = std::make_shared<MemoryDisk>(),
                  DeviceOptions options = {})
      : disk(std::move(shared)),
        random(options.seed),
        storage(disk),
        link([server](const HttpRequest& request) { return server->Handle(request); }),
        engine({.name = "shop", .schema = std::move(options.schema), .outbox_only = options.outbox_only}, storage, link,
               clock, random, [this] { ++announced; }) {}

  // Another tab on the same database.
  [[nodiscard]] std::unique_ptr<Device> NewTab(ModelServer* server, DeviceOptions options = {.seed = 2}) const {
    auto tab = std::make_unique<Device>(server, disk, std::move(options));
    SAWA_CHECK(tab->Open().has_value(), "a tab opens");
    return tab;
  }

  [[nodiscard]] Result<void> Open() { return RunNow(engine.Open()); }
  [[nodiscard]] Result<void> OpenAndEnrol() {
    SAWA_TRY(Open());
    SAWA_TRY(RunNow(engine.Enrol({"demo", "right", false}, "Till", "")));
    return {};
  }

  // Makes a call that may miss pages until it does not.
  template <typename Call>
  auto Read(Call call) {
    for (;;) {
      auto result = call();
      if (!engine.missing()) {
        return result;
      }
      SAWA_CHECK(RunNow(engine.LoadMissing()).has_value(), "the missing pages are read");
    }
  }

  // One transaction.
  [[nodiscard]] Result<void> Write(std::vector<Operation> operations, const std::string& name = "test") {
    SAWA_ASSIGN(const Engine::TransactionId id, Read([&] { return engine.Begin(name); }));
    for (const Operation& operation : operations) {
      SAWA_TRY(Read([&] { return engine.Find(id)->Add(operation); }));
    }
    return RunNow(engine.Commit(id));
  }
  // A sale: a number of the series, the sale with it as receipt, and the stock moved, in one transaction.
  [[nodiscard]] Result<std::uint64_t> Sell(int sale, int product, std::int64_t count) {
    SAWA_ASSIGN(const Engine::TransactionId id, Read([&] { return engine.Begin("sale.complete"); }));
    SAWA_ASSIGN(const std::uint64_t number, engine.NextNumber(id, "receipt"));
    SAWA_TRY(Read([&] { return engine.Find(id)->Add(PutSale(sale, "A1-" + std::to_string(number))); }));
    SAWA_TRY(Read([&] { return engine.Find(id)->Add(MoveStock(product, -count)); }));
    SAWA_TRY(RunNow(engine.Commit(id)));
    return number;
  }
  [[nodiscard]] Result<SyncReport> Sync() { return RunNow(engine.Sync()).report; }

  // A field of a record as the app sees it; null where there is none.
  [[nodiscard]] Value At(int number, std::string_view field, std::string_view collection = "products") {
    const auto record = Get(number, collection);
    const FieldState* state = record ? record->Find(field) : nullptr;
    return state != nullptr ? state->value : Value{};
  }
  [[nodiscard]] bool Has(int number, std::string_view collection = "products") {
    return Get(number, collection).has_value();
  }
  [[nodiscard]] std::optional<Record> Get(int number, std::string_view collection = "products") {
    const auto record = Read([&] { return engine.Get(collection, KeyOf(number)); });
    return record && *record ? std::optional(*engine.Decode(**record)) : std::nullopt;
  }
  [[nodiscard]] std::size_t waiting() const { return engine.Status()->outbox.waiting; }

  std::shared_ptr<MemoryDisk> disk;
  ManualClock clock;
  SeededRandom random;
  FaultyStorage storage;
  Link link;
  int announced = 0;
  Engine engine;
};

}  // namespace sawa::test
