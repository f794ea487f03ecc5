// SPDX-License-Identifier: MIT
#include "platform/web/js_result.h"

extern "C" {
// From host.js.
void sawa_copy_bytes(emscripten::EM_VAL buffer, std::uint8_t* bytes);
emscripten::EM_VAL sawa_array_buffer(const std::uint8_t* bytes, std::size_t count);
}

namespace sawa {

using emscripten::val;

Result<val> ValueOf(const val& answer) {
  if (answer["ok"].as<bool>()) {
    return answer["value"];
  }
  const auto code = CodeFromText(answer["code"].as<std::string>());
  return Fail(code.value_or(ErrorCode::kStorageFailed), answer["message"].as<std::string>());
}

Bytes BytesOf(const val& buffer) {
  Bytes bytes(static_cast<std::size_t>(buffer["byteLength"].as<double>()));
  sawa_copy_bytes(buffer.as_handle(), bytes.data());
  return bytes;
}

val ArrayBufferOf(ByteView bytes) { return val::take_ownership(sawa_array_buffer(bytes.data(), bytes.size())); }

}  // namespace sawa
