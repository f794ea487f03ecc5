// SPDX-License-Identifier: MIT
// Records as bytes, as docs/storage-format.md describes. Layer: codec.
#pragma once

#include "base/bytes.h"
#include "base/error.h"
#include "model/record.h"

namespace sawa {

[[nodiscard]] Bytes EncodeRecord(const Record& record);

// Errors: storage_corrupt.
[[nodiscard]] Result<Record> DecodeRecord(ByteView bytes);

}  // namespace sawa
