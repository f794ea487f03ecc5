// SPDX-License-Identifier: MIT
// A server of docs/protocol.md in memory: receipts, a feed with versions and epochs, merging, pages. Needs: sync.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support/model_answers.h"
#include "support/model_feed.h"
#include "support/model_state.h"

namespace sawa::test {

class ModelServer {
 public:
  using State = ModelState;

  explicit ModelServer(Schema schema) : schema_(std::move(schema)) {}

  State state;
  // Mutations of these names are not applied.
  std::set<std::string> rejected_names;
  std::set<std::string> quarantined_names;
  // The server's own limit for changes in one answer.
  std::size_t page_limit = 2000;
  // How often each mutation took effect on the state, by its id.
  std::map<std::string, int> applied;
  // The server's clock, if stamps ahead of it are to be clamped.
  std::optional<std::int64_t> now_ms;
  // Defects that can be planted: a server that repeats what it has a receipt for, one that writes a receipt without
  // the effects of every so-many-th mutation, and one whose answers hold no more than a page.
  bool ignores_receipts = false;
  bool withholds_effects = false;
  std::size_t effects_lost_every = 0;

  [[nodiscard]] HttpResponse Handle(const HttpRequest& request) {
    const auto json = ParseJson(std::string_view(request.body));
    if (!json || IntegerAt(*json, "protocol") != kProtocolVersion) {
      return ErrorAnswer(400, "request_malformed");
    }
    if (request.path == "/sync/v1/enroll" || request.path == "/sync/v1/login") {
      return Enrol(*json);
    }
    if (request.path == "/sync/v1/logout") {
      return {.status = 204, .from_sawa = true, .body = ""};
    }
    return Sync(*json);
  }

  // What a restore from a backup does: an older state under a new epoch.
  void Restore(State backup) {
    const int epoch = state.epoch + 1;
    state = std::move(backup);
    state.epoch = epoch;
    std::erase_if(applied, [this](const auto& entry) { return !state.handled_ids.contains(entry.first); });
  }

  // What the server has of its own, with this stamp.
  void Write(const Operation& operation, const Stamp& stamp) {
    state.Apply(schema_, {operation}, stamp);
    state.handled.push_back({{.stamp = stamp, .ops = {operation}}, {}});
  }

  // Somebody edits on the server, by its clock.
  void Edit(Operation operation) { state.Edit(schema_, std::move(operation), now_ms.value_or(0)); }

  [[nodiscard]] const Record* Find(const std::string& collection, const std::string& id) const {
    return state.Find({collection, id});
  }

