// SPDX-License-Identifier: MIT
// How requests reach the server. Implemented by the platform. Layer: sync.
#pragma once

#include <string>

#include "base/error.h"
#include "base/task.h"

namespace sawa {

struct HttpRequest {
  std::string path;  // Such as /sync/v1/sync.
  std::string body;  // JSON; posted.
  int timeout_ms = 30'000;
};

struct HttpResponse {
  int status = 0;
  bool from_sawa = false;  // Has the header Sawa-Protocol.
  int retry_after_s = 0;   // 0 where the server names none.
  std::string body;
};

class Transport {
 public:
  virtual ~Transport() = default;

  // Any answer is a response, whatever its status. The request may have taken effect even if an error is returned.
  // Errors: network_unreachable, network_timeout.
  virtual Task<Result<HttpResponse>> Post(HttpRequest request) = 0;

  // Uses `token` for later requests, where the platform does not keep the credential itself.
  virtual void UseToken(std::string token) = 0;
};

}  // namespace sawa
