// SPDX-License-Identifier: MIT
#include "sim/world.h"

#include <algorithm>
#include <utility>

namespace sawa::sim {
namespace {

constexpr std::size_t kTabsMax = 3;
constexpr std::size_t kEffectsLostEvery = 20;

bool IsUsable(const Context& context) { return context.ready() && !context.service_worker(); }

}  // namespace

World::World(const Setup& setup)
    : setup_(setup),
      now_ms_(test::kStartMs),
      seeds_(setup.seed ^ 0x5AFA),
      around_{.scheduler = {},
              .trace = Trace(setup.prints),
              .network = Network(around_.trace, [this](std::uint32_t device,
                                                       const HttpRequest& request) { return Answer(device, request); }),
              .oracle = {},
              .server = test::ModelServer(SimSchema()),
              .whole_pages = setup.page_limit >= 2000} {
  for (std::uint32_t device = 0; device < setup.device_count; ++device) {
    devices_.push_back(std::make_unique<Device>(now_ms_));
    devices_.back()->disk.defect = setup.defect;
    devices_.back()->clock.wrong_by_ms = setup.clocks_wrong_by_ms.empty() ? 0 : setup.clocks_wrong_by_ms.at(device);
  }
  around_.server.page_limit = setup.page_limit;
  around_.server.ignores_receipts = setup.defect == Defect::kIgnoredReceipts;
  around_.server.withholds_effects = setup.defect == Defect::kWithheldEffects;
  around_.server.effects_lost_every = setup.defect == Defect::kLostEffects ? kEffectsLostEvery : 0;
  for (int product = 1; product <= kFirstProducts; ++product) {
    around_.server.Write({.kind = OperationKind::kPut,
                          .collection = "products",
                          .id = ProductId(product),
                          .fields = {{"name", "product " + std::to_string(product)},
                                     {"price", std::int64_t{product}},
                                     {"note", Value()},
                                     {"stock", kFirstStock}}},
                         {(static_cast<std::uint64_t>(now_ms_) << 16) + static_cast<std::uint64_t>(product) - 1, 0});
  }
  backup_ = around_.server.state;
  Tell([&](Script& script) { script.Begin(setup.seed, setup.page_limit, now_ms_, backup_); });
}

void World::EndScript() {
  Tell([this](Script& script) { script.End(around_.server, around_.network.heard()); });
}

std::vector<Context*> World::ContextsOf(std::uint32_t device, const IsWanted& is_wanted) const {
  std::vector<Context*> found;
  for (const auto& context : contexts_) {
    if (context->owner().device == device && is_wanted(*context)) {
      found.push_back(context.get());
    }
  }
  return found;
}

std::size_t World::ContextCountOf(std::uint32_t device) const {
  return ContextsOf(device, [](const Context&) { return true; }).size();
}

void World::Do(const Action& action) {
  if (action.device >= devices_.size()) {
    return;
  }
  around_.trace.Add(TextOf(action));
  Perform(action);
  if (setup_.live_queries) {
    for (Context* context : ContextsOf(action.device, [](const Context& each) { return !each.frozen(); })) {
      if (context->TakeChanged()) {
        context->BeginRead();
      }
    }
  }
}

void World::Perform(const Action& action) {
  switch (action.kind) {
    case ActionKind::kStorage:
      around_.scheduler.Resume(action.device, action.pick,
                               static_cast<StorageFault>(action.value % kStorageFaultCount));
      break;
    case ActionKind::kNetwork:
      around_.network.Advance(action.device, action.pick, static_cast<NetworkFault>(action.value % kNetworkFaultCount));
      break;
    case ActionKind::kWait:
      now_ms_ += static_cast<std::int64_t>(action.value);
      break;
    case ActionKind::kOpen:
    case ActionKind::kPowerOff:
    case ActionKind::kWipe:
    case ActionKind::kSkipTime:
    case ActionKind::kPartition:
    case ActionKind::kExpire:
      DoToDevice(action);
      break;
    case ActionKind::kServerEdit:
    case ActionKind::kServerRestart:
    case ActionKind::kBackup:
    case ActionKind::kRestore:
      DoToServer(action);
      break;
    default:
      DoToContext(action);
      break;
  }
}

void World::DoToContext(const Action& action) {
  const bool ends = action.kind == ActionKind::kClose || action.kind == ActionKind::kCrash;
  const bool any = action.kind == ActionKind::kSync || action.kind == ActionKind::kRefresh;
  const auto contexts = ContextsOf(action.device, [&](const Context& context) {
    if (ends || action.kind == ActionKind::kFreeze) {
      return true;
    }
    if (action.kind == ActionKind::kThaw) {
      return context.frozen();
    }
    return !context.frozen() && (IsUsable(context) || (any && context.ready()));
  });
  if (contexts.empty()) {
    return;
  }
  Context& context = *contexts[action.pick % contexts.size()];
  switch (action.kind) {
    case ActionKind::kWrite:
      context.BeginWrite(action.value);
      break;
    case ActionKind::kRead:
      context.BeginRead();
      break;
    case ActionKind::kSync:
      context.BeginSync();
      break;
    case ActionKind::kRefresh:
      context.BeginRefresh();
      break;
    case ActionKind::kFold:
      context.BeginFold();
      break;
    case ActionKind::kWarmUp:
      context.BeginWarmUp();
      break;
    case ActionKind::kEnrol:
      context.BeginEnrol();
      break;
    case ActionKind::kFreeze:
      context.owner().frozen = true;
      break;
    case ActionKind::kThaw:
      context.owner().frozen = false;
      break;
    case ActionKind::kClose:
      context.Close();
      Remove(&context);
      break;
    case ActionKind::kCrash:
      Remove(&context);
      break;
    default:
      break;
  }
}

void World::DoToDevice(const Action& action) {
  Device& device = *devices_[action.device];
  switch (action.kind) {
    case ActionKind::kOpen:
      Open(action.device, action.value);
      break;
    case ActionKind::kPowerOff:
      for (const Context* context : ContextsOf(action.device, [](const Context&) { return true; })) {
        Remove(context);
      }
      device.disk.LosePower(action.value);
      break;
    case ActionKind::kWipe:
      device.disk.Wipe();
      break;
    case ActionKind::kSkipTime:
      device.clock.wrong_by_ms = std::clamp(device.clock.wrong_by_ms + static_cast<std::int64_t>(action.value),
                                            -kClockWrongByMsMax, kClockWrongByMsMax);
      break;
    case ActionKind::kPartition:
      around_.network.partitioned[action.device] = !around_.network.partitioned[action.device];
      break;
    case ActionKind::kExpire:
      device.credential_expired = true;
      Tell([&action](Script& script) { script.Expire(action.device); });
      break;
    default:
      break;
  }
}

void World::DoToServer(const Action& action) {
  switch (action.kind) {
    case ActionKind::kServerEdit:
      EditOnServer(action.value);
      break;
    case ActionKind::kServerRestart:
      around_.network.DropAll();
      break;
    case ActionKind::kBackup:
      Tell([](Script& script) { script.Event("backup"); });
      backup_ = around_.server.state;
      break;
    case ActionKind::kRestore:
      Tell([](Script& script) { script.Event("restore"); });
      around_.oracle.Restored();
      around_.server.Restore(backup_);
      break;
    default:
      break;
  }
}

void World::Open(std::uint32_t device, std::uint64_t choice) {
  for (const Context* context : ContextsOf(device, [](const Context& each) { return each.broken(); })) {
    Remove(context);
  }
  const bool service_worker = choice % 2 == 1;
  const auto alike = ContextsOf(
      device, [service_worker](const Context& context) { return context.service_worker() == service_worker; });
  if (alike.size() >= (service_worker ? 1 : kTabsMax)) {
    return;
  }
  contexts_.push_back(std::make_unique<Context>(around_, *devices_[device],
                                                ContextOptions{.device = device,
                                                               .number = ++context_count_,
                                                               .service_worker = service_worker,
                                                               .schema_variant = setup_.mixed_schemas ? choice / 2 : 0,
                                                               .seed = seeds_.Next()}));
}

void World::Remove(const Context* context) {
  const auto position = std::ranges::find(contexts_, context, &std::unique_ptr<Context>::get);
  // Dies while it is still in its place: what it resumes may look at the world.
  (*position)->Die();
  contexts_.erase(position);
}

HttpResponse World::Answer(std::uint32_t device, const HttpRequest& request) {
  ++now_ms_;
  around_.server.now_ms = now_ms_;
  Device& sender = *devices_[device];
  const bool refused = request.path == "/sync/v1/sync" && sender.credential_expired;
  sender.credential_expired = refused;
  HttpResponse answer = refused ? test::ErrorAnswer(401, "auth_required") : around_.server.Handle(request);
  Tell([&](Script& script) { script.Request(now_ms_, device, request, answer); });
  return answer;
}

void World::EditOnServer(std::uint64_t choice) {
  test::SeededRandom random(choice);
  const int product = 1 + static_cast<int>(random.Below(kFirstProducts));
  Operation operation{.kind = OperationKind::kPatch, .collection = "products", .id = ProductId(product)};
  if (random.Below(4) == 0) {
    // What the server alone may set once it has.
    operation.collection = "orders";
    operation.id = OrderId(static_cast<int>(random.Below(kOrderCount)));
    operation.fields = {{"discount", static_cast<std::int64_t>(random.Below(10))}};
  } else if (random.Below(3) == 0) {
    operation.kind = OperationKind::kIncrement;
    operation.field = "stock";
    operation.delta = static_cast<std::int64_t>(random.Below(100));
  } else {
    operation.fields = {{"price", static_cast<std::int64_t>(random.Below(20))}};
  }
  around_.server.now_ms = now_ms_;
  around_.server.Edit(operation);
  Tell([&](Script& script) { script.Edit(now_ms_, operation); });
}

World::Counts World::counts() const {
  return {.acknowledged = around_.oracle.acknowledged_count(), .handled = around_.server.state.handled.size()};
}

}  // namespace sawa::sim
