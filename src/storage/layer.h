// SPDX-License-Identifier: MIT
// A layer: changes to tables that lie over what is below them, in memory. Layer: storage.
#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/text_map.h"

namespace sawa {

// A new value for a key, or nullopt where the key below is hidden.
using Changes = TextMap<std::optional<Bytes>>;

// By table.
using Layer = TextMap<Changes>;

}  // namespace sawa
