// SPDX-License-Identifier: MIT
// Tables: named ordered maps of keys to bytes, made durable through Storage's log and its pages. What changed since the last
// fold is in memory; pages are read when they are needed. The one way in is Commit, so that every change is durable before
// anybody sees it.
//
// Reads never wait. One that needs a page which is not in memory answers as if the page were empty and notes the page:
// whoever reads asks `missing()` afterwards, and if so throws the answer away, awaits LoadMissing() and reads again.
// Layer: storage.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "base/async_mutex.h"
#include "base/function_ref.h"
#include "base/text_map.h"
#include "codec/batch_codec.h"
#include "storage/cursor.h"
#include "storage/page_cache.h"
#include "storage/storage.h"

namespace sawa {

// Is told of every change, from this context or another.
class TablesListener {
 public:
  virtual ~TablesListener() = default;
  // Adds to a batch what follows from it, before it is stored. May run again: see Commit.
  virtual Result<void> OnBatch(WriteBatch& batch) = 0;
  // The changes are durable and applied.
  virtual Result<void> OnChanges(const WriteBatch& changes) = 0;
  // Everything may have changed.
  virtual Result<void> OnReload() = 0;
};

struct TablesOptions {
  // These tables are read whole when the database opens and stay in memory, as their readers do not ask `missing()`.
  std::function<bool(std::string_view table)> loaded_at_open = [](std::string_view) { return true; };
  // The pages of these tables stay in memory once they were read.
  std::function<bool(std::string_view table)> resident = [](std::string_view) { return true; };
  // For the pages of all other tables.
  std::size_t cache_budget_bytes = 8 * 1024 * 1024;
};

// The entries of a table, for range-for. Lives until the table changes.
class TableRange {
 public:
  explicit TableRange(Cursor cursor) : cursor_(std::move(cursor)) {}
  struct End {};
  struct Iterator {
    Cursor* cursor;
    std::pair<std::string_view, ByteView> operator*() const { return {cursor->key(), cursor->value()}; }
    Iterator& operator++() {
      cursor->Next();
      return *this;
    }
    bool operator!=(End) const { return cursor->valid(); }
  };
  [[nodiscard]] Iterator begin() { return {&cursor_}; }
  [[nodiscard]] static End end() { return {}; }

 private:
  Cursor cursor_;
};

// The new content of a table.
struct TableContent {
  std::string table;
  std::vector<Page> pages;
};

class Tables {
 public:
  using BatchBuilder = FunctionRef<Result<WriteBatch>()>;

  Tables(Storage& storage, TablesListener& listener, TablesOptions options)
      : storage_(storage), listener_(listener), options_(std::move(options)), cache_(options_.cache_budget_bytes) {}

  // Errors: those of Storage; storage_corrupt and storage_version_too_new for what is stored.
  Task<Result<void>> Open(std::string name);

  // Nullopt where the key or the table is not there. The view lives until the next change or load.
  [[nodiscard]] std::optional<ByteView> Get(std::string_view table, std::string_view key) const;
  [[nodiscard]] TableRange Scan(std::string_view table) const;
  // What a cursor over the table walks through, without layers above.
  [[nodiscard]] CursorSources Sources(std::string_view table) const;
  // All entries of all tables, counting what a fold has yet to drop.
  [[nodiscard]] std::vector<std::string> Names() const;

  [[nodiscard]] bool missing() const { return !missing_.empty(); }
  // Reads the pages that were missed. Errors: those of Storage, storage_corrupt.
  Task<Result<void>> LoadMissing();
  // Reads some more pages of resident tables. False if all of them are in memory.
  Task<Result<bool>> WarmUp();

  // Makes the batch that `build` gives durable, then applies it. `build` reads the state that the batch will be applied
  // to: when another context commits first, its changes are applied and `build` runs again, as it does when it missed a
  // page. An error of `build` ends the commit and is returned. An empty batch commits nothing. A batch whose bytes are those
  // that another context has just committed counts as that commit: what must take effect twice carries something unique.
  // Errors: those of `build` and of Storage; storage_contended after many attempts. Nothing has changed then.
  Task<Result<void>> Commit(BatchBuilder build, Durability durability);

