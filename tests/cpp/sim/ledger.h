// SPDX-License-Identifier: MIT
// What the server must have at the end, worked out from the promises and from what it has handled, without the engine's
// own rules: each rule of docs/protocol.md is written down here a second time.
#pragma once

#include <functional>

#include "sim/oracle.h"

namespace sawa::sim {

// `life_of` tells how often a device was wiped. What is wrong goes to the oracle.
void CheckLedger(Oracle& oracle, const test::ModelServer& server,
                 const std::function<int(std::uint32_t device)>& life_of);

}  // namespace sawa::sim
