// SPDX-License-Identifier: MIT
// A sync session over tables on a disk that contexts may share. Needs: sync.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/uuid.h"
#include "storage/record_packer.h"
#include "storage/table_names.h"
#include "support/host.h"
#include "support/link.h"
#include "support/model_server.h"
#include "support/shop.h"
#include "support/tables_context.h"
#include "sync/meta.h"
#include "sync/session.h"

namespace sawa::test {

inline constexpr std::string_view kIncarnation = "0190a000-0000-7000-8000-00000000000b";

class SessionContext {
 public:
  explicit SessionContext(Link::Server server, std::shared_ptr<MemoryDisk> disk = std::make_shared<MemoryDisk>())
      : tables(std::move(disk)),
        link(std::move(server)),
        stamps(clock, 11, 0),
        session(
            tables.tables, shapes, link, clock, stamps, 1, [this] { return MakeUuid(clock, random); },
            [this] { progress.push_back(session.progress()); }) {
    tables.listener.on_changes = [this](const WriteBatch& batch) { return AddShapes(batch, shapes); };
    tables.listener.on_reload = [this]() -> Result<void> {
      SAWA_ASSIGN(shapes, ReadShapes(tables.tables));
      return {};
    };
    SAWA_CHECK(tables.Open().has_value(), "the tables open");
    if (MetaText(tables.tables, kIncarnationKey).empty()) {
      SAWA_CHECK(tables.Commit({PutMeta(kIncarnationKey, kIncarnation)}).has_value(), "the incarnation is stored");
    }
  }
  explicit SessionContext(ModelServer* server, std::shared_ptr<MemoryDisk> disk = std::make_shared<MemoryDisk>())
      : SessionContext([server](const HttpRequest& request) { return server->Handle(request); }, std::move(disk)) {}

  void Enrol() {
    SAWA_CHECK(RunNow(session.Enrol({"demo", "right", false}, "Till", "")).has_value(), "the device is enrolled");
    link.sent.clear();
  }

  // A mutation into the outbox; its sequence.
  std::uint64_t Write(std::vector<Operation> ops, const std::string& name = "test") {
    const std::uint64_t seq = MetaNumber(tables.tables, kLastSeqKey) + 1;
    WriteBatch batch;
    const Mutation mutation{.seq = seq,
                            .id = IdOf(5000 + TablesContext::NextSerial()),
                            .name = name,
                            .stamp = stamps.Next(),
                            .actor = "7",
                            .ops = std::move(ops)};
    SAWA_CHECK(AppendToOutbox(mutation, clock.NowMs(), batch).has_value(), "the mutation fits");
    SAWA_CHECK(tables.Commit(batch).has_value(), "the mutation is stored");
    return seq;
  }

  // As when the outbox has no more room for what was accepted.
  void ForgetAccepted() {
    WriteBatch batch;
    for (const auto [key, bytes] : tables.tables.Scan(kOutboxTable)) {
      if (DecodeOutboxEntry(bytes)->state == OutboxState::kAccepted) {
        batch.push_back({TableChange::Kind::kRemove, std::string(kOutboxTable), std::string(key)});
      }
    }
    SAWA_CHECK(tables.Commit(batch).has_value(), "they are forgotten");
  }

  [[nodiscard]] Result<SyncReport> Run() { return RunNow(session.Run()); }
  [[nodiscard]] std::size_t quarantine_size() const {
    return CountKeys(tables.tables.Sources(kQuarantineTable), {}, {});
  }
  [[nodiscard]] std::size_t waiting() const { return SummariseOutbox(tables.tables)->waiting; }

  // A field of a confirmed product; null where there is none.
  [[nodiscard]] Value Confirmed(int number, std::string_view field) const {
    const auto bytes = tables.tables.Get(RecordsTable("products"), KeyOf(number));
    if (!bytes) {
      return {};
    }
    const Record record = *DecodeRecord(*bytes, shapes);
    const FieldState* state = record.removed ? nullptr : record.Find(field);
    return state != nullptr ? state->value : Value{};
  }

  Shapes shapes;
  ManualClock clock;
  SeededRandom random{1};
  TablesContext tables;
  Link link;
  StampClock stamps;
  std::vector<SyncProgress> progress;
  Session session;
};

}  // namespace sawa::test
