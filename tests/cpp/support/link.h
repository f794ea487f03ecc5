// SPDX-License-Identifier: MIT
// The network between one device and what answers it. Needs: sync.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "sync/transport.h"

namespace sawa::test {

class Link final : public Transport {
 public:
  using Server = std::function<HttpResponse(const HttpRequest&)>;

  explicit Link(Server server) : server_(std::move(server)) {}

  // The next so many requests do not reach the server, or reach it and their answers get lost.
  int lost_requests = 0;
  int lost_replies = 0;
  // Called once, after the server has handled the next request and before its answer arrives.
  std::function<void()> before_reply;
  std::vector<HttpRequest> sent;
  std::vector<std::string> tokens;

  Task<Result<HttpResponse>> Post(HttpRequest request) override {
    sent.push_back(request);
    if (lost_requests > 0) {
      --lost_requests;
      co_return Fail(ErrorCode::kNetworkUnreachable, "the request got lost");
    }
    HttpResponse response = server_(request);
    if (lost_replies > 0) {
      --lost_replies;
      co_return Fail(ErrorCode::kNetworkTimeout, "the answer got lost");
    }
    if (const auto action = std::exchange(before_reply, nullptr)) {
      action();
    }
    co_return response;
  }

  void UseToken(std::string token) override { tokens.push_back(std::move(token)); }

 private:
  Server server_;
};

}  // namespace sawa::test
