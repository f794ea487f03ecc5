// SPDX-License-Identifier: MIT
#include "contract/storage_contract.h"

#include <numeric>

namespace sawa::test {
namespace {

// Ends the case as failed where a call fails that should not.
#define CONTRACT_ASSIGN(declaration, expression)                                         \
  auto SAWA_CONCAT(result_, __LINE__) = (expression);                                    \
  if (!SAWA_CONCAT(result_, __LINE__)) {                                                 \
    host->Expect(false, "unexpected " + SAWA_CONCAT(result_, __LINE__).error().message); \
    co_return false;                                                                     \
  }                                                                                      \
  declaration = std::move(*SAWA_CONCAT(result_, __LINE__))

const std::string kName = "contract";

Bytes Entry(std::uint8_t number) { return {number, 0, 255, number}; }

bool Holds(const std::vector<LogEntry>& log, const std::vector<LogPosition>& positions) {
  std::vector<LogPosition> found;
  for (const LogEntry& entry : log) {
    if (entry.bytes != Entry(static_cast<std::uint8_t>(entry.position))) {
      return false;
    }
    found.push_back(entry.position);
  }
  return found == positions;
}

Task<Result<std::unique_ptr<Storage>>> OpenContext(ContractHost* host) {
  auto storage = host->NewContext();
  SAWA_CO_TRY(co_await storage->Open(kName));
  co_return std::move(storage);
}

// Appends Entry(1) … Entry(count) to an empty store.
Task<Result<std::unique_ptr<Storage>>> OpenWithEntries(ContractHost* host, std::uint8_t count) {
  SAWA_CO_ASSIGN(std::unique_ptr<Storage> storage, co_await OpenContext(host));
  for (std::uint8_t number = 1; number <= count; ++number) {
    SAWA_CO_ASSIGN(const AppendOutcome outcome,
                   co_await storage->Append(number - 1, Entry(number), Durability::kRelaxed));
    host->Expect(outcome.appended, "an append right behind the last entry succeeds");
  }
  co_return std::move(storage);
}

Task<bool> ANewStoreIsEmpty(ContractHost* host) {
  const auto storage = host->NewContext();
  CONTRACT_ASSIGN(const StoredState state, co_await storage->Open(kName));
  host->Expect(state.folded_to == 0 && state.directory.empty() && state.log.empty(), "a new store has nothing in it");
  CONTRACT_ASSIGN(const auto log, co_await storage->ReadLog(0));
  host->Expect(log.empty(), "its log is empty");
  co_return true;
}

Task<bool> EntriesAreNumberedFromOneInTheOrderOfTheirAppends(ContractHost* host) {
  CONTRACT_ASSIGN(const auto storage, co_await OpenWithEntries(host, 3));
  CONTRACT_ASSIGN(const StoredState state, co_await storage->ReadState());
  host->Expect(Holds(state.log, {1, 2, 3}), "the state has all entries in order");
  host->Expect(state.folded_to == 0 && state.directory.empty(), "nothing is folded yet");
  co_return true;
}

Task<bool> ReadLogGivesWhatLiesBehindAPosition(ContractHost* host) {
  CONTRACT_ASSIGN(const auto storage, co_await OpenWithEntries(host, 3));
  CONTRACT_ASSIGN(const auto all, co_await storage->ReadLog(0));
  host->Expect(Holds(all, {1, 2, 3}), "behind 0 lies everything");
  CONTRACT_ASSIGN(const auto last, co_await storage->ReadLog(2));
  host->Expect(Holds(last, {3}), "behind 2 lies 3");
  CONTRACT_ASSIGN(const auto none, co_await storage->ReadLog(3));
  host->Expect(none.empty(), "behind the last entry lies nothing");
  co_return true;
}

Task<bool> AnotherContextSeesWhatWasAppended(ContractHost* host) {
  CONTRACT_ASSIGN(const auto storage, co_await OpenWithEntries(host, 2));
  const auto other = host->NewContext();
  CONTRACT_ASSIGN(const StoredState state, co_await other->Open(kName));
  host->Expect(Holds(state.log, {1, 2}), "what one context appended the next one opens");
  CONTRACT_ASSIGN(const auto outcome, co_await other->Append(2, Entry(3), Durability::kStrict));
  host->Expect(outcome.appended, "and appends to");
  CONTRACT_ASSIGN(const auto log, co_await storage->ReadLog(2));
  host->Expect(Holds(log, {3}), "and the first one sees that");
  co_return true;
}

Task<bool> AnAppendByAContextThatIsBehindChangesNothing(ContractHost* host) {
  CONTRACT_ASSIGN(const auto storage, co_await OpenWithEntries(host, 3));
  CONTRACT_ASSIGN(const AppendOutcome outcome, co_await storage->Append(1, Entry(9), Durability::kStrict));
  host->Expect(!outcome.appended, "it does not append");
  host->Expect(Holds(outcome.missed, {2, 3}), "it gets the entries it has not seen");
  CONTRACT_ASSIGN(const auto log, co_await storage->ReadLog(0));
  host->Expect(Holds(log, {1, 2, 3}), "the log is as it was");
  co_return true;
}

// Counts two calls that run at the same time, and resumes who waits for both.
struct Both {
  int left = 2;
  std::coroutine_handle<> waiter = nullptr;
  [[nodiscard]] bool await_ready() const noexcept { return left == 0; }
  void await_suspend(std::coroutine_handle<> handle) noexcept { waiter = handle; }
  void await_resume() const noexcept {}
  void Finish() {
    if (--left == 0 && waiter) {
      waiter.resume();
    }
  }
};

Task<bool> OfTwoAppendsAtOnceOneSucceeds(ContractHost* host) {
  CONTRACT_ASSIGN(const auto one, co_await OpenContext(host));
  CONTRACT_ASSIGN(const auto other, co_await OpenContext(host));
  Both both;
  int appended = 0;
  int missed = 0;
  const auto count = [&](const Result<AppendOutcome>& outcome) {
    appended += outcome && outcome->appended ? 1 : 0;
    missed += outcome && !outcome->appended && Holds(outcome->missed, {1}) ? 1 : 0;
    both.Finish();
  };
  Start(one->Append(0, Entry(1), Durability::kStrict), count);
  Start(other->Append(0, Entry(1), Durability::kStrict), count);
  co_await both;
  host->Expect(appended == 1 && missed == 1, "one appends, the other misses one entry");
  CONTRACT_ASSIGN(const auto log, co_await one->ReadLog(0));
  host->Expect(Holds(log, {1}), "one entry is stored");
  co_return true;
}

Task<bool> BytesAreKeptExactly(ContractHost* host) {
  CONTRACT_ASSIGN(const auto storage, co_await OpenContext(host));
  Bytes every_byte(256);
  std::iota(every_byte.begin(), every_byte.end(), std::uint8_t{0});
  const Bytes large(1 << 20, 0xA5);
  const std::vector<Bytes> entries = {every_byte, {}, large};
  LogPosition position = 0;
  for (const Bytes& entry : entries) {
    CONTRACT_ASSIGN(const auto outcome, co_await storage->Append(position, entry, Durability::kRelaxed));
    host->Expect(outcome.appended, "it is stored");
    ++position;
  }
  const auto other = host->NewContext();
  CONTRACT_ASSIGN(const StoredState state, co_await other->Open(kName));
  host->Expect(state.log.size() == entries.size(), "all entries are there");
  for (std::size_t index = 0; index < std::min(state.log.size(), entries.size()); ++index) {
    host->Expect(state.log[index].bytes == entries[index], "an entry comes back byte for byte");
  }
  co_return true;
}

Bytes One(std::uint8_t byte) { return Bytes(1, byte); }

// `added` must live until the fold is done.
FoldRequest FoldOf(LogPosition from, LogPosition to, const std::vector<std::pair<PageId, Bytes>>& added = {},
                   std::vector<PageId> dropped = {}) {
  return {.from = from,
          .to = to,
          .directory = One(static_cast<std::uint8_t>(to)),
          .added = {added.begin(), added.end()},
          .dropped = std::move(dropped)};
}

Task<bool> AFoldAddsAndDropsPagesAndKeepsTheEntryItEndsWith(ContractHost* host) {
  CONTRACT_ASSIGN(const auto storage, co_await OpenWithEntries(host, 3));
  CONTRACT_ASSIGN(const bool folded, co_await storage->Fold(FoldOf(0, 3, {{1, One(11)}, {2, Bytes(300'000, 12)}})));
  host->Expect(folded, "the fold takes place");
  CONTRACT_ASSIGN(const StoredState state, co_await storage->ReadState());
  host->Expect(state.folded_to == 3, "the pages hold everything up to 3");
  host->Expect(state.directory == One(3), "the directory is the fold's");
  host->Expect(Holds(state.log, {3}), "the entry it ends with stays");
  CONTRACT_ASSIGN(const bool again, co_await storage->Fold(FoldOf(3, 3, {{3, One(13)}}, {1})));
  host->Expect(again, "a second fold takes place");
  CONTRACT_ASSIGN(const auto pages, co_await storage->ReadPages({3, 1, 2, 9}));
  host->Expect(pages == std::vector<Bytes>{One(13), {}, Bytes(300'000, 12), {}},
               "pages come in the order asked for, without bytes where there is none");
  co_return true;
}

Task<bool> AFoldWithAnEntryAppendsItAtItsEnd(ContractHost* host) {
  CONTRACT_ASSIGN(const auto storage, co_await OpenWithEntries(host, 2));
  FoldRequest late = FoldOf(0, 2);
  late.entry = Entry(2);
  CONTRACT_ASSIGN(const bool taken, co_await storage->Fold(std::move(late)));
  host->Expect(!taken, "a position that is taken refuses the fold");
  const std::vector<std::pair<PageId, Bytes>> added = {{1, One(1)}};
  FoldRequest next = FoldOf(0, 3, added);
  next.entry = Entry(3);
  CONTRACT_ASSIGN(const bool folded, co_await storage->Fold(std::move(next)));
  host->Expect(folded, "the next position is free");
  CONTRACT_ASSIGN(const StoredState state, co_await storage->ReadState());
  host->Expect(state.folded_to == 3 && Holds(state.log, {3}), "the entry is the log's last");
  co_return true;
}

Task<bool> AFoldKeepsTheEntriesBehindIt(ContractHost* host) {
  CONTRACT_ASSIGN(const auto storage, co_await OpenWithEntries(host, 4));
  CONTRACT_ASSIGN(const bool folded, co_await storage->Fold(FoldOf(0, 2)));
  host->Expect(folded, "the fold takes place");
  CONTRACT_ASSIGN(const StoredState state, co_await storage->ReadState());
  host->Expect(state.folded_to == 2 && Holds(state.log, {2, 3, 4}), "later entries stay");
  co_return true;
}

Task<bool> AFoldFromAnotherPositionDoesNothing(ContractHost* host) {
  CONTRACT_ASSIGN(const auto storage, co_await OpenWithEntries(host, 3));
  CONTRACT_ASSIGN(const auto other, co_await OpenContext(host));
  CONTRACT_ASSIGN(const bool first, co_await storage->Fold(FoldOf(0, 2, {{1, One(1)}})));
  CONTRACT_ASSIGN(const bool second, co_await other->Fold(FoldOf(0, 3, {{2, One(9)}}, {1})));
  host->Expect(first && !second, "the second of two folds from one position is refused");
  CONTRACT_ASSIGN(const StoredState state, co_await other->ReadState());
  CONTRACT_ASSIGN(const auto pages, co_await other->ReadPages({1, 2}));
  host->Expect(state.folded_to == 2 && state.directory == One(2) && Holds(state.log, {2, 3}) &&
                   pages == std::vector<Bytes>{One(1), {}},
               "and changes nothing");
  co_return true;
}

Task<bool> NumbersGoOnAfterAFold(ContractHost* host) {
  CONTRACT_ASSIGN(const auto storage, co_await OpenWithEntries(host, 3));
  CONTRACT_ASSIGN(const bool folded, co_await storage->Fold(FoldOf(0, 3)));
  host->Expect(folded, "a fold may leave no page");
  CONTRACT_ASSIGN(const AppendOutcome outcome, co_await storage->Append(3, Entry(4), Durability::kStrict));
  host->Expect(outcome.appended, "an append goes on");
  CONTRACT_ASSIGN(const auto log, co_await storage->ReadLog(3));
  host->Expect(Holds(log, {4}), "with the next number");
  co_return true;
}

Task<bool> AContextBehindAFoldMissesEntriesThatDoNotFollow(ContractHost* host) {
  CONTRACT_ASSIGN(const auto storage, co_await OpenWithEntries(host, 3));
  CONTRACT_ASSIGN(const bool folded, co_await storage->Fold(FoldOf(0, 3)));
  host->Expect(folded, "the fold takes place");
  CONTRACT_ASSIGN(const AppendOutcome outcome, co_await storage->Append(1, Entry(2), Durability::kStrict));
  host->Expect(!outcome.appended && Holds(outcome.missed, {3}), "what it missed begins behind a gap");
  CONTRACT_ASSIGN(const auto log, co_await storage->ReadLog(0));
  host->Expect(Holds(log, {3}), "and so does the log that it reads");
  co_return true;
}

Task<bool> AClosedStoreRefusesEveryCall(ContractHost* host) {
  CONTRACT_ASSIGN(const auto storage, co_await OpenWithEntries(host, 2));
  storage->Close();
  const auto is_closed = [host](const auto& result, std::string call) {
    host->Expect(!result && result.error().code == ErrorCode::kDatabaseClosed, call + " fails with database_closed");
  };
  is_closed(co_await storage->ReadState(), "ReadState");
  is_closed(co_await storage->ReadLog(0), "ReadLog");
  is_closed(co_await storage->ReadPages({1}), "ReadPages");
  is_closed(co_await storage->Append(2, Entry(3), Durability::kStrict), "Append");
  is_closed(co_await storage->Fold(FoldOf(0, 2)), "Fold");
  storage->Close();
  CONTRACT_ASSIGN(const auto other, co_await OpenContext(host));
  CONTRACT_ASSIGN(const StoredState state, co_await other->ReadState());
  host->Expect(state.folded_to == 0 && Holds(state.log, {1, 2}), "and nothing has changed");
  co_return true;
}

Task<bool> ClosingOneContextLeavesTheOthersOpen(ContractHost* host) {
  CONTRACT_ASSIGN(const auto storage, co_await OpenWithEntries(host, 1));
  CONTRACT_ASSIGN(const auto other, co_await OpenContext(host));
  storage->Close();
  CONTRACT_ASSIGN(const AppendOutcome outcome, co_await other->Append(1, Entry(2), Durability::kStrict));
  host->Expect(outcome.appended, "the other context goes on");
  co_return true;
}

Task<bool> AReopenedStoreHasEverything(ContractHost* host) {
  {
    CONTRACT_ASSIGN(const auto storage, co_await OpenWithEntries(host, 3));
    CONTRACT_ASSIGN(const bool folded, co_await storage->Fold(FoldOf(0, 2, {{5, One(1)}})));
    host->Expect(folded, "the fold takes place");
    storage->Close();
  }
  const auto storage = host->NewContext();
  CONTRACT_ASSIGN(const StoredState state, co_await storage->Open(kName));
  host->Expect(state.folded_to == 2, "the fold");
  host->Expect(state.directory == One(2), "the directory");
  CONTRACT_ASSIGN(const auto pages, co_await storage->ReadPages({5}));
  host->Expect(pages == std::vector<Bytes>{One(1)}, "the pages");
  host->Expect(Holds(state.log, {2, 3}), "the log");
  co_return true;
}

}  // namespace

#define CONTRACT_CASE(name) \
  ContractCase { #name, &name }

std::vector<ContractCase> StorageContract() {
  return {
      CONTRACT_CASE(ANewStoreIsEmpty),
      CONTRACT_CASE(EntriesAreNumberedFromOneInTheOrderOfTheirAppends),
      CONTRACT_CASE(ReadLogGivesWhatLiesBehindAPosition),
      CONTRACT_CASE(AnotherContextSeesWhatWasAppended),
      CONTRACT_CASE(AnAppendByAContextThatIsBehindChangesNothing),
      CONTRACT_CASE(OfTwoAppendsAtOnceOneSucceeds),
      CONTRACT_CASE(BytesAreKeptExactly),
      CONTRACT_CASE(AFoldAddsAndDropsPagesAndKeepsTheEntryItEndsWith),
      CONTRACT_CASE(AFoldWithAnEntryAppendsItAtItsEnd),
      CONTRACT_CASE(AFoldKeepsTheEntriesBehindIt),
      CONTRACT_CASE(AFoldFromAnotherPositionDoesNothing),
      CONTRACT_CASE(NumbersGoOnAfterAFold),
      CONTRACT_CASE(AContextBehindAFoldMissesEntriesThatDoNotFollow),
      CONTRACT_CASE(AClosedStoreRefusesEveryCall),
      CONTRACT_CASE(ClosingOneContextLeavesTheOthersOpen),
      CONTRACT_CASE(AReopenedStoreHasEverything),
  };
}

}  // namespace sawa::test
