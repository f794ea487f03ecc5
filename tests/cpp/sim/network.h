// SPDX-License-Identifier: MIT
// The network between the devices and the server. A message takes two steps, each at the scheduler's pleasure: the request
// arrives, then its answer does. Requests outlive whoever sent them, and may arrive twice, late or never.
#pragma once

#include <coroutine>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/scheduler.h"
#include "sim/trace.h"
#include "sync/transport.h"

namespace sawa::sim {

class Network {
 public:
  // What answers the requests of a device.
  using Server = std::function<HttpResponse(std::uint32_t device, const HttpRequest&)>;

  Network(Trace& trace, Server server) : trace_(trace), server_(std::move(server)) {}

  class Exchange {
   public:
    Exchange(Network& network, const Owner& owner, HttpRequest request)
        : network_(network), owner_(owner), request_(std::move(request)) {}
    [[nodiscard]] bool await_ready() const noexcept { return owner_.dead; }
    void await_suspend(std::coroutine_handle<> handle);
    Result<HttpResponse> await_resume() { return std::move(result_); }

   private:
    friend class Network;
    Network& network_;
    const Owner& owner_;
    HttpRequest request_;
    std::coroutine_handle<> handle_;
    Result<HttpResponse> result_ = Fail(ErrorCode::kNetworkUnreachable, "the process is dead");
  };

  [[nodiscard]] std::size_t CountOf(std::uint32_t device) const;
  // Lets the `pick`-th message of a device take its step. False if there is none.
  bool Advance(std::uint32_t device, std::size_t pick, NetworkFault fault);
  // All requests and answers on the way get lost.
  void DropAll();
  // Nobody waits for the messages of a context that has died; its requests are on the way all the same.
  void Release(const Owner& owner);

  // Of each request that was answered, in order: whether somebody got the whole answer.
  [[nodiscard]] const std::vector<bool>& heard() const { return heard_; }

  // Without these, no message gets through.
  std::map<std::uint32_t, bool> partitioned;

 private:
  struct Message {
    std::uint32_t device = 0;
    HttpRequest request;
    std::optional<HttpResponse> answer = std::nullopt;
    std::optional<std::size_t> answer_number = std::nullopt;  // In `heard_`, if the server gave it.
    Exchange* exchange = nullptr;                             // Null if nobody waits for the answer.
  };
  using Position = std::list<Message>::iterator;

  [[nodiscard]] static bool CanMove(const Message& message);
  void MoveRequest(Position message, NetworkFault fault);
  void MoveAnswer(Position message, NetworkFault fault);
  void Refuse(Position message, HttpResponse answer);
  void Finish(Position message, Result<HttpResponse> result);

  Trace& trace_;
  Server server_;
  std::list<Message> messages_;
  std::vector<bool> heard_;
};

class NetworkTransport final : public Transport {
 public:
  // `on_send` sees every request before it leaves.
  NetworkTransport(Network& network, const Owner& owner, std::function<void(const HttpRequest&)> on_send)
      : network_(network), owner_(owner), on_send_(std::move(on_send)) {}

  Task<Result<HttpResponse>> Post(HttpRequest request) override;
  void UseToken(std::string /*token*/) override {}

 private:
  Network& network_;
  const Owner& owner_;
  std::function<void(const HttpRequest&)> on_send_;
};

}  // namespace sawa::sim
