// SPDX-License-Identifier: MIT
// Answers of our JavaScript halves. Their promises never reject, because C++ cannot catch a rejection: they resolve to
// {ok: true, value} or {ok: false, code, message}.
// Layer: platform/web.
#pragma once

#include <emscripten/val.h>

#include <string>

#include "base/bytes.h"
#include "base/error.h"

namespace sawa {

// Errors: the one the answer names.
[[nodiscard]] Result<emscripten::val> ValueOf(const emscripten::val& answer);

// Copies a Uint8Array or ArrayBuffer into the engine's memory.
[[nodiscard]] Bytes BytesOf(const emscripten::val& buffer);

// Copies bytes into a new ArrayBuffer. A view of the engine's memory would be stored with all of that memory.
[[nodiscard]] emscripten::val ArrayBufferOf(ByteView bytes);

}  // namespace sawa
