// SPDX-License-Identifier: MIT
// The simulated world: devices with their contexts, the network, the server and time. Moved by actions alone.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/context.h"
#include "sim/script.h"

namespace sawa::sim {

// What holds for a whole run.
struct Setup {
  std::uint64_t seed = 1;
  std::uint32_t device_count = 2;
  std::size_t page_limit = 2000;
  bool mixed_schemas = false;
  // Tabs read whenever something has changed.
  bool live_queries = false;
  // How wrong the clocks are at first.
  std::vector<std::int64_t> clocks_wrong_by_ms = {};
  Defect defect = Defect::kNone;
  bool prints = false;
  // Told what reaches the server, if there is one.
  Script* script = nullptr;
};

// No clock goes more wrong than this: stamps further ahead than a day are not believed by others.
inline constexpr std::int64_t kClockWrongByMsMax = std::int64_t{10} * 3600 * 1000;

class World {
 public:
  explicit World(const Setup& setup);

  void Do(const Action& action);
  // Faults are over, but `frozen_stay`: some contexts never thaw. Everything must come to rest, and all must be equal.
  void Converge(bool frozen_stay);

  [[nodiscard]] const std::optional<Violation>& violation() const { return around_.oracle.violation(); }
  [[nodiscard]] std::uint64_t trace_hash() const { return around_.trace.hash(); }

  // For who chooses the actions.
  [[nodiscard]] std::uint32_t device_count() const { return static_cast<std::uint32_t>(devices_.size()); }
  [[nodiscard]] std::size_t CallCountOf(std::uint32_t device) const { return around_.scheduler.CountOf(device); }
  [[nodiscard]] std::size_t MessageCountOf(std::uint32_t device) const { return around_.network.CountOf(device); }
  [[nodiscard]] std::size_t ContextCountOf(std::uint32_t device) const;

  // What was seen in this run, to know that nothing is never tried.
  struct Counts {
    std::size_t acknowledged = 0;
    std::size_t handled = 0;
    std::size_t folds = 0;
  };
  [[nodiscard]] Counts counts() const;
  // Tells the script how it ended.
  void EndScript();

 private:
  HttpResponse Answer(std::uint32_t device, const HttpRequest& request);
  void Perform(const Action& action);
  void DoToContext(const Action& action);
  void DoToDevice(const Action& action);
  void DoToServer(const Action& action);
  // Tells the script, if there is one.
  void Tell(const std::function<void(Script&)>& tell) {
    if (setup_.script != nullptr) {
      tell(*setup_.script);
    }
  }
  void Open(std::uint32_t device, std::uint64_t choice);
  void EditOnServer(std::uint64_t choice);
  // The contexts of a device that `is_wanted`, in the order of opening.
  using IsWanted = std::function<bool(const Context&)>;
  [[nodiscard]] std::vector<Context*> ContextsOf(std::uint32_t device, const IsWanted& is_wanted) const;
  void Remove(const Context* context);
  // In convergence.cc.
  void Settle();
  void OpenTabs();
  bool SyncAll();
  Context* TabOf(std::uint32_t device) const;
  [[nodiscard]] std::string DumpOf(Context* context);
  void CheckDevices(const std::string& when);
  void CheckDevice(std::uint32_t device, const std::string& expected, const std::string& when);
  void CheckQuarantine(std::uint32_t device, const Context& context);

  Setup setup_;
  std::int64_t now_ms_;
  test::SeededRandom seeds_;
  Surroundings around_;
  std::vector<std::unique_ptr<Device>> devices_;
  // Behind what they refer to, so that they go first.
  std::vector<std::unique_ptr<Context>> contexts_;
  test::ModelServer::State backup_;
  int context_count_ = 0;
};

}  // namespace sawa::sim
