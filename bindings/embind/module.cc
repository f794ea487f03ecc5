// SPDX-License-Identifier: MIT
// The WebAssembly module's surface: one long-lived object for each open database. Registrations and conversions only.
// Layer: bindings.
#include <emscripten/bind.h>
#include <emscripten/val.h>

#include <memory>
#include <string>

#include "codec/json.h"
#include "codec/json_writer.h"
#include "engine/engine.h"
#include "engine/merge_preview.h"
#include "envelope.h"
#include "platform/web/fetch_transport.h"
#include "platform/web/host.h"
#include "platform/web/indexeddb_storage.h"
#include "storage/memory_storage.h"

namespace sawa {
namespace {

using emscripten::val;

std::string TextOrEmpty(const Json& options, std::string_view key) {
  const std::string* text = TextAt(options, key);
  return text != nullptr ? *text : std::string();
}

bool FlagOf(const Json& options, std::string_view key) {
  const Json* flag = MemberAt(options, key);
  return flag != nullptr && flag->is_boolean() && flag->get<bool>();
}

// The promises of its coroutines resolve with envelopes. It must outlive them.
class Database {
 public:
  // `on_events` schedules a call of takeEvents; it must not make that call itself.
  Database(const std::string& options_text, val on_events) : on_events_(std::move(on_events)) {
    auto options = ParseJson(options_text);
    auto schema = options ? SchemaOf(*options) : Result<Schema>(std::unexpected(options.error()));
    if (!schema) {
      open_error_ = schema.error();
      return;
    }
    if (TextOrEmpty(*options, "storage") == "memory") {
      storage_ = std::make_unique<MemoryStorage>();
    } else {
      storage_ = std::make_unique<IndexedDbStorage>();
    }
    transport_ = std::make_unique<FetchTransport>(TextOrEmpty(*options, "server"), "sawa/" SAWA_VERSION,
                                                  TextOrEmpty(*options, "token"));
    token_in_body_ = FlagOf(*options, "bearer");
    engine_ = std::make_unique<Engine>(EngineOptions{.name = TextOrEmpty(*options, "name"),
                                                     .schema = std::move(*schema),
                                                     .outbox_only = FlagOf(*options, "outboxOnly")},
                                       *storage_, *transport_, clock_, random_, [this] { on_events_(); });
  }

  val Open() {
    if (open_error_) {
      co_return val(ErrorEnvelope(*open_error_));
    }
    co_return val(EnvelopeOf(co_await engine_->Open()));
  }
  void Close() {
    if (engine_) {
      engine_->Close();
    }
  }

  std::string Get(const std::string& collection, const std::string& id) {
    return EnvelopeOf(engine_->Get(collection, id), id);
  }
  std::string Find(const std::string& collection, const std::string& query) {
    const auto json = ParseJson(query);
    return json ? EnvelopeOf(engine_->Find(collection, *json)) : ErrorEnvelope(json.error());
  }
  std::string PendingIds(const std::string& collection) { return TextsJson(engine_->PendingIds(collection)); }

  std::string Begin(const std::string& name) {
    const auto id = engine_->Begin(name);
    return id ? ValueEnvelope(std::to_string(*id)) : ErrorEnvelope(id.error());
  }
  std::string GetIn(std::uint32_t transaction, const std::string& collection, const std::string& id) {
    Transaction* found = engine_->Find(transaction);
    return found != nullptr ? EnvelopeOf(found->Get(collection, id), id) : NoTransaction();
  }
  std::string FindIn(std::uint32_t transaction, const std::string& collection, const std::string& query) {
    Transaction* found = engine_->Find(transaction);
    const auto json = ParseJson(query);
    if (found == nullptr || !json) {
      return found == nullptr ? NoTransaction() : ErrorEnvelope(json.error());
    }
    return EnvelopeOf(found->Find(collection, *json));
  }
  std::string Add(std::uint32_t transaction, const std::string& operation_text) {
    Transaction* found = engine_->Find(transaction);
    const auto json = ParseJson(operation_text);
    if (found == nullptr || !json) {
      return found == nullptr ? NoTransaction() : ErrorEnvelope(json.error());
    }
    auto operation = OperationFromJson(*json);
    return operation ? EnvelopeOf(found->Add(std::move(*operation))) : ErrorEnvelope(operation.error());
  }
  std::string NextNumber(std::uint32_t transaction, const std::string& series) {
    return EnvelopeOf(engine_->NextNumber(transaction, series));
  }
  void Discard(std::uint32_t transaction) { engine_->Discard(transaction); }
  val Commit(std::uint32_t transaction) { co_return val(EnvelopeOf(co_await engine_->Commit(transaction))); }

