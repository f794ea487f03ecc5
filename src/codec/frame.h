// SPDX-License-Identifier: MIT
// The frame around every stored block: a magic number, the format's version and a CRC-32C of the rest, so that damage and
// newer formats are noticed. docs/storage-format.md has the layout.
// Layer: codec.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace sawa {

inline constexpr std::uint8_t kStorageFormatVersion = 1;

void BeginFrame(ByteWriter& writer, std::uint32_t magic);
[[nodiscard]] Bytes EndFrame(ByteWriter& writer);

// A reader of what the frame holds. Errors: storage_corrupt, storage_version_too_new.
[[nodiscard]] Result<ByteReader> OpenFrame(ByteView bytes, std::uint32_t magic);

[[nodiscard]] std::unexpected<Error> Corrupt(std::string_view what);

}  // namespace sawa
