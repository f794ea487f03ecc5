// SPDX-License-Identifier: MIT
// A request to the host, and its answer. Both are lists of parts: numbers, texts and bytes. bindings/js/host.ts is the
// other side.
//
//   SAWA_CO_TRY(co_await HostRequest("readLog", this).Number(after));
//   const double position = TakeNumber();
//
// The answer's parts must be taken, in their order, before anything else is awaited.
// Layer: platform/web.
#pragma once

#include <coroutine>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace sawa {

class HostRequest {
 public:
  // `storage`: the one whose connection is asked, if it is one.
  explicit HostRequest(std::string_view method, const void* storage = nullptr);
  HostRequest(const HostRequest&) = delete;
  HostRequest& operator=(const HostRequest&) = delete;

  HostRequest& Number(double number);
  HostRequest& Text(std::string_view text);
  // The host gets a copy.
  HostRequest& Raw(ByteView bytes);

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiting);
  // Errors: the one that the host tells.
  [[nodiscard]] Result<void> await_resume() const;

  // Called by the host once it has an answer.
  void Resume() const { waiting_.resume(); }

 private:
  const void* storage_;
  std::coroutine_handle<> waiting_;
};

// The next part of the answer.
[[nodiscard]] double TakeNumber();
[[nodiscard]] Bytes TakeBytes();
[[nodiscard]] std::string TakeText();

}  // namespace sawa
