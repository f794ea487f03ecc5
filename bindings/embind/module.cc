// SPDX-License-Identifier: MIT
// The WebAssembly module's surface: one long-lived object for each open database. Registrations and conversions only.
// Layer: bindings.
#include <emscripten/bind.h>

#include <memory>
#include <string>

#include "base/integer_text.h"
#include "base/uuid.h"
#include "codec/json.h"
#include "codec/json_writer.h"
#include "engine/engine.h"
#include "envelope.h"
#include "platform/web/fetch_transport.h"
#include "platform/web/host.h"
#include "platform/web/host_imports.h"
#include "platform/web/host_request.h"
#include "platform/web/host_storage.h"

namespace sawa {
namespace {

using Call = std::uint32_t;

std::string TextOrEmpty(JsonView options, std::string_view key) { return TextAt(options, key).value_or(""); }

std::string TextOf(JsonView json) {
  const Value value = json.ToValue();
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr ? *text : std::string();
}

bool FlagOf(JsonView options, std::string_view key) { return FlagAt(options, key).value_or(false); }

// What takes time ends with sawa_settle and the number that JavaScript gave the call. The database must outlive its running
// calls.
class Database {
 public:
  explicit Database(const std::string& options_text) {
    auto options = ParseJson(std::string_view(options_text));
    auto schema = options ? SchemaOf(*options) : Result<Schema>(std::unexpected(options.error()));
    if (!schema) {
      open_error_ = schema.error();
      return;
    }
    storage_ = std::make_unique<HostStorage>(TextOrEmpty(*options, "storage") == "memory");
    transport_ = std::make_unique<FetchTransport>(TextOrEmpty(*options, "server"), "sawa/" SAWA_VERSION,
                                                  TextOrEmpty(*options, "token"));
    token_in_body_ = FlagOf(*options, "bearer");
    engine_ = std::make_unique<Engine>(EngineOptions{.name = TextOrEmpty(*options, "name"),
                                                     .schema = std::move(*schema),
                                                     .outbox_only = FlagOf(*options, "outboxOnly")},
                                       *storage_, *transport_, clock_, random_, [this] { sawa_announce(this); });
  }

  void Open(Call call) {
    if (open_error_) {
      Settle(call, ErrorEnvelope(*open_error_));
    } else {
      Run(call, engine_->Open());
    }
  }
  void Close() {
    if (engine_) {
      engine_->Close();
    }
  }

  // Reads give "" (or 0, where they give records) when pages are missing: LoadMissing, then the same call again.
  // `transaction` 0 reads the database as it stands.
  std::uintptr_t Get(std::uint32_t transaction, const std::string& collection, const std::string& id) {
    const std::string key = PackUuid(id).value_or(std::string());
    const auto reader = ReaderOf(transaction);
    if (!reader) {
      return Refuse(reader.error());
    }
    return AnswerOf(*reader != nullptr ? (*reader)->Get(collection, key) : engine_->Get(collection, key), key);
  }
  std::uintptr_t Find(std::uint32_t transaction, const std::string& collection, const std::string& query) {
    const auto reader = ReaderOf(transaction);
    const auto json = ParseJson(std::string_view(query));
    if (!reader || !json) {
      return Refuse(reader ? json.error() : reader.error());
    }
    return AnswerOf(*reader != nullptr ? (*reader)->Find(collection, *json) : engine_->Find(collection, *json));
  }
  std::string Count(std::uint32_t transaction, const std::string& collection, const std::string& query) {
    const auto reader = ReaderOf(transaction);
    const auto json = ParseJson(std::string_view(query));
    if (!reader || !json) {
      return ErrorEnvelope(reader ? json.error() : reader.error());
    }
    return UnlessMissing(
        EnvelopeOf(*reader != nullptr ? (*reader)->Count(collection, *json) : engine_->Count(collection, *json)));
  }
  // The next slice, of so many entries; 0 begins. The value is null as long as there are more.
  std::string Aggregate(std::uint32_t entry_count, const std::string& collection, const std::string& aggregation) {
    const auto json = ParseJson(std::string_view(aggregation));
    return json ? UnlessMissing(JsonEnvelopeOf(engine_->Aggregate(entry_count, collection, *json)))
                : ErrorEnvelope(json.error());
  }
  // `ids`: a JSON list.
  std::string IsAnsweredByAny(const std::string& collection, const std::string& query, const std::string& ids) {
    const auto json = ParseJson(std::string_view(query));
    const auto list = ParseJson(std::string_view(ids));
    if (!json || !list) {
      return ErrorEnvelope(json ? list.error() : json.error());
    }
    std::vector<std::string> keys;
    for (JsonWalk walk(*list); walk.Next();) {
      keys.push_back(PackUuid(TextOf(walk.value())).value_or(std::string()));
    }
    return UnlessMissing(EnvelopeOf(engine_->IsAnsweredByAny(collection, *json, keys)));
  }
  std::string Explain(const std::string& collection, const std::string& query) {
    const auto json = ParseJson(std::string_view(query));
    return json ? EnvelopeOf(engine_->Explain(collection, *json)) : ErrorEnvelope(json.error());
  }
  // The error envelope of a read that gave 0; "" if pages are missing.
  std::string Problem() { return UnlessMissing(problem_); }
  void LoadMissing(Call call) { Run(call, engine_->LoadMissing()); }
  void WarmUp(Call call) { Run(call, engine_->WarmUp()); }
  // A JSON list of names, or "[]".
  std::string ShapeNames(std::uint32_t number) {
    const Shapes::Names* names = engine_->ShapeNames(number);
    return TextsJson(names != nullptr ? *names : Shapes::Names());
  }
  std::string PendingIds(const std::string& collection) { return IdsJson(engine_->PendingIds(collection)); }

