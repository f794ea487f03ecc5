// SPDX-License-Identifier: MIT
// The simulator's command line. docs/simulator.md tells how it is used.
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "sim/run.h"

namespace sawa::sim {
namespace {

// Every so many seeds are run twice, to see that a run depends on its seed alone.
constexpr std::uint64_t kRepeatedEvery = 50;

struct Options {
  std::uint64_t seeds = 100;
  std::uint64_t first = 1;
  bool one_seed = false;
  bool expects_violation = false;
  std::string program;
  std::string record;
  std::string defect;
  RunOptions run;
};

struct Totals {
  std::uint64_t runs = 0;
  std::uint64_t violations = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t handled = 0;
};

// For a run that ends the process: the engine stops where one of its own invariants is broken.
char last_words[160];

void OnAbort(int /*signal*/) { static_cast<void>(!write(STDERR_FILENO, last_words, std::strlen(last_words))); }

std::string ReplayCommand(std::uint64_t seed, const Options& options) {
  std::string command =
      "npm run sim -- --seed " + std::to_string(seed) + " --steps " + std::to_string(options.run.steps);
  return command + (options.defect.empty() ? "" : " --fault " + options.defect) + " --trace";
}

std::optional<std::uint64_t> NumberOf(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

bool ReadOption(std::string_view name, std::string_view value, Options& options) {
  if (name == "--fault") {
    // One inside the engine has a program of its own.
    const bool built_in = options.program.ends_with("sawa_sim_" + std::string(value));
    const auto defect = DefectOf(value);
    options.defect = value;
    options.run.defect = defect.value_or(Defect::kNone);
    return defect.has_value() || built_in;
  }
  if (name == "--record") {
    options.record = value;
    return true;
  }
  const auto number = NumberOf(value);
  if (!number) {
    return false;
  }
  if (name == "--seeds") {
    options.seeds = *number;
  } else if (name == "--first") {
    options.first = *number;
  } else if (name == "--steps") {
    options.run.steps = *number;
  } else if (name == "--seed") {
    options.first = *number;
    options.seeds = 1;
    options.one_seed = true;
  } else {
    return false;
  }
  return true;
}

std::optional<Options> ReadOptions(int count, char** arguments) {
  Options options;
  options.program = arguments[0];
  for (int index = 1; index < count; ++index) {
    const std::string_view name = arguments[index];
    if (name == "--trace") {
      options.run.prints = true;
    } else if (name == "--expect-violation") {
      options.expects_violation = true;
    } else if (index + 1 < count && ReadOption(name, arguments[index + 1], options)) {
      ++index;
    } else {
      static_cast<void>(std::fprintf(stderr, "cannot use %s\n", arguments[index]));
      return std::nullopt;
    }
  }
  return options;
}

void Report(std::uint64_t seed, const Outcome& outcome, const Options& options) {
  const bool repeats =
      RunActions(seed, outcome.actions, {.steps = options.run.steps, .defect = options.run.defect}).trace_hash ==
      outcome.trace_hash;
  std::printf("seed %llu: %s\n%s\nreplay: %s\n", static_cast<unsigned long long>(seed),
              outcome.violation->invariant.c_str(), outcome.violation->details.c_str(),
              ReplayCommand(seed, options).c_str());
  std::printf("%s\n", repeats ? "it ends the same when run again" : "IT ENDS OTHERWISE WHEN RUN AGAIN");
  const Actions actions = Shrink(seed, outcome, options.run);
  std::printf("it takes %zu of its %zu actions:\n", actions.size(), outcome.actions.size());
  for (const Action& action : actions) {
    std::printf("  %s\n", TextOf(action).c_str());
  }
  const Outcome shrunk = RunActions(seed, actions, options.run);
  std::printf("after which: %s\n", shrunk.violation ? shrunk.violation->details.c_str() : "nothing");
}

bool Append(const std::string& path, const std::string& text) {
  std::FILE* file = std::fopen(path.c_str(), "ab");
  if (file == nullptr) {
    return false;
  }
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  return std::fclose(file) == 0 && written;
}

// False if the seed broke an invariant, or does not decide alone what happens.
bool RunOne(std::uint64_t seed, const Options& options, Totals& totals) {
  static_cast<void>(std::snprintf(last_words, sizeof(last_words), "\nthe engine stopped; replay: %s\n",
                                  ReplayCommand(seed, options).c_str()));
  Script script;
  RunOptions run = options.run;
  run.script = options.record.empty() ? nullptr : &script;
  const Outcome outcome = RunSeed(seed, run);
  if (!options.record.empty() && !Append(options.record, script.Lines())) {
    static_cast<void>(std::fprintf(stderr, "cannot write to %s\n", options.record.c_str()));
    return false;
  }
  ++totals.runs;
  totals.acknowledged += outcome.counts.acknowledged;
  totals.handled += outcome.counts.handled;
  if (outcome.violation) {
    ++totals.violations;
    if (!options.expects_violation) {
      Report(seed, outcome, options);
    } else {
      std::printf("found by seed %llu: %s\n", static_cast<unsigned long long>(seed),
                  outcome.violation->invariant.c_str());
    }
    return false;
  }
  if (seed % kRepeatedEvery == 0 && RunSeed(seed, options.run).trace_hash != outcome.trace_hash) {
    ++totals.violations;
    std::printf("seed %llu does not repeat itself\n", static_cast<unsigned long long>(seed));
    return false;
  }
  return true;
}

int Main(int count, char** arguments) {
  const auto options = ReadOptions(count, arguments);
  if (!options) {
    static_cast<void>(std::fprintf(stderr,
                                   "usage: sawa_sim [--seeds N] [--first S] [--steps K] [--seed S] [--trace] "
                                   "[--fault NAME] [--expect-violation] [--record FILE]\n"));
    return 2;
  }
  static_cast<void>(std::signal(SIGABRT, OnAbort));
  const auto begin = std::chrono::steady_clock::now();
  Totals totals;
  for (std::uint64_t seed = options->first; seed < options->first + options->seeds; ++seed) {
    if (!RunOne(seed, *options, totals)) {
      break;
    }
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::printf("%llu seeds, %llu violations, %llu writes acknowledged, %llu handled by the server, %.1f s\n",
              static_cast<unsigned long long>(totals.runs), static_cast<unsigned long long>(totals.violations),
              static_cast<unsigned long long>(totals.acknowledged), static_cast<unsigned long long>(totals.handled),
              seconds);
  const bool as_expected = (totals.violations > 0) == options->expects_violation;
  return as_expected ? 0 : 1;
}

}  // namespace
}  // namespace sawa::sim

int main(int count, char** arguments) { return sawa::sim::Main(count, arguments); }
