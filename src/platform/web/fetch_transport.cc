// SPDX-License-Identifier: MIT
#include "platform/web/fetch_transport.h"

#include "platform/web/host_request.h"

namespace sawa {

Task<Result<HttpResponse>> FetchTransport::Post(HttpRequest request) {
  SAWA_CO_TRY(co_await HostRequest("post")
                  .Text(server_ + request.path)
                  .Text(client_)
                  .Text(token_)
                  .Text(request.body)
                  .Number(static_cast<double>(request.timeout_ms)));
  const auto status = static_cast<int>(TakeNumber());
  const bool from_sawa = TakeNumber() != 0;
  const auto retry_after_s = static_cast<int>(TakeNumber());
  co_return HttpResponse{.status = status, .from_sawa = from_sawa, .retry_after_s = retry_after_s, .body = TakeText()};
}

}  // namespace sawa