  std::string Begin(const std::string& name) {
    const auto id = engine_->Begin(name);
    return id ? UnlessMissing(ValueEnvelope(IntegerText(*id))) : ErrorEnvelope(id.error());
  }
  std::string Add(std::uint32_t transaction, const std::string& operation_text) {
    Transaction* found = engine_->Find(transaction);
    const auto json = ParseJson(std::string_view(operation_text));
    if (found == nullptr || !json) {
      return ErrorEnvelope(found == nullptr ? NoTransaction() : json.error());
    }
    auto operation = OperationFromJson(*json);
    return operation ? UnlessMissing(EnvelopeOf(found->Add(std::move(*operation)))) : ErrorEnvelope(operation.error());
  }
  std::string Archive(std::uint32_t transaction, const std::string& mutation_id, const std::string& note) {
    return EnvelopeOf(engine_->Archive(transaction, mutation_id, note));
  }
  std::string NextNumber(std::uint32_t transaction, const std::string& series) {
    return EnvelopeOf(engine_->NextNumber(transaction, series));
  }
  [[nodiscard]] std::uint32_t Discard(std::uint32_t transaction) { return engine_->Discard(transaction) ? 1 : 0; }
  std::string Next(std::uint32_t transaction, const std::string& name) {
    return EnvelopeOf(engine_->Next(transaction, name));
  }
  // `whole`, a flag: with the open mutation, and the transaction ends.
  void Commit(Call call, std::uint32_t transaction, std::uint32_t whole) {
    Run(call, engine_->Commit(transaction, whole != 0 ? Engine::Extent::kWhole : Engine::Extent::kSealed));
  }

  std::string LoadBegin(const std::string& collection) { return EnvelopeOf(engine_->BeginLoad(collection)); }
  // The address of room for the next part of the load that has begun.
  std::uintptr_t LoadRoom(std::uint32_t byte_count) {
    return reinterpret_cast<std::uintptr_t>(engine_->loader()->Room(byte_count));
  }
  // `last`, a flag: there are no more parts; to be called until the answer says that there is no more to do.
  void Load(Call call, std::uint32_t last) {
    Run(call, last != 0 ? engine_->loader()->Finish() : engine_->loader()->Add());
  }
  void LoadEnd() { engine_->EndLoad(); }

  void Sync(Call call) { Run(call, engine_->Sync()); }
  void Enrol(Call call, std::string username, std::string password, std::string device_name, std::string shop) {
    Run(call, engine_->Enrol({std::move(username), std::move(password), token_in_body_}, std::move(device_name),
                             std::move(shop)));
  }
  void Login(Call call, std::string username, std::string password) {
    Run(call, engine_->Login({std::move(username), std::move(password), token_in_body_}));
  }
  void Logout(Call call) { Run(call, engine_->Logout()); }
  // Settles with the envelope of the answer's JSON.
  void Request(Call call, std::string path, std::string body) {
    Start(engine_->Request(std::move(path), std::move(body)),
          [this, call](const Result<std::string>& answer) { Settle(call, JsonEnvelopeOf(answer)); });
  }
  void StartOver(Call call) { Run(call, engine_->StartOver()); }
  void FoldIfLong(Call call) { Run(call, engine_->FoldIfLong()); }
  void Refresh(Call call) { Run(call, engine_->Refresh()); }

  std::string Status() { return EnvelopeOf(engine_->Status()); }
  // `archived`, a flag.
  std::string Quarantined(std::uint32_t archived) { return ListJson(engine_->Quarantined(archived != 0)); }
  std::string TakeEvents() { return EventsJson(engine_->TakeEvents()); }

 private:
  static Result<Schema> SchemaOf(JsonView options) {
    const auto schema = MemberAt(options, "schema");
    return schema ? SchemaFromJson(*schema) : Fail(ErrorCode::kInvalidSchema, "a schema is needed");
  }
  void Settle(Call call, std::string_view envelope) const { sawa_settle(this, call, envelope.data(), envelope.size()); }
  template <typename T>
  void Run(Call call, Task<T> task) {
    Start(std::move(task), [this, call](const T& result) { Settle(call, EnvelopeOf(result)); });
  }

