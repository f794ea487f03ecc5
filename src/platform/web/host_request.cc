// SPDX-License-Identifier: MIT
#include "platform/web/host_request.h"

#include "platform/web/host_imports.h"

namespace sawa {

HostRequest::HostRequest(std::string_view method, const void* storage) : storage_(storage) { Text(method); }

HostRequest& HostRequest::Number(double number) {
  sawa_put_number(number);
  return *this;
}

HostRequest& HostRequest::Text(std::string_view text) {
  sawa_put_text(text.data(), text.size());
  return *this;
}

HostRequest& HostRequest::Raw(ByteView bytes) {
  sawa_put_bytes(bytes.data(), bytes.size());
  return *this;
}

void HostRequest::await_suspend(std::coroutine_handle<> waiting) {
  waiting_ = waiting;
  sawa_send(this, storage_);
}

Result<void> HostRequest::await_resume() const {
  if (TakeNumber() != 0) {
    return {};
  }
  const auto code = CodeFromText(TakeText());
  return Fail(code.value_or(ErrorCode::kStorageFailed), TakeText());
}

double TakeNumber() { return sawa_take_number(); }

Bytes TakeBytes() {
  Bytes bytes(sawa_next_size());
  sawa_take_bytes(bytes.data());
  return bytes;
}

std::string TakeText() {
  std::string text(sawa_next_size(), '\0');
  sawa_take_bytes(text.data());
  return text;
}

}  // namespace sawa
