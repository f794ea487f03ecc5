// SPDX-License-Identifier: MIT
// What follows from changes, of this context or another: index entries, the view, and news for whoever watches.
#include "base/text_map.h"
#include "engine/engine.h"
#include "storage/record_packer.h"
#include "storage/table_names.h"
#include "sync/meta.h"

namespace sawa {
namespace {

// Who is told of more had better look at all.
constexpr std::size_t kTouchedIdsMax = 500;

}  // namespace

Result<void> Engine::OnBatch(WriteBatch& batch) {
  Shapes shapes = shapes_;
  SAWA_TRY(AddShapes(batch, shapes));
  AddIndexChanges(indexes_, shapes, tables_, batch);
  return {};
}

Result<void> Engine::OnChanges(const WriteBatch& changes) {
  SAWA_TRY(AddShapes(changes, shapes_));
  TouchedRecords touched;
  if (!options_.outbox_only) {
    SAWA_TRY(view_.Follow(changes, touched));
  }
  for (const TableChange& change : changes) {
    if (change.table == kMetaTable && change.key.starts_with(kSeriesPrefix)) {
      NoteChange(change.key);
    } else if (change.table == kMetaTable && change.key == kIndexesKey) {
      indexes_ = DefinitionsFromText(AsText(change.value));
    } else if (change.table == kQuarantineTable) {
      NoteChange(kQuarantineTable);
    }
  }
  for (const auto& [collection, ids] : touched) {
    NoteChange(collection);
    auto& noted = events_.collections.try_emplace(collection, TextSet()).first->second;
    if (noted) {
      noted->insert(ids.begin(), ids.end());
    }
    if (ids.empty() || (noted && noted->size() > kTouchedIdsMax)) {
      noted.reset();
    }
  }
  events_.status = true;
  Announce();
  return {};
}

Result<void> Engine::LoadSmallTables() {
  SAWA_ASSIGN(shapes_, ReadShapes(tables_));
  indexes_ = DefinitionsFromText(MetaText(tables_, kIndexesKey));
  return {};
}

Result<void> Engine::OnReload() {
  SAWA_TRY(LoadSmallTables());
  if (!options_.outbox_only) {
    SAWA_TRY(view_.Load());
  }
  for (const CollectionSchema& collection : options_.schema.collections) {
    NoteChange(collection.name);
    events_.collections[collection.name].reset();
  }
  for (const auto [key, bytes] : tables_.Scan(kMetaTable)) {
    if (key.starts_with(kSeriesPrefix)) {
      NoteChange(key);
    }
  }
  NoteChange(kQuarantineTable);
  events_.status = true;
  Announce();
  return {};
}

void Engine::NoteChange(std::string_view what) {
  changed_at_.insert_or_assign(std::string(what), tables_.change_count());
}

std::uint64_t Engine::ChangedAt(std::string_view what) const {
  const auto changed = changed_at_.find(what);
  return changed != changed_at_.end() ? changed->second : 0;
}

void Engine::Announce() {
  if (on_events_) {
    on_events_();
  }
}

}  // namespace sawa
