// SPDX-License-Identifier: MIT
// Transport over the host's fetch, in browsers, workers and Node. Layer: platform/web.
#pragma once

#include <string>

#include "sync/transport.h"

namespace sawa {

class FetchTransport final : public Transport {
 public:
  // `server` is an origin such as https://shop.example, or empty for the page's own. Without a token the browser's cookie
  // is the credential.
  FetchTransport(std::string server, std::string client, std::string token)
      : server_(std::move(server)), client_(std::move(client)), token_(std::move(token)) {}

  Task<Result<HttpResponse>> Post(HttpRequest request) override;
  void UseToken(std::string token) override { token_ = std::move(token); }

 private:
  std::string server_;
  std::string client_;  // The header Sawa-Client.
  std::string token_;
};

}  // namespace sawa
