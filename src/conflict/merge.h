// SPDX-License-Identifier: MIT
// Merging: one operation applied to a record. Pure functions, the same as the server's; docs/protocol.md, "Merging", has
// the rules and tests/vectors/merge.json an example of each.
// Layer: conflict (pure: no I/O, no clock).
#pragma once

#include <string>
#include <vector>

#include "model/mutation.h"
#include "model/record.h"
#include "model/schema.h"

namespace sawa {

// Applies `operation` (stamped by its mutation) to `record`, null where there is none yet. The names of fields whose
// new value does not stand are added to `lost`; a lost removal adds "*".
// Errors: mutation_invalid for an increment of a field that is no counter, or one that would leave the range of exact
// integers; `record` is unchanged then.
[[nodiscard]] Result<void> ApplyOperation(const CollectionSchema& schema, const Operation& operation,
                                          const Stamp& stamp, std::optional<Record>& record,
                                          std::vector<std::string>& lost);

}  // namespace sawa
