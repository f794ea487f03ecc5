// SPDX-License-Identifier: MIT
#include "platform/web/fetch_transport.h"

#include <emscripten/val.h>

#include "platform/web/js_result.h"

extern "C" {
// From fetch_transport.js: a promise of the answer to a request object.
emscripten::EM_VAL sawa_fetch(emscripten::EM_VAL request);
}

namespace sawa {

using emscripten::val;

Task<Result<HttpResponse>> FetchTransport::Post(HttpRequest request) {
  val js_request = val::object();
  js_request.set("url", server_ + request.path);
  js_request.set("client", client_);
  js_request.set("token", token_);
  js_request.set("body", request.body);
  js_request.set("timeoutMs", request.timeout_ms);
  const val answer = co_await val::take_ownership(sawa_fetch(js_request.as_handle()));
  SAWA_CO_ASSIGN(const val value, ValueOf(answer));
  co_return HttpResponse{.status = value["status"].as<int>(),
                         .from_sawa = value["fromSawa"].as<bool>(),
                         .retry_after_s = value["retryAfterS"].as<int>(),
                         .body = value["body"].as<std::string>()};
}

}  // namespace sawa