  val Sync() { co_return val(EnvelopeOf(co_await engine_->Sync())); }
  val Enrol(std::string username, std::string password, std::string device_name, std::string shop) {
    co_return val(EnvelopeOf(
        co_await engine_->Enrol({std::move(username), std::move(password), token_in_body_}, device_name, shop)));
  }
  val Login(std::string username, std::string password) {
    co_return val(EnvelopeOf(co_await engine_->Login({std::move(username), std::move(password), token_in_body_})));
  }
  val Logout() { co_return val(EnvelopeOf(co_await engine_->Logout())); }
  val FoldIfLong() { co_return val(EnvelopeOf(co_await engine_->FoldIfLong())); }
  val Refresh() { co_return val(EnvelopeOf(co_await engine_->Refresh())); }

  std::string Status() { return EnvelopeOf(engine_->Status()); }
  std::string Quarantined() { return ListJson(engine_->Quarantined()); }
  std::string TakeEvents() { return EventsJson(engine_->TakeEvents()); }

 private:
  static Result<Schema> SchemaOf(const Json& options) {
    const Json* schema = MemberAt(options, "schema");
    return schema != nullptr ? SchemaFromJson(*schema) : Fail(ErrorCode::kInvalidSchema, "a schema is needed");
  }
  static std::string NoTransaction() {
    return ErrorEnvelope({ErrorCode::kInvalidArgument, "the transaction has ended"});
  }

  val on_events_;
  HostClock clock_;
  HostRandom random_;
  std::unique_ptr<Storage> storage_;
  std::unique_ptr<FetchTransport> transport_;
  std::unique_ptr<Engine> engine_;
  std::optional<Error> open_error_;
  bool token_in_body_ = false;
};

std::string PreviewMergeEnvelope(const std::string& request) {
  const auto result = PreviewMerge(request);
  return result ? ValueEnvelope(*result) : ErrorEnvelope(result.error());
}

// The error table, for the test that holds the TypeScript one to it.
std::string ErrorTable() {
  JsonArray rows;
  for (std::size_t index = 0; index < kErrorCodeCount; ++index) {
    const auto code = static_cast<ErrorCode>(index);
    rows.Raw(JsonArray().Text(CodeText(code)).Text(ClassText(ClassOf(code))).Text(RetryText(RetryOf(code))).Take());
  }
  return rows.Take();
}

}  // namespace

EMSCRIPTEN_BINDINGS(sawa) {
  emscripten::class_<Database>("Database")
      .constructor<const std::string&, val>()
      .function("open", &Database::Open)
      .function("close", &Database::Close)
      .function("get", &Database::Get)
      .function("find", &Database::Find)
      .function("pendingIds", &Database::PendingIds)
      .function("begin", &Database::Begin)
      .function("getIn", &Database::GetIn)
      .function("findIn", &Database::FindIn)
      .function("add", &Database::Add)
      .function("nextNumber", &Database::NextNumber)
      .function("discard", &Database::Discard)
      .function("commit", &Database::Commit)
      .function("sync", &Database::Sync)
      .function("enrol", &Database::Enrol)
      .function("login", &Database::Login)
      .function("logout", &Database::Logout)
      .function("foldIfLong", &Database::FoldIfLong)
      .function("refresh", &Database::Refresh)
      .function("status", &Database::Status)
      .function("quarantined", &Database::Quarantined)
      .function("takeEvents", &Database::TakeEvents);
  emscripten::function("previewMerge", &PreviewMergeEnvelope);
  emscripten::function("errorTable", &ErrorTable);
}

}  // namespace sawa
