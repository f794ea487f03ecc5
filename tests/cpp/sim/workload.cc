// SPDX-License-Identifier: MIT
// What the tabs of a shop write.
#include <algorithm>
#include <array>

#include "base/uuid.h"
#include "sim/context.h"

namespace sawa::sim {
namespace {

using test::SeededRandom;

constexpr int kAttemptsMax = 4;
// How many mutations are in a group at most, when there is one.
constexpr std::uint64_t kGroupMax = 3;

WriteKind KindOf(std::uint64_t choice) {
  static constexpr std::array<WriteKind, 19> kKinds = {
      WriteKind::kSale,    WriteKind::kSale,  WriteKind::kSale,  WriteKind::kSale,   WriteKind::kEdit,
      WriteKind::kEdit,    WriteKind::kEdit,  WriteKind::kEdit,  WriteKind::kMove,   WriteKind::kMove,
      WriteKind::kMove,    WriteKind::kTally, WriteKind::kTally, WriteKind::kCreate, WriteKind::kRemove,
      WriteKind::kRefused, WriteKind::kOrder, WriteKind::kOrder, WriteKind::kOrder};
  return kKinds.at(choice % kKinds.size());
}

std::string NameOf(WriteKind kind, int serial) {
  static constexpr std::array<std::string_view, kWriteKindCount> kNames = {"sale",   "edit",  "move",    "remove",
                                                                           "create", "tally", "refused", "order"};
  return std::string(kNames.at(static_cast<std::size_t>(kind))) + "." + std::to_string(serial);
}

Operation Put(std::string collection, std::string id, FieldValues fields) {
  return {.kind = OperationKind::kPut,
          .collection = std::move(collection),
          .id = std::move(id),
          .fields = std::move(fields)};
}

Operation Patch(std::string collection, std::string id, FieldValues fields) {
  return {.kind = OperationKind::kPatch,
          .collection = std::move(collection),
          .id = std::move(id),
          .fields = std::move(fields)};
}

Operation Move(int product, std::int64_t delta) {
  return {.kind = OperationKind::kIncrement,
          .collection = "products",
          .id = ProductId(product),
          .field = "stock",
          .delta = delta};
}

int AnyProduct(SeededRandom& random) { return 1 + static_cast<int>(random.Below(kFirstProducts)); }

// A sale with its lines, its payment and the goods that leave the shelf.
std::vector<Operation> SaleOf(int serial, const std::string& receipt, SeededRandom& random) {
  std::vector<Operation> operations;
  const int lines = 1 + static_cast<int>(random.Below(2));
  std::int64_t total = 0;
  for (int line = 0; line < lines; ++line) {
    const int product = AnyProduct(random);
    const auto amount = static_cast<std::int64_t>(100 + random.Below(900));
    total += amount;
    operations.push_back(Put("lines", LineId(serial, line),
                             {{"sale", SaleId(serial)}, {"product", ProductId(product)}, {"amount", amount}}));
    operations.push_back(Move(product, -static_cast<std::int64_t>(1 + random.Below(3))));
  }
  operations.push_back(Put("payments", PaymentId(serial), {{"sale", SaleId(serial)}, {"amount", total}}));
  operations.push_back(
      Put("sales", SaleId(serial), {{"receipt", receipt}, {"total", total}, {"lines", std::int64_t{lines}}}));
  return operations;
}

FieldValues AnyEdit(int serial, SeededRandom& random) {
  FieldValues fields;
  const std::uint64_t which = random.Below(4);
  if (which != 1) {
    // Few values, so that equal ones and smaller ones are common.
    fields.emplace_back("price", static_cast<std::int64_t>(random.Below(20)));
  }
  if (which == 1 || which == 2) {
    fields.emplace_back("note", "note " + std::to_string(random.Below(5)));
  }
  if (which == 3) {
    fields.emplace_back("name", "product " + std::to_string(serial));
  }
  return fields;
}

// Few values again; each field with another policy.
FieldValues AnyOrderFields(SeededRandom& random) {
  static constexpr std::array<std::string_view, 3> kStates = {"draft", "paid", "refunded"};
  FieldValues all = {{"code", random.Below(8) == 0 ? Value() : Value("A" + std::to_string(random.Below(4)))},
                     {"odometer", static_cast<std::int64_t>(random.Below(50))},
                     {"since", static_cast<std::int64_t>(random.Below(50))},
                     {"status", std::string(kStates.at(random.Below(kStates.size())))},
                     {"discount", static_cast<std::int64_t>(random.Below(10))},
                     {"address", "street " + std::to_string(random.Below(5))}};
  FieldValues fields;
  const std::uint64_t chosen = 1 + random.Below(63);
  for (std::size_t index = 0; index < all.size(); ++index) {
    if ((chosen >> index & 1) != 0) {
      fields.push_back(std::move(all[index]));
    }
  }
  return fields;
}

Operation AnyOrderEdit(SeededRandom& random) {
  const std::string id = OrderId(static_cast<int>(random.Below(kOrderCount)));
  switch (random.Below(8)) {
    case 0:
      return {.kind = OperationKind::kRemove, .collection = "orders", .id = id};
    case 1:
    case 2:
      return Put("orders", id, AnyOrderFields(random));
    default:
      return Patch("orders", id, AnyOrderFields(random));
  }
}

}  // namespace

std::string Context::Series() const {
  const std::string enrolment = Status().enrolment;
  const auto json = ParseJson(std::string_view(enrolment));
  const auto device = json ? MemberAt(*json, "device") : std::nullopt;
  return device ? TextAt(*device, "series").value_or("") : std::string();
}

// A write that came too late is begun again, as another one.
Task<Result<void>> Context::WriteUntilStored(std::uint64_t choice) {
  for (int attempt = 1;; ++attempt) {
    SeededRandom random(choice);
    std::vector<int> serials;
    const std::uint64_t count = random.Below(6) == 0 ? 1 + random.Below(kGroupMax) : 1;
    for (std::uint64_t index = 0; index < count; ++index) {
      WriteKind kind = KindOf(random.Next());
      if (kind == WriteKind::kSale && Series().empty()) {
        kind = WriteKind::kEdit;
      }
      serials.push_back(around_.oracle.Begin(kind, owner_.device, life_, owner_.number).serial);
    }
    const auto result = co_await WriteOnce(serials, random.Next());
    for (const int serial : serials) {
      around_.oracle.End(serial, result, !owner_.dead);
    }
    const bool again = !result && result.error().code == ErrorCode::kStorageContended && attempt < kAttemptsMax;
    if (!again || owner_.dead) {
      co_return result;
    }
  }
}

Task<Result<void>> Context::WriteOnce(std::vector<int> serials, std::uint64_t choice) {
  const auto name_of = [this](int serial) { return NameOf(around_.oracle.writes().at(serial).kind, serial); };
  const std::string name = name_of(serials.front());
  SAWA_CO_ASSIGN(const Engine::TransactionId id, co_await Loaded([this, name] { return engine_->Begin(name); }));
  std::vector<Part> parts;
  Result<void> added;
  for (std::size_t index = 0; index < serials.size() && added; ++index) {
    if (index > 0) {
      added = engine_->Next(id, name_of(serials[index]));
    }
    auto part = co_await MakePart(id, serials[index], choice + index);
    if (part) {
      added = co_await AddAll(id, part->operations);
      parts.push_back(*std::move(part));
    } else {
      added = std::unexpected(part.error());
    }
  }
  if (!added) {
    engine_->Discard(id);
    co_return added;
  }
  if (Transaction* transaction = engine_->Find(id); transaction != nullptr && parts.size() == 1) {
    // With what they have seen.
    transaction->Seal({});
    parts.front().operations = transaction->sealed().mutations.front().operations;
  }
  auto result = co_await engine_->Commit(id);
  if (result && !owner_.dead && parts.size() == 1) {
    CheckOwnWrite(parts.front());
  }
  co_return result;
}

Task<Result<void>> Context::AddAll(Engine::TransactionId id, std::vector<Operation> operations) {
  for (const Operation& operation : operations) {
    SAWA_CO_TRY(co_await Loaded([this, id, &operation]() -> Result<void> {
      Transaction* transaction = engine_->Find(id);
      if (transaction == nullptr) {
        return Fail(ErrorCode::kDatabaseClosed, "the transaction is gone");
      }
      return transaction->Add(operation);
    }));
  }
  co_return Result<void>{};
}

Task<Result<Context::Part>> Context::MakePart(Engine::TransactionId id, int serial, std::uint64_t choice) {
  SeededRandom random(choice);
  Part part{.serial = serial, .kind = around_.oracle.writes().at(serial).kind};
  switch (part.kind) {
    case WriteKind::kSale: {
      SAWA_CO_ASSIGN(const std::uint64_t number, engine_->NextNumber(id, "receipt"));
      const std::string receipt = Series() + "-" + std::to_string(number);
      around_.oracle.SetReceipt(serial, receipt);
      part.operations = SaleOf(serial, receipt, random);
      break;
    }
    case WriteKind::kEdit:
      part.operations = {Patch("products", ProductId(AnyProduct(random)), AnyEdit(serial, random))};
      break;
    case WriteKind::kMove:
      part.operations = {Move(AnyProduct(random), static_cast<std::int64_t>(random.Below(21)) - 10)};
      break;
    case WriteKind::kRemove:
      // The others are needed.
      part.operations = {{.kind = OperationKind::kRemove, .collection = "products", .id = ProductId(1)}};
      break;
    case WriteKind::kCreate:
      part.operations = {
          Put("products", ProductId(kFirstProducts + 1 + static_cast<int>(random.Below(3))),
              {{"name", "product " + std::to_string(serial)}, {"price", static_cast<std::int64_t>(random.Below(20))}})};
      break;
    case WriteKind::kTally: {
      SAWA_CO_ASSIGN(const std::int64_t count, co_await TallyIn(id));
      part.operations = {Put("tallies", TallyId(owner_.device, life_), {{"count", count + 1}})};
      break;
    }
    case WriteKind::kOrder:
      part.operations = {AnyOrderEdit(random)};
      break;
    case WriteKind::kRefused: {
      part.operations = {Patch("products", ProductId(AnyProduct(random)), AnyEdit(serial, random)),
                         Move(AnyProduct(random), 5)};
      auto& names = random.Below(2) == 0 ? around_.server.rejected_names : around_.server.quarantined_names;
      names.insert(NameOf(part.kind, serial));
      break;
    }
  }
  co_return part;
}

// What a transaction reads, it reads for its write: two tabs that count up both count.
Task<Result<std::int64_t>> Context::TallyIn(Engine::TransactionId id) {
  const std::string key = PackUuid(TallyId(owner_.device, life_)).value_or("");
  co_return co_await Loaded([this, id, key]() -> Result<std::int64_t> {
    Transaction* transaction = engine_->Find(id);
    if (transaction == nullptr) {
      return Fail(ErrorCode::kDatabaseClosed, "the transaction is gone");
    }
    SAWA_ASSIGN(const auto bytes, transaction->Get("tallies", key));
    if (!bytes) {
      return 0;
    }
    SAWA_ASSIGN(const Record record, engine_->Decode(*bytes));
    const FieldState* field = record.Find("count");
    const auto* count = field != nullptr ? std::get_if<std::int64_t>(&field->value) : nullptr;
    return count != nullptr ? *count : 0;
  });
}

// A tab reads what it wrote, at once.
void Context::CheckOwnWrite(const Part& part) {
  if (part.kind == WriteKind::kOrder) {
    // What stands of it is for the policies to say: the ledger knows.
    return;
  }
  for (const Operation& operation : part.operations) {
    const auto bytes = engine_->Get(operation.collection, PackUuid(operation.id).value_or(""));
    if (!bytes || engine_->missing()) {
      return;
    }
    const std::string what = operation.collection + "/" + operation.id;
    if (operation.kind == OperationKind::kRemove) {
      if (*bytes) {
        around_.oracle.Break("own write not read", what + " is there after it was removed");
      }
      continue;
    }
    if (!*bytes) {
      // What is counted may have been removed by others.
      if (operation.kind == OperationKind::kPut) {
        around_.oracle.Break("own write not read", what + " is not there after it was put");
      }
      continue;
    }
    const auto record = engine_->Decode(**bytes);
    std::map<std::string, Stamp> stamps;
    for (const auto& [name, value] : operation.fields) {
      const FieldState* field = record ? record->Find(name) : nullptr;
      if (field == nullptr || field->value != value) {
        around_.oracle.Break("own write not read", what + "." + name + " is not " + CanonicalText(value));
        return;
      }
      // What was written as it was seen goes the way of the edit that was seen. The server turns back stamps of clocks that
      // run ahead.
      const bool edited = std::ranges::find(operation.was, std::pair(name, value)) == operation.was.end();
      const std::int64_t true_ms = device_.clock.NowMs() - device_.clock.wrong_by_ms;
      if (edited && field->stamp.time >> 16 <= static_cast<std::uint64_t>(true_ms)) {
        stamps.emplace(name, field->stamp);
      }
    }
    if (part.kind == WriteKind::kEdit) {
      around_.oracle.SetStamps(part.serial, operation.id, std::move(stamps));
    }
  }
}

}  // namespace sawa::sim
