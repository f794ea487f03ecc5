// SPDX-License-Identifier: MIT
#include "sim/oracle.h"

#include <charconv>

namespace sawa::sim {

void Oracle::Break(std::string invariant, std::string details) {
  if (!violation_) {
    violation_ = Violation{std::move(invariant), std::move(details)};
  }
}

Write& Oracle::Begin(WriteKind kind, std::uint32_t device, int life, int context) {
  const int serial = static_cast<int>(writes_.size()) + 1;
  return writes_
      .emplace(serial, Write{.serial = serial, .kind = kind, .device = device, .life = life, .context = context})
      .first->second;
}

void Oracle::End(int serial, const Result<void>& result, bool heard) {
  Write& write = writes_.at(serial);
  if (!heard) {
    write.fate = Fate::kUnknown;
  } else if (result) {
    write.fate = Fate::kAcknowledged;
    write.acknowledged_at = ++acknowledged_count_;
    if (!write.receipt.empty() && !acknowledged_receipts_.insert(write.receipt).second) {
      Break("receipt used twice", "two sales on a device were promised number " + write.receipt);
    }
  } else {
    // Of a connection that breaks twice nobody knows when; and what a wiped database had is gone anyway.
    const ErrorCode code = result.error().code;
    const bool unknown = code == ErrorCode::kStorageConnectionLost || code == ErrorCode::kStorageWiped;
    write.fate = unknown ? Fate::kUnknown : Fate::kFailed;
  }
}

void Oracle::Sent(const HttpRequest& request) {
  const auto json = ParseJson(std::string_view(request.body));
  const auto mutations = json ? MemberAt(*json, "mutations") : std::nullopt;
  if (!mutations) {
    return;
  }
  const std::string incarnation = TextAt(*json, "incarnation").value_or("");
  for (JsonWalk walk(*mutations); walk.Next();) {
    const auto mutation = MutationFromJson(walk.value());
    if (!mutation) {
      Break("malformed request", "a mutation cannot be read: " + JsonToText(walk.value()));
      return;
    }
    const auto [known, is_new] =
        sent_.try_emplace({incarnation, mutation->seq}, SentMutation{JsonToText(walk.value()), mutation->stamp});
    if (!is_new && known->second.text != JsonToText(walk.value())) {
      Break("sequence reused", "sequence " + std::to_string(mutation->seq) + " of " + incarnation +
                                   " was sent with two bodies: " + known->second.text + " and " +
                                   JsonToText(walk.value()));
    }
    const auto before = sent_.find({incarnation, mutation->seq - 1});
    if (before != sent_.end() && before->second.stamp >= mutation->stamp) {
      Break("stamps go back", "sequence " + std::to_string(mutation->seq) + " of " + incarnation +
                                  " has a smaller stamp than the one before");
    }
    const auto write = writes_.find(SerialOf(mutation->name));
    if (write != writes_.end() && write->second.fate == Fate::kFailed) {
      Break("failed write sent", mutation->name + " was said to have failed, and was sent");
    }
  }
}

int Oracle::SerialOf(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  int serial = 0;
  if (dot != std::string_view::npos) {
    std::from_chars(name.data() + dot + 1, name.data() + name.size(), serial);
  }
  return serial;
}

}  // namespace sawa::sim
