// SPDX-License-Identifier: MIT
// The second half of a run: faults are over, all must come to rest, and all must be equal.
#include <algorithm>

#include "sim/ledger.h"
#include "sim/world.h"
#include "support/run.h"

namespace sawa::sim {
namespace {

constexpr int kStepsMax = 100'000;
constexpr int kRoundsMax = 8;
constexpr std::string_view kCollections[] = {"products", "sales", "lines", "payments", "tallies", "orders"};

// Queries in these orders walk indexes, where there are any.
constexpr std::pair<std::string_view, std::string_view> kOrders[] = {{"products", "price"}, {"products", "note"},
                                                                     {"products", "name"},  {"sales", "receipt"},
                                                                     {"lines", "sale"},     {"orders", "status"}};

}  // namespace

void World::Converge(bool frozen_stay) {
  around_.trace.Add("faults are over");
  around_.network.partitioned.clear();
  for (const auto& context : contexts_) {
    context->owner().frozen = frozen_stay && context->frozen();
  }
  bool quiet = false;
  for (int round = 0; round < kRoundsMax && !quiet && !violation(); ++round) {
    // An app whose database was deleted notices when it uses it, and is loaded again.
    OpenTabs();
    quiet = SyncAll();
  }
  if (!quiet) {
    around_.oracle.Break("liveness", "the devices do not come to rest without faults");
  }
  CheckLedger(around_.oracle, around_.server, [this](std::uint32_t device) { return devices_[device]->disk.life; });
  CheckDevices("at the end");
  for (std::uint32_t device = 0; device < device_count(); ++device) {
    for (const Context* context : ContextsOf(device, [](const Context&) { return true; })) {
      Remove(context);
    }
    devices_[device]->disk.LosePower(0);
  }
  OpenTabs();
  // The last pull is relaxed: what the power took of it comes again.
  SyncAll();
  CheckDevices("after a restart");
}

// Until nothing is on the way.
void World::Settle() {
  for (int step = 0; step < kStepsMax; ++step) {
    bool moved = false;
    for (std::uint32_t device = 0; device < device_count(); ++device) {
      moved = around_.scheduler.Resume(device, 0, StorageFault::kNone) || moved;
      moved = around_.network.Advance(device, 0, NetworkFault::kNone) || moved;
    }
    if (!moved) {
      return;
    }
    now_ms_ += 10;
  }
  around_.oracle.Break("liveness", "what is on the way never ends");
}

void World::OpenTabs() {
  Settle();
  for (std::uint32_t device = 0; device < device_count(); ++device) {
    if (TabOf(device) == nullptr) {
      // There may be as many frozen ones as a device may have.
      const auto tabs = ContextsOf(device, [](const Context& context) { return !context.service_worker(); });
      if (!tabs.empty()) {
        Remove(tabs.front());
      }
      Open(device, 0);
    }
  }
  Settle();
}

Context* World::TabOf(std::uint32_t device) const {
  const auto tabs = ContextsOf(
      device, [](const Context& context) { return context.ready() && !context.frozen() && !context.service_worker(); });
  return tabs.empty() ? nullptr : tabs.front();
}

// True if there was nothing left to do.
bool World::SyncAll() {
  const std::uint64_t version = around_.server.state.version;
  bool quiet = true;
  for (std::uint32_t device = 0; device < device_count(); ++device) {
    Context* tab = TabOf(device);
    if (tab == nullptr) {
      quiet = false;
      continue;
    }
    if (tab->Status().enrolment.empty() || devices_[device]->credential_expired) {
      tab->BeginEnrol();
      Settle();
    }
    tab->ForgetSync();
    tab->BeginFold();
    Settle();
    tab->BeginSync();
    Settle();
    quiet = quiet && tab->last_sync() && tab->last_sync()->report && tab->Status().outbox.waiting == 0;
  }
  return quiet && around_.server.state.version == version;
}

std::string World::DumpOf(Context* context) {
  std::string text;
  const auto dump = [this, context](std::string_view collection, std::string_view order) {
    auto task = context->DumpOf(std::string(collection), std::string(order));
    std::optional<Result<std::string>> result;
    Start(std::move(task), [&result](const Result<std::string>& value) { result = value; });
    Settle();
    return result && *result ? **result : "not readable: " + std::string(collection);
  };
  for (const std::string_view collection : kCollections) {
    text += dump(collection, "id");
  }
  for (const auto& [collection, order] : kOrders) {
    if (const std::string ordered = dump(collection, order); text.find(ordered) == std::string::npos) {
      around_.oracle.Break("index wrong", std::string(collection) + " by " + std::string(order) + " are\n" + ordered +
                                              "and all are\n" + text);
    }
  }
  return text;
}

void World::CheckDevices(const std::string& when) {
  if (violation()) {
    return;
  }
  std::string expected;
  for (const std::string_view collection : kCollections) {
    for (const auto& [key, row] : around_.server.state.rows) {
      if (key.first == collection && !row.record.removed) {
        expected.append(key.first).append("/").append(key.second).append(LineOf(row.record)).append("\n");
      }
    }
  }
  around_.trace.AddBytes("all records " + when, AsBytes(expected));
  for (std::uint32_t device = 0; device < device_count(); ++device) {
    CheckDevice(device, expected, when);
  }
}

void World::CheckDevice(std::uint32_t device, const std::string& expected, const std::string& when) {
  const auto tabs = ContextsOf(
      device, [](const Context& context) { return context.ready() && !context.frozen() && !context.service_worker(); });
  for (Context* tab : tabs) {
    tab->BeginRefresh();
    Settle();
    if (const std::string seen = DumpOf(tab); seen != expected) {
      around_.oracle.Break("not equal", when + " device " + std::to_string(device) + " sees\n" + seen +
                                            "and the server has\n" + expected);
    }
    for (const std::string_view collection : kCollections) {
      if (!tab->engine().PendingIds(collection).empty()) {
        around_.oracle.Break("outbox does not drain", when + " device " + std::to_string(device) +
                                                          " still lays mutations over its " + std::string(collection));
      }
    }
    CheckQuarantine(device, *tab);
    tab->BeginRead();
    Settle();
  }
}

// What the server refused is kept by who wrote it, whatever becomes of the server.
void World::CheckQuarantine(std::uint32_t device, const Context& context) {
  const std::set<int> kept = context.QuarantinedSerials();
  for (const auto& [serial, write] : around_.oracle.writes()) {
    if (write.kind == WriteKind::kRefused && write.fate == Fate::kAcknowledged && write.device == device &&
        write.life == context.life() && !kept.contains(serial)) {
      around_.oracle.Break("refused write lost", "write " + std::to_string(serial) + " is not in quarantine");
    }
  }
  for (const auto& handled : around_.server.state.handled) {
    const auto write = around_.oracle.writes().find(Oracle::SerialOf(handled.mutation.name));
    const bool refused = write != around_.oracle.writes().end() && write->second.kind == WriteKind::kRefused;
    if (refused && write->second.device == device && write->second.life == context.life() &&
        !kept.contains(write->first)) {
      around_.oracle.Break("refused write lost", handled.mutation.name + " is not in quarantine on its device");
    }
  }
}

}  // namespace sawa::sim
