// SPDX-License-Identifier: MIT
#include "sim/network.h"

#include <algorithm>
#include <utility>

#include "support/model_answers.h"

namespace sawa::sim {

using test::ErrorAnswer;

Task<Result<HttpResponse>> NetworkTransport::Post(HttpRequest request) {
  if (!owner_.dead) {
    on_send_(request);
  }
  co_return co_await Network::Exchange(network_, owner_, std::move(request));
}

void Network::Exchange::await_suspend(std::coroutine_handle<> handle) {
  handle_ = handle;
  network_.trace_.AddBytes("request", AsBytes(request_.body));
  network_.trace_.Note(request_.body);
  network_.messages_.push_back({.device = owner_.device, .request = request_, .exchange = this});
}

bool Network::CanMove(const Message& message) {
  // An answer waits until its tab thaws.
  return !message.answer || !message.exchange->owner_.frozen;
}

std::size_t Network::CountOf(std::uint32_t device) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      messages_, [device](const Message& message) { return message.device == device && CanMove(message); }));
}

bool Network::Advance(std::uint32_t device, std::size_t pick, NetworkFault fault) {
  const std::size_t count = CountOf(device);
  if (count == 0) {
    return false;
  }
  std::size_t left = pick % count;
  for (auto message = messages_.begin(); message != messages_.end(); ++message) {
    if (message->device == device && CanMove(*message) && left-- == 0) {
      const NetworkFault met = partitioned[device] ? NetworkFault::kDropped : fault;
      message->answer ? MoveAnswer(message, met) : MoveRequest(message, met);
      break;
    }
  }
  return true;
}

void Network::MoveRequest(Position message, NetworkFault fault) {
  switch (fault) {
    case NetworkFault::kDropped:
      Finish(message, Fail(ErrorCode::kNetworkUnreachable, "a planned fault"));
      return;
    case NetworkFault::kDelayed:
      messages_.push_back({.device = message->device, .request = message->request});
      Finish(message, Fail(ErrorCode::kNetworkTimeout, "a planned fault"));
      return;
    case NetworkFault::kServerError:
      Refuse(message, ErrorAnswer(500, "internal"));
      return;
    case NetworkFault::kUnavailable:
      Refuse(message, ErrorAnswer(503, "server_unavailable"));
      return;
    case NetworkFault::kRateLimited:
      Refuse(message, ErrorAnswer(429, "rate_limited"));
      return;
    case NetworkFault::kUnauthorised:
      Refuse(message, ErrorAnswer(401, "auth_required"));
      return;
    case NetworkFault::kCursorInvalid:
      Refuse(message, ErrorAnswer(409, "cursor_invalid"));
      return;
    case NetworkFault::kSequenceGap:
      Refuse(message, ErrorAnswer(409, "sequence_gap"));
      return;
    case NetworkFault::kCaptivePortal:
      Refuse(message, {.status = 200, .body = "<html>Log in to the network</html>"});
      return;
    case NetworkFault::kDuplicated:
      messages_.push_back({.device = message->device, .request = message->request});
      break;
    default:
      break;
  }
  HttpResponse answer = server_(message->device, message->request);
  trace_.AddBytes("answer " + std::to_string(answer.status), AsBytes(answer.body));
  trace_.Note(answer.body);
  heard_.push_back(false);
  if (message->exchange == nullptr) {
    messages_.erase(message);
  } else {
    message->answer = std::move(answer);
    message->answer_number = heard_.size() - 1;
  }
}

void Network::MoveAnswer(Position message, NetworkFault fault) {
  if (fault == NetworkFault::kDropped || fault == NetworkFault::kDelayed) {
    Finish(message, Fail(ErrorCode::kNetworkTimeout, "a planned fault"));
    return;
  }
  HttpResponse answer = *std::move(message->answer);
  if (fault == NetworkFault::kTruncated) {
    answer.body.resize(answer.body.size() / 2);
  } else if (message->answer_number) {
    heard_[*message->answer_number] = true;
  }
  Finish(message, std::move(answer));
}

void Network::Refuse(Position message, HttpResponse answer) { Finish(message, std::move(answer)); }

void Network::Finish(Position message, Result<HttpResponse> result) {
  Exchange* exchange = message->exchange;
  messages_.erase(message);
  if (exchange != nullptr) {
    exchange->result_ = std::move(result);
    exchange->handle_.resume();
  }
}

void Network::DropAll() {
  // Whoever hears of it may send anew at once: those requests reach the restarted server.
  std::list<Message> dropped = std::exchange(messages_, {});
  while (!dropped.empty()) {
    Exchange* exchange = dropped.front().exchange;
    dropped.pop_front();
    if (exchange != nullptr && exchange->owner_.frozen) {
      // It will hear of it when it thaws.
      messages_.push_back({.device = exchange->owner_.device,
                           .request = exchange->request_,
                           .answer = ErrorAnswer(503, "server_unavailable"),
                           .exchange = exchange});
    } else if (exchange != nullptr) {
      exchange->result_ = Fail(ErrorCode::kNetworkUnreachable, "the server restarts");
      exchange->handle_.resume();
    }
  }
}

void Network::Release(const Owner& owner) {
  for (auto message = messages_.begin(); message != messages_.end();) {
    const auto next = std::next(message);
    if (message->exchange != nullptr && &message->exchange->owner_ == &owner) {
      Exchange* exchange = std::exchange(message->exchange, nullptr);
      if (message->answer) {
        messages_.erase(message);
      }
      exchange->handle_.resume();
    }
    message = next;
  }
}

}  // namespace sawa::sim
