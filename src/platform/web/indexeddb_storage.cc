// SPDX-License-Identifier: MIT
#include "platform/web/indexeddb_storage.h"

#include <emscripten/em_js.h>

#include "platform/web/js_result.h"

extern "C" {
// From indexeddb_storage.js: a new, unopened connection.
emscripten::EM_VAL sawa_indexeddb_connection();
}

namespace sawa {
namespace {

using emscripten::val;

// Positions are exact as JavaScript numbers: a database would need 2^53 commits to leave them.
double NumberOf(LogPosition position) { return static_cast<double>(position); }

std::vector<LogEntry> EntriesOf(const val& list) {
  std::vector<LogEntry> entries;
  const auto count = list["length"].as<std::size_t>();
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
  const val pages = value["pages"];
  const auto count = pages["length"].as<std::size_t>();
  for (std::size_t index = 0; index < count; ++index) {
    state.pages.push_back(BytesOf(pages[index]));
  }
  state.log = EntriesOf(value["log"]);
  return state;
}

}  // namespace

Result<void> IndexedDbStorage::CheckOpen() const {
  if (connection_.isUndefined()) {
    return Fail(ErrorCode::kDatabaseClosed, "the database is closed");
  }
  return {};
}

Task<Result<StoredState>> IndexedDbStorage::Open(std::string name) {
  val connection = val::take_ownership(sawa_indexeddb_connection());
  const val answer = co_await connection.call<val>("open", name);
  SAWA_CO_TRY(ValueOf(answer));
  connection_ = connection;
  co_return co_await ReadState();
}

Task<Result<StoredState>> IndexedDbStorage::ReadState() {
  SAWA_CO_TRY(CheckOpen());
  const val answer = co_await connection_.call<val>("readState");
  SAWA_CO_ASSIGN(const val value, ValueOf(answer));
  co_return StateOf(value);
}

Task<Result<AppendOutcome>> IndexedDbStorage::Append(LogPosition after, Bytes entry, Durability durability) {
  SAWA_CO_TRY(CheckOpen());
  const val answer = co_await connection_.call<val>("append", NumberOf(after), ArrayBufferOf(entry),
                                                    durability == Durability::kStrict);
  SAWA_CO_ASSIGN(const val value, ValueOf(answer));
  co_return AppendOutcome{value["appended"].as<bool>(), EntriesOf(value["missed"])};
}

Task<Result<std::vector<LogEntry>>> IndexedDbStorage::ReadLog(LogPosition after) {
  SAWA_CO_TRY(CheckOpen());
  const val answer = co_await connection_.call<val>("readLog", NumberOf(after));
  SAWA_CO_ASSIGN(const val value, ValueOf(answer));
  co_return EntriesOf(value);
}

Task<Result<bool>> IndexedDbStorage::Fold(LogPosition from, LogPosition to, std::vector<Bytes> pages) {
  SAWA_CO_TRY(CheckOpen());
  val buffers = val::array();
  for (const Bytes& page : pages) {
    buffers.call<void>("push", ArrayBufferOf(page));
  }
  const val answer = co_await connection_.call<val>("fold", NumberOf(from), NumberOf(to), buffers);
  SAWA_CO_ASSIGN(const val value, ValueOf(answer));
  co_return value.as<bool>();
}

void IndexedDbStorage::Close() {
  if (!connection_.isUndefined()) {
    connection_.call<void>("close");
    connection_ = val::undefined();
  }
}

}  // namespace sawa
