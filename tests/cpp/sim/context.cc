// SPDX-License-Identifier: MIT
#include "sim/context.h"

#include "base/check.h"

namespace sawa::sim {
namespace {

const Credentials kCredentials{"demo", "right", false};

}  // namespace

Context::Context(Surroundings& surroundings, Device& device, const ContextOptions& options)
    : around_(surroundings),
      device_(device),
      owner_{.device = options.device, .number = options.number},
      service_worker_(options.service_worker),
      schema_(SimSchema(options.schema_variant)),
      life_(device.disk.life),
      random_(options.seed),
      storage_(surroundings.scheduler, surroundings.trace, owner_, device.disk),
      transport_(surroundings.network, owner_, [this](const HttpRequest& request) { around_.oracle.Sent(request); }),
      engine_(std::make_unique<Engine>(
          EngineOptions{.name = "shop", .schema = schema_, .outbox_only = options.service_worker}, storage_, transport_,
          device.clock, random_, [this] { changed_ = true; })) {
  const std::uint64_t fresh_to = around_.oracle.acknowledged_count();
  Run(engine_->Open(), [this, fresh_to](const Result<void>& opened) {
    ready_ = opened.has_value();
    broken_ = !ready_;
    fresh_to_ = fresh_to;
  });
}

Context::~Context() { Die(); }

void Context::Die() {
  owner_.dead = true;
  around_.network.Release(owner_);
  around_.scheduler.Release(owner_);
  SAWA_CHECK(running_ == 0, "a coroutine of a dead context still waits");
}

void Context::Close() {
  engine_->Close();
  Die();
}

// Nobody hears what a dead context was told.
template <typename T, typename Then>
void Context::Run(Task<Result<T>> task, Then then) {
  ++running_;
  Start(std::move(task), [this, then = std::move(then)](const Result<T>& result) {
    --running_;
    if (owner_.dead) {
      return;
    }
    if (!result && result.error().code == ErrorCode::kStorageWiped) {
      broken_ = true;
      ready_ = false;
    }
    if (!result && around_.trace.prints()) {
      around_.trace.Note("context " + std::to_string(owner_.number) + ": " +
                         std::string(CodeText(result.error().code)) + " " + result.error().message);
    }
    then(result);
  });
}

void Context::BeginWrite(std::uint64_t choice) {
  Run(WriteUntilStored(choice), [](const Result<void>&) {});
}

void Context::BeginRead() {
  Run(ReadAll(), [](const Result<void>&) {});
}

void Context::BeginSync() {
  const auto sync = [](Engine* engine, std::optional<SyncOutcome>* last) -> Task<Result<void>> {
    SyncOutcome outcome = co_await engine->Sync();
    *last = outcome;
    if (!outcome.report) {
      co_return std::unexpected(outcome.report.error());
    }
    co_return Result<void>{};
  };
  Run(sync(engine_.get(), &last_sync_), [](const Result<void>&) {});
}

void Context::BeginRefresh() {
  const std::uint64_t fresh_to = around_.oracle.acknowledged_count();
  Run(engine_->Refresh(), [this, fresh_to](const Result<void>& refreshed) {
    if (refreshed) {
      fresh_to_ = std::max(fresh_to_, fresh_to);
    }
  });
}

void Context::BeginFold() {
  Run(engine_->FoldIfLong(), [](const Result<void>&) {});
}

void Context::BeginWarmUp() {
  Run(engine_->WarmUp(), [](const Result<bool>&) {});
}

void Context::BeginEnrol() {
  // The server gives the credential (World::Answer).
  const auto done = [](const Result<Enrolment>&) {};
  if (Status().enrolment.empty()) {
    Run(engine_->Enrol(kCredentials, "Till", ""), done);
  } else {
    Run(engine_->Login(kCredentials), done);
  }
}

EngineStatus Context::Status() const {
  auto status = engine_->Status();
  if (!status) {
    around_.oracle.Break("corrupt", "the status cannot be read: " + status.error().message);
    return {};
  }
  return *std::move(status);
}

std::set<int> Context::QuarantinedSerials() const {
  std::set<int> serials;
  for (const std::string& text : engine_->Quarantined()) {
    const auto json = ParseJson(std::string_view(text));
    const auto mutation = json ? MemberAt(*json, "mutation") : std::nullopt;
    serials.insert(mutation ? Oracle::SerialOf(TextAt(*mutation, "name").value_or("")) : 0);
  }
  return serials;
}

}  // namespace sawa::sim
