// SPDX-License-Identifier: MIT
#include "sim/run.h"

#include <utility>

namespace sawa::sim {
namespace {

Setup SetupOf(const Plan& plan, const RunOptions& options) {
  Setup setup = plan.setup();
  setup.defect = options.defect;
  setup.prints = options.prints;
  setup.script = options.script;
  return setup;
}

Outcome Finish(World& world, const Plan& plan, Actions actions) {
  if (!world.violation()) {
    world.Converge(plan.frozen_stay());
  }
  world.EndScript();
  return {world.violation(), world.trace_hash(), std::move(actions), world.counts()};
}

}  // namespace

Outcome RunSeed(std::uint64_t seed, const RunOptions& options) {
  Plan plan(seed);
  World world(SetupOf(plan, options));
  Actions actions;
  for (std::size_t step = 0; step < options.steps && !world.violation(); ++step) {
    actions.push_back(plan.Next(world));
    world.Do(actions.back());
  }
  return Finish(world, plan, std::move(actions));
}

Outcome RunActions(std::uint64_t seed, const Actions& actions, const RunOptions& options) {
  const Plan plan(seed);
  World world(SetupOf(plan, options));
  for (const Action& action : actions) {
    if (world.violation()) {
      break;
    }
    world.Do(action);
  }
  return Finish(world, plan, actions);
}

}  // namespace sawa::sim