 private:
  HttpResponse Enrol(JsonView json) {
    if (TextAt(json, "password") != "right") {
      return ErrorAnswer(401, "auth_invalid_credentials");
    }
    auto device = TextAt(json, "device");
    if (!device) {
      const std::size_t number = series_.size() + 1;
      device = "0190a000-0000-7000-8000-" + std::to_string(100'000'000'000 + number);
      series_.emplace(*device, "A" + std::to_string(number));
    }
    const auto series = series_.find(*device);
    if (series == series_.end()) {
      return ErrorAnswer(403, "auth_forbidden");
    }
    return EnrolmentAnswer(*device, series->second, TextAt(json, "credential") == "body");
  }

  HttpResponse Sync(JsonView json) {
    std::optional<ModelCursor> cursor;
    if (const auto text = TextAt(json, "cursor"); text) {
      cursor = ModelCursor::Parse(*text);
      if (!cursor) {
        return ErrorAnswer(409, "cursor_invalid");
      }
      if (cursor->epoch != state.epoch) {
        return ErrorAnswer(409, "cursor_epoch_changed");
      }
    }
    std::vector<Incoming> incoming;
    for (JsonWalk walk(MemberAt(json, "mutations").value_or(JsonView())); walk.Next();) {
      auto mutation = MutationFromJson(walk.value());
      if (!mutation || (!incoming.empty() && mutation->seq != incoming.back().mutation.seq + 1)) {
        return ErrorAnswer(400, "request_malformed");
      }
      incoming.push_back({*std::move(mutation), JsonToText(walk.value())});
    }
    auto& receipts = state.receipts[*TextAt(json, "incarnation")];
    if (auto refusal = Check(incoming, receipts); refusal) {
      return *std::move(refusal);
    }
    RecordKeys touched;
    const std::string verdicts = Push(std::move(incoming), receipts, touched);
    ModelPage page(state, schema_, std::min(static_cast<std::size_t>(*IntegerAt(json, "limit")), page_limit));
    page.Fill(cursor, FlagAt(json, "partial").value_or(false));
    if (!withholds_effects) {
      page.Add(touched);
    }
    return Answer(!cursor, verdicts, page);
  }

  using RecordKeys = std::set<RecordKey>;

  struct Incoming {
    Mutation mutation;
    std::string body;
  };

  // A request that is answered with an error has had no effect: what is wrong is found first.
  static std::optional<HttpResponse> Check(const std::vector<Incoming>& incoming,
                                           const std::vector<State::Receipt>& receipts) {
    for (const auto& [mutation, body] : incoming) {
      if (mutation.seq <= receipts.size() && receipts[mutation.seq - 1].body != body) {
        return ErrorAnswer(409, "sequence_reused");
      }
    }
    if (!incoming.empty() && incoming.front().mutation.seq > receipts.size() + 1) {
      return ErrorAnswer(409, "sequence_gap",
                         JsonObject().Number("expected", static_cast<std::int64_t>(receipts.size() + 1)).Take());
    }
    return std::nullopt;
  }

  // Adds to `touched` the records that the mutations name.
  std::string Push(std::vector<Incoming> incoming, std::vector<State::Receipt>& receipts, RecordKeys& touched) {
    JsonArray verdicts;
    Stamp last;
    for (auto& [mutation, body] : incoming) {
      for (const Operation& operation : mutation.ops) {
        touched.emplace(operation.collection, operation.id);
      }
      if (mutation.seq <= receipts.size() && !ignores_receipts) {
        verdicts.Raw(VerdictText(Repeated(receipts[mutation.seq - 1].verdict)));
        continue;
      }
      // A device that had to begin a new incarnation sends known mutations under new sequences.
      const auto known = state.handled_ids.find(mutation.id);
      const bool repeats = known != state.handled_ids.end() && !ignores_receipts;
      if (!repeats) {
        Clamp(mutation.stamp, last);
      }
      Verdict verdict = repeats ? state.handled[known->second].verdict : Decide(mutation);
      verdict.seq = mutation.seq;
      if (mutation.seq > receipts.size()) {
        receipts.push_back({std::move(body), verdict});
      }
      verdicts.Raw(VerdictText(repeats ? Repeated(verdict) : verdict));
      if (!repeats) {
        state.handled_ids.try_emplace(mutation.id, state.handled.size());
        state.handled.push_back({std::move(mutation), verdict});
      }
    }
    return verdicts.Take();
  }

  static Verdict Repeated(Verdict verdict) {
    verdict.status = VerdictStatus::kDuplicate;
    return verdict;
  }

  // The order of the clamped stamps of one push is kept.
  void Clamp(Stamp& stamp, Stamp& last) const {
    constexpr std::int64_t kAheadMsMax = 5 * 60 * 1000;
    if (now_ms) {
      const auto limit_ms = static_cast<std::uint64_t>(*now_ms + kAheadMsMax);
      if ((stamp.time >> 16) > limit_ms) {
        stamp.time = std::max((limit_ms << 16) | (stamp.time & 0xFFFFU), last.time + 1);
      }
    }
    last = stamp;
  }

  Verdict Decide(const Mutation& mutation) {
    Verdict verdict{.seq = mutation.seq};
    if (rejected_names.contains(mutation.name) || quarantined_names.contains(mutation.name)) {
      verdict.status = rejected_names.contains(mutation.name) ? VerdictStatus::kRejected : VerdictStatus::kQuarantined;
      verdict.code = "mutation_invalid";
      verdict.message = "not this one";
    } else {
      ++applied[mutation.id];
      const bool loses_effects = effects_lost_every > 0 && ++decided_ % effects_lost_every == 0;
      switch (loses_effects ? State::Effect::kApplied : state.Apply(schema_, mutation.ops, mutation.stamp)) {
        case State::Effect::kApplied:
          break;
        case State::Effect::kMerged:
          verdict.status = VerdictStatus::kMerged;
          break;
        case State::Effect::kImpossible:
          verdict.status = VerdictStatus::kRejected;
          verdict.code = "mutation_invalid";
          break;
      }
    }
    verdict.first_status = verdict.status;
    verdict.version = state.version;
    return verdict;
  }

  HttpResponse Answer(bool reset, const std::string& verdicts, ModelPage& page) const {
    return {.status = 200,
            .from_sawa = true,
            .body = JsonObject()
                        .Number("protocol", kProtocolVersion)
                        .Number("server_time_ms", 1'780'000'000'000)
                        .Raw("verdicts", verdicts)
                        .Flag("reset", reset)
                        .Text("cursor", page.cursor())
                        .Number("version", static_cast<std::int64_t>(page.version()))
                        .Number("head", static_cast<std::int64_t>(state.version))
                        .Flag("more", page.more())
                        .Raw("changes", page.Changes())
                        .Take()};
  }

  Schema schema_;
  std::map<std::string, std::string> series_;  // By device.
  std::size_t decided_ = 0;
};

}  // namespace sawa::test
