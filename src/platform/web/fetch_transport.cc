// SPDX-License-Identifier: MIT
#include "platform/web/fetch_transport.h"

#include <emscripten/val.h>

#include "platform/web/js_result.h"

extern "C" {
// From fetch_transport.js: a promise of the answer.
emscripten::EM_VAL sawa_fetch(const char* url, const char* client, const char* token, const char* body,
                              double timeout_ms);
}

namespace sawa {

using emscripten::val;

Task<Result<HttpResponse>> FetchTransport::Post(HttpRequest request) {
  const std::string url = server_ + request.path;
  const val answer = co_await val::take_ownership(
      sawa_fetch(url.c_str(), client_.c_str(), token_.c_str(), request.body.c_str(), request.timeout_ms));
  SAWA_CO_ASSIGN(const val value, ValueOf(answer));
  co_return HttpResponse{.status = static_cast<int>(value["status"].as<double>()),
                         .from_sawa = value["fromSawa"].as<bool>(),
                         .retry_after_s = static_cast<int>(value["retryAfterS"].as<double>()),
                         .body = value["body"].as<std::string>()};
}

}  // namespace sawa
