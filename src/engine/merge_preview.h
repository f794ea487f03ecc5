// SPDX-License-Identifier: MIT
// Merging by the engine's own rules, as JSON in and out: what the golden vectors and tools use. Layer: engine.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace sawa {

// Takes {schema: {fields}, record: {fields, stamps, removed} | null, stamp, ops} and gives {record, lost}.
// Errors: invalid_argument, invalid_schema, mutation_invalid.
[[nodiscard]] Result<std::string> PreviewMerge(std::string_view request);

}  // namespace sawa
