// SPDX-License-Identifier: MIT
// A server of docs/protocol.md in memory: receipts, a feed with versions and epochs, merging, pages. Needs: sync.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "codec/json_writer.h"
#include "conflict/merge.h"
#include "protocol/messages.h"
#include "support/json.h"
#include "sync/transport.h"

namespace sawa::test {

class ModelServer {
 public:
  // All that a backup of the server would hold.
  struct State {
    struct Row {
      Record record;
      std::uint64_t version = 0;
    };
    struct Receipt {
      std::string body;
      Verdict verdict;
    };
    int epoch = 1;
    std::uint64_t version = 0;
    std::map<std::pair<std::string, std::string>, Row> rows;
    std::map<std::string, std::vector<Receipt>> receipts;  // By incarnation; sequence n at n - 1.
    std::map<std::string, Verdict> verdicts;               // By the mutation's id.
  };

  explicit ModelServer(Schema schema) : schema_(std::move(schema)) {}

  State state;
  // Mutations of these names are not applied.
  std::set<std::string> rejected_names;
  std::set<std::string> quarantined_names;
  // The server's own limit for changes in one answer.
  std::size_t page_limit = 2000;
  // How often each mutation took effect, by its id. Outside the state: a restored server forgets what it did.
  std::map<std::string, int> applied;

  [[nodiscard]] HttpResponse Handle(const HttpRequest& request) {
    const auto json = ParseJson(request.body);
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
  }

  // An edit on the server itself.
  void Write(const Operation& operation, const Stamp& stamp) { Apply(operation, stamp); }

  [[nodiscard]] const Record* Find(const std::string& collection, const std::string& id) const {
    const auto row = state.rows.find({collection, id});
    return row != state.rows.end() ? &row->second.record : nullptr;
  }

  [[nodiscard]] static HttpResponse ErrorAnswer(int status, const std::string& code,
                                                const std::string& details = "{}") {
    return {
        .status = status,
        .from_sawa = true,
        .body = JsonObject()
                    .Raw("error", JsonObject().Text("code", code).Text("message", code).Raw("details", details).Take())
                    .Take()};
  }

