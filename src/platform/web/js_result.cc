// SPDX-License-Identifier: MIT
#include "platform/web/js_result.h"

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
  const val view = val::global("Uint8Array").new_(buffer);
  Bytes bytes(view["byteLength"].as<std::size_t>());
  val(emscripten::typed_memory_view(bytes.size(), bytes.data())).call<void>("set", view);
  return bytes;
}

val ArrayBufferOf(ByteView bytes) {
  return val(emscripten::typed_memory_view(bytes.size(), bytes.data())).call<val>("slice")["buffer"];
}

}  // namespace sawa