  // Null for the database itself.
  Result<Transaction*> ReaderOf(std::uint32_t transaction) {
    Transaction* found = transaction != 0 ? engine_->Find(transaction) : nullptr;
    return transaction == 0 || found != nullptr ? Result<Transaction*>(found) : std::unexpected(NoTransaction());
  }
  static Error NoTransaction() { return {ErrorCode::kInvalidArgument, "the transaction has ended"}; }

  std::string UnlessMissing(std::string envelope) { return engine_->missing() ? std::string() : envelope; }

  std::uintptr_t Refuse(const Error& error) {
    problem_ = ErrorEnvelope(error);
    return 0;
  }
  std::uintptr_t AnswerOf(const Result<std::optional<ByteView>>& record, std::string_view id) {
    if (!record) {
      return Refuse(record.error());
    }
    return AnswerOf(*record ? std::vector<FoundRecord>{{std::string(id), **record}} : std::vector<FoundRecord>());
  }
  // The address of the answer: see EncodeAnswer. It lives until the next read.
  std::uintptr_t AnswerOf(const Result<std::vector<FoundRecord>>& records) {
    if (!records) {
      return Refuse(records.error());
    }
    problem_.clear();
    if (engine_->missing()) {
      return 0;
    }
    answer_ = EncodeAnswer(*records);
    return reinterpret_cast<std::uintptr_t>(answer_.data());
  }

  HostClock clock_;
  HostRandom random_;
  std::unique_ptr<HostStorage> storage_;
  std::unique_ptr<FetchTransport> transport_;
  std::unique_ptr<Engine> engine_;
  std::optional<Error> open_error_;
  bool token_in_body_ = false;
  Bytes answer_;
  std::string problem_;
};

// A database is an address to JavaScript: embind's own objects would be a fifth of the glue.
using Handle = std::uintptr_t;

Database& At(Handle handle) { return *reinterpret_cast<Database*>(handle); }

Handle Create(const std::string& options) {
  return reinterpret_cast<Handle>(std::make_unique<Database>(options).release());
}

void Destroy(Handle handle) { const std::unique_ptr<Database> database(&At(handle)); }

// The host has an answer to this request.
void Resume(std::uintptr_t request) { reinterpret_cast<const HostRequest*>(request)->Resume(); }

// Registers a member function as a function of a handle and its own arguments.
template <auto kMember>
struct Exported;
template <typename Answer, typename... Arguments, Answer (Database::*kMember)(Arguments...)>
struct Exported<kMember> {
  static Answer Call(Handle handle, Arguments... arguments) {
    return (At(handle).*kMember)(std::forward<Arguments>(arguments)...);
  }
};

template <auto kMember>
void Export(const char* name) {
  emscripten::function(name, &Exported<kMember>::Call);
}

}  // namespace

EMSCRIPTEN_BINDINGS(sawa) {
  emscripten::function("create", &Create);
  emscripten::function("destroy", &Destroy);
  emscripten::function("resume", &Resume);
  Export<&Database::Open>("open");
  Export<&Database::Close>("close");
  Export<&Database::Get>("get");
  Export<&Database::Find>("find");
  Export<&Database::Count>("count");
  Export<&Database::Aggregate>("aggregate");
  Export<&Database::IsAnsweredByAny>("isAnsweredByAny");
  Export<&Database::Explain>("explain");
  Export<&Database::Problem>("problem");
  Export<&Database::LoadMissing>("loadMissing");
  Export<&Database::WarmUp>("warmUp");
  Export<&Database::ShapeNames>("shapeNames");
  Export<&Database::PendingIds>("pendingIds");
  Export<&Database::Begin>("begin");
  Export<&Database::Add>("add");
  Export<&Database::Archive>("archive");
  Export<&Database::NextNumber>("nextNumber");
  Export<&Database::Discard>("discard");
  Export<&Database::Next>("next");
  Export<&Database::Commit>("commit");
  Export<&Database::LoadBegin>("loadBegin");
  Export<&Database::LoadRoom>("loadRoom");
  Export<&Database::Load>("load");
  Export<&Database::LoadEnd>("loadEnd");
  Export<&Database::Sync>("sync");
  Export<&Database::Enrol>("enrol");
  Export<&Database::Login>("login");
  Export<&Database::Logout>("logout");
  Export<&Database::Request>("request");
  Export<&Database::StartOver>("startOver");
  Export<&Database::FoldIfLong>("foldIfLong");
  Export<&Database::Refresh>("refresh");
  Export<&Database::Status>("status");
  Export<&Database::Quarantined>("quarantined");
  Export<&Database::TakeEvents>("takeEvents");
}

}  // namespace sawa