 private:
  HttpResponse Enrol(const Json& json) {
    if (TextAt(json, "password") != "right") {
      return ErrorAnswer(401, "auth_invalid_credentials");
    }
    const auto known = TextAt(json, "device");
    const int number = known ? 0 : ++devices_;
    const std::string device = known ? *known : "0190a000-0000-7000-8000-" + std::to_string(100'000'000'000 + number);
    const bool in_body = *TextAt(json, "credential") == "body";
    return {
        .status = 200,
        .from_sawa = true,
        .body = JsonObject()
                    .Raw("device", JsonObject()
                                       .Text("id", device)
                                       .Text("name", "Till")
                                       .Text("series", "A" + std::to_string(number))
                                       .Take())
                    .Raw("shop",
                         JsonObject().Text("id", "0190a000-0000-7000-8000-00000000000a").Text("name", "Shop").Take())
                    .Raw("actor", JsonObject().Text("id", "7").Text("name", "demo").Take())
                    .TextOrNull("token", in_body ? "token" : "")
                    .Take()};
  }

  HttpResponse Sync(const Json& json) {
    std::uint64_t after = 0;
    const Json& cursor = json.at("cursor");
    if (!cursor.is_null()) {
      const auto& text = cursor.get_ref<const std::string&>();
      const std::string prefix = "e" + std::to_string(state.epoch) + ":";
      if (!text.starts_with("e") || text.find(':') == std::string::npos) {
        return ErrorAnswer(409, "cursor_invalid");
      }
      if (!text.starts_with(prefix)) {
        return ErrorAnswer(409, "cursor_epoch_changed");
      }
      after = std::stoull(text.substr(prefix.size()));
    }
    JsonArray verdicts;
    if (auto refusal = Push(json, verdicts); refusal) {
      return *std::move(refusal);
    }
    return Pull(cursor.is_null(), after, static_cast<std::size_t>(*IntegerAt(json, "limit")), verdicts.Take());
  }

  std::optional<HttpResponse> Push(const Json& json, JsonArray& verdicts) {
    auto& receipts = state.receipts[*TextAt(json, "incarnation")];
    for (const Json& item : json.at("mutations")) {
      const auto mutation = MutationFromJson(item);
      if (!mutation) {
        return ErrorAnswer(400, "request_malformed");
      }
      const std::string body = JsonToText(item);
      if (mutation->seq > receipts.size() + 1) {
        return ErrorAnswer(409, "sequence_gap",
                           JsonObject().Number("expected", static_cast<std::int64_t>(receipts.size() + 1)).Take());
      }
      if (mutation->seq <= receipts.size()) {
        const State::Receipt& receipt = receipts[mutation->seq - 1];
        if (receipt.body != body) {
          return ErrorAnswer(409, "sequence_reused");
        }
        Verdict repeated = receipt.verdict;
        repeated.status = VerdictStatus::kDuplicate;
        verdicts.Raw(TextOf(repeated));
        continue;
      }
      // A device that had to begin a new incarnation sends known mutations under new sequences.
      const auto known = state.verdicts.find(mutation->id);
      Verdict verdict = known != state.verdicts.end() ? known->second : Decide(*mutation);
      verdict.seq = mutation->seq;
      state.verdicts.try_emplace(mutation->id, verdict);
      receipts.push_back({body, verdict});
      if (known != state.verdicts.end()) {
        verdict.status = VerdictStatus::kDuplicate;
      }
      verdicts.Raw(TextOf(verdict));
    }
    return std::nullopt;
  }

  Verdict Decide(const Mutation& mutation) {
    Verdict verdict{.seq = mutation.seq};
    if (rejected_names.contains(mutation.name) || quarantined_names.contains(mutation.name)) {
      verdict.status = rejected_names.contains(mutation.name) ? VerdictStatus::kRejected : VerdictStatus::kQuarantined;
      verdict.code = "mutation_invalid";
      verdict.message = "not this one";
    } else {
      ++applied[mutation.id];
      for (const Operation& operation : mutation.ops) {
        verdict.status = Apply(operation, mutation.stamp) ? verdict.status : VerdictStatus::kMerged;
      }
    }
    verdict.first_status = verdict.status;
    verdict.version = state.version;
    return verdict;
  }

  // False if a value was lost.
  bool Apply(const Operation& operation, const Stamp& stamp) {
    const CollectionSchema* schema = schema_.Find(operation.collection);
    if (schema == nullptr) {
      return true;
    }
    auto& row = state.rows[{operation.collection, operation.id}];
    std::optional<Record> record = row.version > 0 ? std::optional(row.record) : std::nullopt;
    std::vector<std::string> lost;
    if (ApplyOperation(*schema, operation, stamp, record, lost)) {
      row = {*record, ++state.version};
    }
    return lost.empty();
  }

  HttpResponse Pull(bool reset, std::uint64_t after, std::size_t limit, const std::string& verdicts) const {
    std::map<std::uint64_t, std::string> changes;
    for (const auto& [key, row] : state.rows) {
      const bool is_old_tombstone = reset && row.record.removed;
      if (row.version > after && !is_old_tombstone) {
        changes.emplace(row.version, TextOf(key, row));
      }
    }
    JsonArray page;
    std::uint64_t reached = state.version;
    bool more = false;
    std::size_t count = 0;
    for (const auto& [version, text] : changes) {
      if (count == std::min(limit, page_limit)) {
        more = true;
        break;
      }
      page.Raw(text);
      reached = version;
      ++count;
    }
    reached = more ? reached : state.version;
    return {.status = 200,
            .from_sawa = true,
            .body = JsonObject()
                        .Number("protocol", kProtocolVersion)
                        .Number("server_time_ms", 1'780'000'000'000)
                        .Raw("verdicts", verdicts)
                        .Flag("reset", reset)
                        .Text("cursor", "e" + std::to_string(state.epoch) + ":" + std::to_string(reached))
                        .Number("version", static_cast<std::int64_t>(reached))
                        .Number("head", static_cast<std::int64_t>(state.version))
                        .Flag("more", more)
                        .Raw("changes", page.Take())
                        .Take()};
  }

  static std::string TextOf(const Verdict& verdict) {
    JsonObject json;
    json.Number("seq", static_cast<std::int64_t>(verdict.seq))
        .Text("status", VerdictStatusText(verdict.status))
        .TextOrNull("code", verdict.code)
        .TextOrNull("message", verdict.message)
        .Number("version", static_cast<std::int64_t>(verdict.version))
        .Raw("warnings", "[]");
    if (verdict.status == VerdictStatus::kDuplicate) {
      json.Text("first_status", VerdictStatusText(verdict.first_status));
    }
    return json.Take();
  }

  static std::string TextOf(const std::pair<std::string, std::string>& key, const State::Row& row) {
    JsonObject fields;
    JsonObject stamps;
    for (const FieldState& field : row.record.fields()) {
      fields.Raw(field.name, CanonicalText(field.value));
      stamps.Text(field.name, StampText(field.stamp));
    }
    JsonObject json;
    json.Text("collection", key.first).Text("id", key.second).Number("version", static_cast<std::int64_t>(row.version));
    json.Text("stamp", StampText(row.record.removed.value_or(Stamp{})));
    json.Raw("stamps", stamps.Take()).Raw("fields", fields.Take());
    if (row.record.removed) {
      json.Flag("removed", true);
    }
    return json.Take();
  }

  Schema schema_;
  int devices_ = 0;
};

}  // namespace sawa::test
