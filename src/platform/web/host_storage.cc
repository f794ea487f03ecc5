// SPDX-License-Identifier: MIT
#include "platform/web/host_storage.h"

#include <emscripten/em_js.h>

#include "platform/web/js_result.h"

extern "C" {
// From indexeddb_storage.js: a new, unopened connection.
emscripten::EM_VAL sawa_storage_connection(bool in_memory);
}

namespace sawa {
namespace {

using emscripten::val;

// Positions are exact as JavaScript numbers: a database would need 2^53 commits to leave them.
double NumberOf(LogPosition position) { return static_cast<double>(position); }

val ListOf(const std::vector<PageId>& ids) {
  val list = val::array();
  for (const PageId id : ids) {
    list.call<void>("push", id);
  }
  return list;
}

std::vector<LogEntry> EntriesOf(const val& list) {
  std::vector<LogEntry> entries;
  const auto count = static_cast<std::size_t>(list["length"].as<double>());
  entries.reserve(count);
  for (std::size_t index = 0; index < count; ++index) {
    const val item = list[index];
    entries.push_back({static_cast<LogPosition>(item["position"].as<double>()), BytesOf(item["bytes"])});
  }
  return entries;
}

StoredState StateOf(const val& value) {
  StoredState state;
  state.folded_to = static_cast<LogPosition>(value["foldedTo"].as<double>());
  state.directory = BytesOf(value["directory"]);
  state.log = EntriesOf(value["log"]);
  return state;
}

}  // namespace

Result<void> HostStorage::CheckOpen() const {
  if (connection_.isUndefined()) {
    return Fail(ErrorCode::kDatabaseClosed, "the database is closed");
  }
  return {};
}

Task<Result<StoredState>> HostStorage::Open(std::string name) {
  val connection = val::take_ownership(sawa_storage_connection(in_memory_));
  const val answer = co_await connection.call<val>("open", name);
  SAWA_CO_TRY(ValueOf(answer));
  connection_ = connection;
  co_return co_await ReadState();
}

Task<Result<StoredState>> HostStorage::ReadState() {
  SAWA_CO_TRY(CheckOpen());
  const val answer = co_await connection_.call<val>("readState");
  SAWA_CO_ASSIGN(const val value, ValueOf(answer));
  co_return StateOf(value);
}

Task<Result<AppendOutcome>> HostStorage::Append(LogPosition after, Bytes entry, Durability durability) {
  SAWA_CO_TRY(CheckOpen());
  const val answer = co_await connection_.call<val>("append", NumberOf(after), ArrayBufferOf(entry),
                                                    durability == Durability::kStrict);
  SAWA_CO_ASSIGN(const val value, ValueOf(answer));
  co_return AppendOutcome{value["appended"].as<bool>(), EntriesOf(value["missed"])};
}

Task<Result<std::vector<LogEntry>>> HostStorage::ReadLog(LogPosition after) {
  SAWA_CO_TRY(CheckOpen());
  const val answer = co_await connection_.call<val>("readLog", NumberOf(after));
  SAWA_CO_ASSIGN(const val value, ValueOf(answer));
  co_return EntriesOf(value);
}

Task<Result<std::vector<Bytes>>> HostStorage::ReadPages(std::vector<PageId> ids) {
  SAWA_CO_TRY(CheckOpen());
  const val answer = co_await connection_.call<val>("readPages", ListOf(ids));
  SAWA_CO_ASSIGN(const val value, ValueOf(answer));
  std::vector<Bytes> pages;
  for (std::size_t index = 0; index < ids.size(); ++index) {
    pages.push_back(BytesOf(value[index]));
  }
  co_return pages;
}

Task<Result<bool>> HostStorage::Fold(FoldRequest request) {
  SAWA_CO_TRY(CheckOpen());
  val added = val::array();
  for (const auto& [id, bytes] : request.added) {
    added.call<void>("push", id);
    added.call<void>("push", ArrayBufferOf(bytes));
  }
  const val answer = co_await connection_.call<val>("fold", NumberOf(request.from), NumberOf(request.to),
                                                    ArrayBufferOf(request.directory), added, ListOf(request.dropped),
                                                    request.entry ? ArrayBufferOf(*request.entry) : val::null());
  SAWA_CO_ASSIGN(const val value, ValueOf(answer));
  co_return value.as<bool>();
}

void HostStorage::Close() {
  if (!connection_.isUndefined()) {
    connection_.call<void>("close");
    connection_ = val::undefined();
  }
}

}  // namespace sawa
