// SPDX-License-Identifier: MIT
#include "storage/tables.h"

#include <tuple>
#include <utility>

namespace sawa {
namespace {

constexpr int kCommitAttemptsMax = 100;
constexpr std::size_t kLogLengthMax = 512;
constexpr std::size_t kLogBytesMax = 4 * 1024 * 1024;
constexpr std::size_t kPageBytes = 256 * 1024;

}  // namespace

Task<Result<void>> Tables::Open(std::string name) {
  auto guard = co_await mutex_.Lock();
  SAWA_CO_ASSIGN(const StoredState state, co_await storage_.Open(std::move(name)));
  co_return Load(state);
}

Result<void> Tables::Load(const StoredState& state) {
  auto tables = std::exchange(tables_, {});
  auto names = std::exchange(names_, {});
  const auto numbers = std::tuple(position_, folded_to_, log_length_, log_bytes_, all_resident_);
  if (auto read = ReadAll(state); !read) {
    // Half of the tables must not be worked on: without its last sequence a context would use one again.
    tables_ = std::move(tables);
    names_ = std::move(names);
    std::tie(position_, folded_to_, log_length_, log_bytes_, all_resident_) = numbers;
    return read;
  }
  ++change_count_;
  return listener_.OnReload();
}

Result<void> Tables::ReadAll(const StoredState& state) {
  position_ = folded_to_ = state.folded_to;
  log_length_ = log_bytes_ = 0;
  all_resident_ = true;
  for (const Bytes& page : state.pages) {
    SAWA_TRY(LoadPage(page));
  }
  for (const LogEntry& entry : state.log) {
    ++log_length_;
    log_bytes_ += entry.bytes.size();
    if (entry.position <= state.folded_to) {
      continue;
    }
    if (entry.position != position_ + 1) {
      return Fail(ErrorCode::kStorageCorrupt, "the log lacks an entry");
    }
    SAWA_ASSIGN(const WriteBatch batch, DecodeBatch(entry.bytes));
    Apply(batch);
    position_ = entry.position;
  }
  return {};
}

Result<void> Tables::LoadPage(ByteView bytes) {
  SAWA_ASSIGN(const std::string table_name, TableOfPage(bytes));
  names_.insert(table_name);
  if (!resident_(table_name)) {
    all_resident_ = false;
    return {};
  }
  SAWA_ASSIGN(Page page, DecodePage(bytes));
  Table& table = tables_[page.table];
  for (PageEntry& entry : page.entries) {
    table.insert_or_assign(table.end(), std::move(entry.key), std::move(entry.value));
  }
  return {};
}

const Bytes* Tables::Get(std::string_view table, std::string_view key) const {
  const Table& rows = Scan(table);
  const auto row = rows.find(key);
  return row != rows.end() ? &row->second : nullptr;
}

const Tables::Table& Tables::Scan(std::string_view table) const {
  static const Table kEmpty;
  const auto found = tables_.find(table);
  return found != tables_.end() ? found->second : kEmpty;
}

Task<Result<void>> Tables::Commit(BatchBuilder build, Durability durability) {
  auto guard = co_await mutex_.Lock();
  for (int attempt = 0; attempt < kCommitAttemptsMax; ++attempt) {
    SAWA_CO_ASSIGN(const WriteBatch batch, build());
    if (batch.empty()) {
      co_return Result<void>{};
    }
    const Bytes entry = EncodeBatch(batch);
    SAWA_CO_ASSIGN(AppendOutcome outcome, co_await storage_.Append(position_, entry, durability));
    // A connection that broke while it was answering may have stored the entry: then it is what was missed.
    const bool stored_before = !outcome.missed.empty() && outcome.missed.front().position == position_ + 1 &&
                               outcome.missed.front().bytes == entry;
    if (outcome.appended || stored_before) {
      ++position_;
      ++log_length_;
      log_bytes_ += entry.size();
      Apply(batch);
      ++change_count_;
      co_return listener_.OnChanges(batch);
    }
    SAWA_CO_TRY(co_await CatchUp(std::move(outcome.missed)));
  }
  co_return Fail(ErrorCode::kStorageContended, "other tabs keep committing first");
}

Task<Result<void>> Tables::Refresh() {
  auto guard = co_await mutex_.Lock();
  SAWA_CO_ASSIGN(std::vector<LogEntry> missed, co_await storage_.ReadLog(position_));
  co_return co_await CatchUp(std::move(missed));
}

Task<Result<void>> Tables::CatchUp(std::vector<LogEntry> missed) {
  if (!missed.empty() && missed.front().position != position_ + 1) {
    SAWA_CO_ASSIGN(const StoredState state, co_await storage_.ReadState());
    co_return Load(state);
  }
  for (const LogEntry& entry : missed) {
    SAWA_CO_TRY(ApplyEntry(entry));
  }
  co_return Result<void>{};
}

Result<void> Tables::ApplyEntry(const LogEntry& entry) {
  if (entry.position != position_ + 1) {
    return Fail(ErrorCode::kStorageCorrupt, "the log lacks an entry");
  }
  SAWA_ASSIGN(const WriteBatch batch, DecodeBatch(entry.bytes));
  position_ = entry.position;
  ++log_length_;
  log_bytes_ += entry.bytes.size();
  Apply(batch);
  ++change_count_;
  return listener_.OnChanges(batch);
}

void Tables::Apply(const WriteBatch& batch) {
  for (const TableChange& change : batch) {
    names_.insert(change.table);
    if (!resident_(change.table)) {
      all_resident_ = false;
      continue;
    }
    Table& table = tables_[change.table];
    switch (change.kind) {
      case TableChange::Kind::kPut:
        table.insert_or_assign(change.key, change.value);
        break;
      case TableChange::Kind::kRemove:
        table.erase(change.key);
        break;
      case TableChange::Kind::kClear:
        table.clear();
        break;
    }
  }
}

Task<Result<void>> Tables::FoldIfLong() {
  auto guard = co_await mutex_.Lock();
  if (!all_resident_ || (log_length_ <= kLogLengthMax && log_bytes_ <= kLogBytesMax)) {
    co_return Result<void>{};
  }
  co_return co_await Fold();
}

Task<Result<void>> Tables::Fold() {
  SAWA_CO_ASSIGN(const bool folded, co_await storage_.Fold(folded_to_, position_, MakePages()));
  if (!folded) {
    // Another context folded first; its pages and log are read when this one next falls behind.
    SAWA_CO_ASSIGN(const StoredState state, co_await storage_.ReadState());
    co_return Load(state);
  }
  folded_to_ = position_;
  log_length_ = 1;
  log_bytes_ = 0;
  co_return Result<void>{};
}

std::vector<Bytes> Tables::MakePages() const {
  std::vector<Bytes> pages;
  for (const auto& [name, table] : tables_) {
    Page page{name, {}};
    std::size_t page_bytes = 0;
    for (const auto& [key, value] : table) {
      page.entries.push_back({key, value});
      page_bytes += key.size() + value.size();
      if (page_bytes >= kPageBytes) {
        pages.push_back(EncodePage(page));
        page.entries.clear();
        page_bytes = 0;
      }
    }
    if (!page.entries.empty()) {
      pages.push_back(EncodePage(page));
    }
  }
  return pages;
}

}  // namespace sawa
