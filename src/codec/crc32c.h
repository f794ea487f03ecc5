// SPDX-License-Identifier: MIT
// CRC-32C (Castagnoli, as in RFC 3720 B.4): notices damaged pages and log entries. Layer: codec.
#pragma once

#include "base/bytes.h"

namespace sawa {

[[nodiscard]] std::uint32_t Crc32c(ByteView bytes);

}  // namespace sawa
