// SPDX-License-Identifier: MIT
// Values as bytes: MessagePack (github.com/msgpack/msgpack/blob/master/spec.md), of which type 1 of the extensions is a
// JSON text and type 2 the 16 bytes of a text that is a UUID. Layer: codec.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "model/value.h"

namespace sawa {

void EncodeValue(ByteWriter& writer, const Value& value);

// Nullopt where the bytes are not what EncodeValue writes.
[[nodiscard]] std::optional<Value> DecodeValue(ByteReader& reader);

// Steps over a value. False where there is none.
bool SkipValue(ByteReader& reader);

}  // namespace sawa
