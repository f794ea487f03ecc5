// SPDX-License-Identifier: MIT
// What reached the model server in a run, in order, with its answers: JSON lines for tests/proof, which has the real server
// do the same. docs/simulator.md tells what the lines hold.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/mutation.h"
#include "support/model_server.h"
#include "sync/transport.h"

namespace sawa::sim {

class Script {
 public:
  void Begin(std::uint64_t seed, std::size_t page_limit, std::int64_t now_ms, const test::ModelState& state);
  // An event without more to say: `backup` or `restore`.
  void Event(std::string_view kind);
  void Expire(std::uint32_t device);
  void Edit(std::int64_t now_ms, const Operation& operation);
  void Request(std::int64_t now_ms, std::uint32_t device, const HttpRequest& request, const HttpResponse& answer);
  // `heard`: of each request in order, whether a device got its whole answer.
  void End(const test::ModelServer& server, const std::vector<bool>& heard);

  // Each ends with a line break.
  [[nodiscard]] std::string Lines() const;

 private:
  std::vector<std::string> lines_;
  std::vector<std::size_t> requests_;  // Which of the lines they are.
};

}  // namespace sawa::sim