  // Replaces whole tables, without a log entry of that size: their pages are stored as they are. `build` and the errors are
  // as for Commit; it fills in `replacement`, which holds what the last attempt left there. `changes` may put and remove
  // single entries of other tables.
  struct Replacement {
    std::vector<TableContent> tables = {};
    WriteBatch changes = {};
  };
  Task<Result<void>> Replace(FunctionRef<Result<void>(Replacement& replacement)> build);

  // Applies what other contexts have committed.
  Task<Result<void>> Refresh();

  // Folds the log into pages if it has grown long.
  Task<Result<void>> FoldIfLong();

  // Is there nothing of the table, neither in pages nor in the log, not even a removal?
  [[nodiscard]] bool IsUnused(std::string_view table) const;

  // Grows with every change; two equal values mean that nothing happened between them.
  [[nodiscard]] std::uint64_t change_count() const { return change_count_; }
  [[nodiscard]] std::size_t log_length() const { return log_length_; }
  // The bytes of the pages in memory.
  [[nodiscard]] std::size_t page_byte_count() const { return cache_.byte_count(); }

 private:
  // What lies over a table's pages.
  struct Delta {
    bool cleared = false;  // The pages count no more.
    Changes changes;
  };

  using Deltas = TextMap<Delta>;
  // Pages of a directory, as they were read.
  struct PageLoad {
    std::vector<std::pair<PageId, Page>> pages = {};
    std::vector<PageId> absent = {};  // Not stored any more.
  };

  static void Apply(const WriteBatch& batch, Deltas& deltas);
  Task<Result<void>> Load(StoredState state);
  Task<Result<void>> Reload();
  Task<Result<void>> ReloadFor(std::vector<PageId> absent);
  Result<void> Adopt(const StoredState& state, Directory directory, PageLoad load);
  Task<Result<PageLoad>> ReadPages(std::vector<PageId> ids);
  Task<Result<void>> LoadMissingLocked();
  void AddToCache(PageLoad load);
  [[nodiscard]] std::set<PageId> PagesAtOpen(const Directory& directory) const;
  const Page* FindPage(const std::vector<PageRef>& pages, std::size_t index, std::size_t read_ahead) const;
  void Applied(const WriteBatch& batch, std::size_t byte_count);
  Task<Result<void>> CatchUp(std::vector<LogEntry> missed);
  Task<Result<WriteBatch>> BuildBatch(BatchBuilder build);

  // In fold.cc.
  struct FoldedTable {
    std::vector<PageRef> refs;
    std::vector<std::pair<PageId, Page>> added;
    std::vector<PageId> dropped;
    void Add(std::vector<Page> pages, PageId& next_id);
  };
  Task<Result<bool>> Fold(Deltas deltas, std::vector<TableContent>* replaced, std::optional<Bytes> entry);
  bool MissesFoldedPages(const Deltas& deltas) const;
  FoldedTable FoldTable(const std::vector<PageRef>& pages, const Delta& delta, PageId& next_id) const;
  static std::vector<Page> FoldPage(const Page& page, Changes::const_iterator first, Changes::const_iterator last);
  Task<Result<bool>> StoreFold(Directory directory, std::vector<std::pair<PageId, Page*>> added,
                               std::vector<PageId> dropped, std::optional<Bytes> entry);

  Storage& storage_;
  TablesListener& listener_;
  TablesOptions options_;
  AsyncMutex mutex_;
  Directory directory_;
  mutable PageCache cache_;
  mutable std::set<PageId> missing_;
  Deltas deltas_;
  LogPosition position_ = 0;
  LogPosition folded_to_ = 0;
  std::size_t log_length_ = 0;
  std::size_t log_bytes_ = 0;
  std::size_t loading_ = 0;  // Operations that wait for pages.
  std::uint64_t change_count_ = 0;
};

}  // namespace sawa
