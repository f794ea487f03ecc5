// SPDX-License-Identifier: MIT
// A layer: changes to tables that lie over what is below them, in memory. Layer: storage.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/bytes.h"

namespace sawa {

// A new value for a key, or nullopt where the key below is hidden.
using Changes = std::map<std::string, std::optional<Bytes>, std::less<>>;

// By table.
using Layer = std::map<std::string, Changes, std::less<>>;

}  // namespace sawa
