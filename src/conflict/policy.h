// SPDX-License-Identifier: MIT
// Merge policies: which of two edits of a field stands. Each policy is a total order of (stamp, value) pairs, and the
// greater pair stands: so merging is commutative, associative and idempotent by construction. Counters have no such order;
// they add up. docs/conflicts.md says what each policy is for.
// Layer: conflict (pure: no I/O, no clock).
#pragma once

#include "model/record.h"
#include "model/schema.h"

namespace sawa {

// Does an edit of `field` with this stamp and value stand against the current one? Anything stands against a field that is
// not there or that nobody stamped. Ties end in the value's bytes, so that every device picks the same winner in whatever
// order the edits arrive.
[[nodiscard]] bool Stands(const FieldSchema& field, const FieldState* current, const Stamp& stamp, const Value& value);

}  // namespace sawa
