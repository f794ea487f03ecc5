// SPDX-License-Identifier: MIT
#include "sim/plan.h"

namespace sawa::sim {
namespace {

// How often an action is begun where it is not rare, and whether a seed may leave it out.
struct Habit {
  ActionKind kind;
  std::uint32_t weight;
  bool optional;
};

constexpr Habit kHabits[] = {
    {ActionKind::kWrite, 400, false},    {ActionKind::kRead, 60, false},        {ActionKind::kSync, 250, false},
    {ActionKind::kRefresh, 80, false},   {ActionKind::kFold, 60, true},         {ActionKind::kWarmUp, 10, true},
    {ActionKind::kEnrol, 20, false},     {ActionKind::kOpen, 60, false},        {ActionKind::kClose, 12, true},
    {ActionKind::kCrash, 20, true},      {ActionKind::kFreeze, 10, true},       {ActionKind::kThaw, 20, false},
    {ActionKind::kPowerOff, 15, true},   {ActionKind::kWipe, 2, true},          {ActionKind::kSkipTime, 15, true},
    {ActionKind::kWait, 20, false},      {ActionKind::kPartition, 12, true},    {ActionKind::kExpire, 6, true},
    {ActionKind::kServerEdit, 40, true}, {ActionKind::kServerRestart, 6, true}, {ActionKind::kBackup, 12, true},
    {ActionKind::kRestore, 8, true}};

std::uint32_t Pick(test::SeededRandom& random, std::initializer_list<std::uint32_t> choices) {
  return *(choices.begin() + static_cast<std::ptrdiff_t>(random.Below(choices.size())));
}

}  // namespace

Plan::Plan(std::uint64_t seed) : random_(seed * 0x9E3779B97F4A7C15 + 1) {
  setup_.seed = seed;
  setup_.device_count = Pick(random_, {1, 1, 2, 2, 3, 4});
  setup_.page_limit = Pick(random_, {2000, 2000, 2000, 3, 7});
  setup_.mixed_schemas = random_.Below(3) == 0;
  setup_.live_queries = random_.Below(3) == 0;
  const bool clocks_right = random_.Below(2) == 0;
  for (std::uint32_t device = 0; device < setup_.device_count; ++device) {
    const auto wrong_by = static_cast<std::int64_t>(random_.Below(2 * kClockWrongByMsMax)) - kClockWrongByMsMax;
    setup_.clocks_wrong_by_ms.push_back(clocks_right ? 0 : wrong_by);
  }
  frozen_stay_ = random_.Below(2) == 0;
  proceed_in_10000_ = Pick(random_, {5000, 7000, 8500, 9300});
  storage_faults_in_10000_ = Pick(random_, {0, 0, 100, 500});
  network_faults_in_10000_ = Pick(random_, {0, 300, 1500, 4000});
  for (const auto& [kind, weight, optional] : kHabits) {
    const std::uint32_t factor = optional ? Pick(random_, {0, 1, 1, 6}) : Pick(random_, {1, 2, 4});
    weights_.at(static_cast<std::size_t>(kind)) = weight * factor;
    weight_total_ += weight * factor;
  }
  for (std::uint32_t& weight : network_fault_weights_) {
    weight = Pick(random_, {0, 1, 8});
  }
  network_fault_weights_[0] = 1;
}

Action Plan::Next(const World& world) {
  const auto device = static_cast<std::uint32_t>(random_.Below(world.device_count()));
  if (world.ContextCountOf(device) == 0 && Happens(5000)) {
    return {.kind = ActionKind::kOpen, .device = device, .value = ValueOf(ActionKind::kOpen) & ~std::uint64_t{1}};
  }
  const bool can_proceed = world.CallCountOf(device) + world.MessageCountOf(device) > 0;
  return can_proceed && Happens(proceed_in_10000_) ? Proceed(world, device) : Start(device);
}

Action Plan::Proceed(const World& world, std::uint32_t device) {
  const std::size_t calls = world.CallCountOf(device);
  const std::size_t messages = world.MessageCountOf(device);
  const auto pick = static_cast<std::uint32_t>(random_.Below(calls + messages));
  Action action{.kind = ActionKind::kStorage, .device = device, .pick = pick};
  if (pick < calls) {
    if (Happens(storage_faults_in_10000_)) {
      action.value = 1 + random_.Below(kStorageFaultCount - 1);
    }
    return action;
  }
  action.kind = ActionKind::kNetwork;
  action.pick = pick - static_cast<std::uint32_t>(calls);
  if (Happens(network_faults_in_10000_)) {
    std::uint32_t total = 0;
    for (const std::uint32_t weight : network_fault_weights_) {
      total += weight;
    }
    std::uint64_t left = random_.Below(total);
    while (left >= network_fault_weights_.at(action.value)) {
      left -= network_fault_weights_.at(action.value++);
    }
  }
  return action;
}

Action Plan::Start(std::uint32_t device) {
  std::uint64_t left = random_.Below(weight_total_);
  std::size_t kind = 0;
  while (left >= weights_.at(kind)) {
    left -= weights_.at(kind++);
  }
  const auto chosen = static_cast<ActionKind>(kind);
  return {.kind = chosen,
          .device = device,
          .pick = static_cast<std::uint32_t>(random_.Below(16)),
          .value = ValueOf(chosen)};
}

std::uint64_t Plan::ValueOf(ActionKind kind) {
  switch (kind) {
    case ActionKind::kWrite:
    case ActionKind::kServerEdit:
    case ActionKind::kPowerOff:
      return random_.Below(1'000'000);
    case ActionKind::kOpen:
      return random_.Below(8);
    case ActionKind::kWait:
      return random_.Below(600'000);
    case ActionKind::kSkipTime:
      return static_cast<std::uint64_t>(static_cast<std::int64_t>(random_.Below(2 * kClockWrongByMsMax)) -
                                        kClockWrongByMsMax);
    default:
      return 0;
  }
}

}  // namespace sawa::sim
