// SPDX-License-Identifier: MIT
#include "storage/tables.h"

#include <algorithm>
#include <utility>

#include "base/text_map.h"
#include "codec/frame.h"

namespace sawa {
namespace {

constexpr int kCommitAttemptsMax = 100;
constexpr int kReloadAttemptsMax = 10;
constexpr std::size_t kLogLengthMax = 512;
constexpr std::size_t kLogBytesMax = 4 * 1024 * 1024;
constexpr std::size_t kWarmUpPages = 4;

bool AsksForReload(const WriteBatch& batch) {
  return !batch.empty() && batch.front().kind == TableChange::Kind::kReload;
}

}  // namespace

Task<Result<void>> Tables::Open(std::string name) {
  auto guard = co_await mutex_.Lock();
  SAWA_CO_ASSIGN(StoredState state, co_await storage_.Open(std::move(name)));
  co_return co_await Load(std::move(state));
}

// Nothing of this context changes before all of the new state could be read: without its last sequence, say, a context
// would use one again.
Task<Result<void>> Tables::Load(StoredState state) {
  for (int attempt = 0; attempt < kReloadAttemptsMax; ++attempt) {
    if (state.folded_to > 0 && state.directory.empty()) {
      co_return Corrupt("the directory is not there");
    }
    SAWA_CO_ASSIGN(Directory directory, DecodeDirectory(state.directory));
    const std::set<PageId> needed = PagesAtOpen(directory);
    SAWA_CO_ASSIGN(PageLoad load, co_await ReadPages({needed.begin(), needed.end()}));
    if (load.absent.empty()) {
      co_return Adopt(state, std::move(directory), std::move(load));
    }
    // Another context has folded since.
    SAWA_CO_ASSIGN(state, co_await storage_.ReadState());
  }
  co_return Corrupt("a page of the directory is not there");
}

Task<Result<void>> Tables::Reload() {
  SAWA_CO_ASSIGN(StoredState state, co_await storage_.ReadState());
  co_return co_await Load(std::move(state));
}

// Another context may have folded the absent pages: then its directory knows better.
Task<Result<void>> Tables::ReloadFor(std::vector<PageId> absent) {
  if (absent.empty()) {
    co_return Result<void>{};
  }
  SAWA_CO_TRY(co_await Reload());
  for (const auto& [name, pages] : directory_.tables) {
    for (const PageRef& page : pages) {
      if (std::ranges::find(absent, page.id) != absent.end()) {
        co_return Corrupt("a page of the directory is not there");
      }
    }
  }
  co_return Result<void>{};
}

Result<void> Tables::Adopt(const StoredState& state, Directory directory, PageLoad load) {
  Deltas deltas;
  LogPosition position = state.folded_to;
  std::size_t log_bytes = 0;
  for (const LogEntry& entry : state.log) {
    log_bytes += entry.bytes.size();
    if (entry.position <= state.folded_to) {
      continue;
    }
    if (entry.position != position + 1) {
      return Corrupt("the log lacks an entry");
    }
    SAWA_ASSIGN(const WriteBatch batch, DecodeBatch(entry.bytes));
    Apply(batch, deltas);
    position = entry.position;
  }
  directory_ = std::move(directory);
  cache_.KeepOnly(directory_);
  AddToCache(std::move(load));
  deltas_ = std::move(deltas);
  position_ = position;
  folded_to_ = state.folded_to;
  log_length_ = state.log.size();
  log_bytes_ = log_bytes;
  ++change_count_;
  return listener_.OnReload();
}

std::set<PageId> Tables::PagesAtOpen(const Directory& directory) const {
  std::set<PageId> ids;
  for (const auto& [name, pages] : directory.tables) {
    for (const PageRef& page : pages) {
      if (options_.loaded_at_open(name) && cache_.Find(page.id) == nullptr) {
        ids.insert(page.id);
      }
    }
  }
  return ids;
}

Task<Result<Tables::PageLoad>> Tables::ReadPages(std::vector<PageId> ids) {
  PageLoad load;
  if (ids.empty()) {
    co_return load;
  }
  SAWA_CO_ASSIGN(std::vector<Bytes> pages, co_await storage_.ReadPages(ids));
  for (std::size_t index = 0; index < ids.size(); ++index) {
    if (index >= pages.size() || pages[index].empty()) {
      load.absent.push_back(ids[index]);
      continue;
    }
    SAWA_CO_ASSIGN(Page page, Page::Open(std::move(pages[index])));
    load.pages.emplace_back(ids[index], std::move(page));
  }
  co_return load;
}

void Tables::AddToCache(PageLoad load) {
  std::map<PageId, Page*> wanted;
  for (auto& [id, page] : load.pages) {
    wanted.emplace(id, &page);
  }
  for (const auto& [name, pages] : directory_.tables) {
    const bool pinned = options_.loaded_at_open(name) || options_.resident(name);
    for (const PageRef& ref : pages) {
      if (const auto found = wanted.find(ref.id); found != wanted.end()) {
        cache_.Add(ref.id, std::move(*found->second), pinned);
      }
    }
  }
}

Task<Result<void>> Tables::LoadMissing() {
  ++loading_;
  auto guard = co_await mutex_.Lock();
  auto loaded = co_await LoadMissingLocked();
  --loading_;
  co_return loaded;
}

Task<Result<void>> Tables::LoadMissingLocked() {
  std::vector<PageId> ids;
  for (const PageId id : std::exchange(missing_, {})) {
    if (cache_.Find(id) == nullptr) {
      ids.push_back(id);
    }
  }
  // Each operation that waits here has its turn before this one goes on.
  cache_.Trim(loading_ + 1);
  SAWA_CO_ASSIGN(PageLoad load, co_await ReadPages(std::move(ids)));
  std::vector<PageId> absent = std::move(load.absent);
  AddToCache(std::move(load));
  co_return co_await ReloadFor(std::move(absent));
}

Task<Result<bool>> Tables::WarmUp() {
  auto guard = co_await mutex_.Lock();
  std::vector<PageId> ids;
  for (const auto& [name, pages] : directory_.tables) {
    for (const PageRef& page : pages) {
      if (ids.size() < kWarmUpPages && options_.resident(name) && cache_.Find(page.id) == nullptr) {
        ids.push_back(page.id);
      }
    }
  }
  if (ids.empty()) {
    co_return false;
  }
  SAWA_CO_ASSIGN(PageLoad load, co_await ReadPages(std::move(ids)));
  std::vector<PageId> absent = std::move(load.absent);
  AddToCache(std::move(load));
  SAWA_CO_TRY(co_await ReloadFor(std::move(absent)));
  co_return true;
}

const Page* Tables::FindPage(const std::vector<PageRef>& pages, std::size_t index, std::size_t read_ahead) const {
  const Page* page = cache_.Find(pages[index].id);
  if (page == nullptr) {
    const std::size_t last = std::min(pages.size() - 1, index + read_ahead);
    for (std::size_t missed = index; missed <= last; ++missed) {
      missing_.insert(pages[missed].id);
    }
  }
  return page;
}

CursorSources Tables::Sources(std::string_view table) const {
  CursorSources sources;
  const auto delta = deltas_.find(table);
  const auto pages = directory_.tables.find(table);
  if (delta != deltas_.end()) {
    sources.changes[0] = &delta->second.changes;
  }
  if (pages != directory_.tables.end() && (delta == deltas_.end() || !delta->second.cleared)) {
    const std::vector<PageRef>& refs = pages->second;
    sources.pages = &refs;
    sources.page = [this, &refs](std::size_t index, std::size_t read_ahead) {
      return FindPage(refs, index, read_ahead);
    };
  }
  return sources;
}

std::optional<ByteView> Tables::Get(std::string_view table, std::string_view key) const {
  const auto delta = deltas_.find(table);
  if (delta != deltas_.end()) {
    const auto change = delta->second.changes.find(key);
    if (change != delta->second.changes.end()) {
      return change->second ? std::optional<ByteView>(*change->second) : std::nullopt;
    }
    if (delta->second.cleared) {
      return std::nullopt;
    }
  }
  const auto pages = directory_.tables.find(table);
  if (pages == directory_.tables.end() || pages->second.empty()) {
    return std::nullopt;
  }
  const Page* page = FindPage(pages->second, PageIndexOf(pages->second, key), 0);
  const std::size_t index = page != nullptr ? page->LowerBound(key) : 0;
  const bool found = page != nullptr && index < page->size() && page->key(index) == key;
  return found ? std::optional(page->value(index)) : std::nullopt;
}

TableRange Tables::Scan(std::string_view table) const {
  return TableRange(Cursor(Sources(table), Direction::kForward, {}));
}

std::vector<std::string> Tables::Names() const {
  TextSet names;
  for (const auto& [name, pages] : directory_.tables) {
    names.insert(name);
  }
  for (const auto& [name, delta] : deltas_) {
    names.insert(name);
  }
  return {names.begin(), names.end()};
}

Task<Result<WriteBatch>> Tables::BuildBatch(BatchBuilder build) {
  for (;;) {
    auto batch = build();
    if (batch && !missing()) {
      if (auto completed = listener_.OnBatch(*batch); !completed) {
        batch = std::unexpected(std::move(completed).error());
      }
    }
    if (!missing()) {
      co_return batch;
    }
    SAWA_CO_TRY(co_await LoadMissingLocked());
  }
}

Task<Result<void>> Tables::Commit(BatchBuilder build, Durability durability) {
  auto guard = co_await mutex_.Lock();
  for (int attempt = 0; attempt < kCommitAttemptsMax; ++attempt) {
    SAWA_CO_ASSIGN(const WriteBatch batch, co_await BuildBatch(build));
    if (batch.empty()) {
      co_return Result<void>{};
    }
    const Bytes entry = EncodeBatch(batch);
    SAWA_CO_ASSIGN(AppendOutcome outcome, co_await storage_.Append(position_, entry, durability));
    // A connection that broke while it was answering may have stored the entry: then it is what was missed.
    const bool stored_before = !outcome.missed.empty() && outcome.missed.front().position == position_ + 1 &&
                               outcome.missed.front().bytes == entry;
    if (outcome.appended || stored_before) {
      Applied(batch, entry.size());
      co_return listener_.OnChanges(batch);
    }
    SAWA_CO_TRY(co_await CatchUp(std::move(outcome.missed)));
  }
  co_return Fail(ErrorCode::kStorageContended, "other tabs keep committing first");
}

void Tables::Applied(const WriteBatch& batch, std::size_t byte_count) {
  ++position_;
  ++log_length_;
  log_bytes_ += byte_count;
  Apply(batch, deltas_);
  ++change_count_;
}

Task<Result<void>> Tables::Refresh() {
  auto guard = co_await mutex_.Lock();
  SAWA_CO_ASSIGN(std::vector<LogEntry> missed, co_await storage_.ReadLog(position_));
  co_return co_await CatchUp(std::move(missed));
}

Task<Result<void>> Tables::CatchUp(std::vector<LogEntry> missed) {
  for (const LogEntry& entry : missed) {
    if (entry.position != position_ + 1) {
      // The log was folded meanwhile.
      co_return co_await Reload();
    }
    SAWA_CO_ASSIGN(const WriteBatch batch, DecodeBatch(entry.bytes));
    if (AsksForReload(batch)) {
      co_return co_await Reload();
    }
    Applied(batch, entry.bytes.size());
    SAWA_CO_TRY(listener_.OnChanges(batch));
  }
  co_return Result<void>{};
}

void Tables::Apply(const WriteBatch& batch, Deltas& deltas) {
  for (const TableChange& change : batch) {
    switch (change.kind) {
      case TableChange::Kind::kPut:
        deltas[change.table].changes.insert_or_assign(change.key, change.value);
        break;
      case TableChange::Kind::kRemove:
        deltas[change.table].changes.insert_or_assign(change.key, std::nullopt);
        break;
      case TableChange::Kind::kClear:
        deltas[change.table] = Delta{.cleared = true, .changes = {}};
        break;
      case TableChange::Kind::kReload:
        break;
    }
  }
}

Task<Result<void>> Tables::FoldIfLong() {
  auto guard = co_await mutex_.Lock();
  if (log_length_ > kLogLengthMax || log_bytes_ > kLogBytesMax) {
    std::vector<TableContent> none;
    SAWA_CO_TRY(co_await Fold(deltas_, &none, std::nullopt));
  }
  co_return Result<void>{};
}

Task<Result<void>> Tables::Replace(FunctionRef<Result<void>(Replacement& replacement)> build) {
  auto guard = co_await mutex_.Lock();
  Replacement replacement;
  for (int attempt = 0; attempt < kCommitAttemptsMax; ++attempt) {
    SAWA_CO_ASSIGN(std::vector<LogEntry> missed, co_await storage_.ReadLog(position_));
    SAWA_CO_TRY(co_await CatchUp(std::move(missed)));
    const auto built = build(replacement);
    if (missing()) {
      SAWA_CO_TRY(co_await LoadMissingLocked());
      continue;
    }
    SAWA_CO_TRY(built);
    Deltas deltas = deltas_;
    for (const TableContent& content : replacement.tables) {
      deltas.erase(content.table);
    }
    Apply(replacement.changes, deltas);
    const Bytes entry = EncodeBatch({{TableChange::Kind::kReload, ""}});
    SAWA_CO_ASSIGN(const bool folded, co_await Fold(std::move(deltas), &replacement.tables, entry));
    if (folded) {
      ++change_count_;
      co_return listener_.OnReload();
    }
  }
  co_return Fail(ErrorCode::kStorageContended, "other tabs keep committing first");
}

bool Tables::IsUnused(std::string_view table) const {
  const auto delta = deltas_.find(table);
  const bool covered = delta != deltas_.end() && delta->second.cleared;
  return (covered || !directory_.tables.contains(table)) && (delta == deltas_.end() || delta->second.changes.empty());
}

}  // namespace sawa
