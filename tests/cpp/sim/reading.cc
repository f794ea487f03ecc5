// SPDX-License-Identifier: MIT
// What the tabs of a shop read, and what they may never see.
#include <map>

#include "base/uuid.h"
#include "sim/context.h"

namespace sawa::sim {
namespace {

using RecordsById = std::map<std::string, Record>;

constexpr std::string_view kAll = R"({"limit":10000})";

std::int64_t IntegerOf(const Record& record, std::string_view name) {
  const FieldState* field = record.Find(name);
  const auto* integer = field != nullptr ? std::get_if<std::int64_t>(&field->value) : nullptr;
  return integer != nullptr ? *integer : 0;
}

std::string TextOf(const Record& record, std::string_view name) {
  const FieldState* field = record.Find(name);
  const auto* text = field != nullptr ? std::get_if<std::string>(&field->value) : nullptr;
  return text != nullptr ? *text : std::string();
}

Result<RecordsById> All(Engine& engine, std::string_view collection) {
  SAWA_ASSIGN(const JsonView query, ParseJson(kAll));
  SAWA_ASSIGN(const std::vector<FoundRecord> found, engine.Find(collection, query));
  RecordsById records;
  for (const FoundRecord& each : found) {
    SAWA_ASSIGN(Record record, engine.Decode(each.record));
    records.emplace(UuidText(each.id), std::move(record));
  }
  return records;
}

}  // namespace

struct Context::Seen {
  RecordsById products;
  RecordsById sales;
  RecordsById lines;
  RecordsById payments;
};

Result<Context::Seen> Context::See() {
  Seen seen;
  SAWA_ASSIGN(seen.products, All(*engine_, "products"));
  SAWA_ASSIGN(seen.sales, All(*engine_, "sales"));
  SAWA_ASSIGN(seen.lines, All(*engine_, "lines"));
  SAWA_ASSIGN(seen.payments, All(*engine_, "payments"));
  return seen;
}

Task<Result<void>> Context::ReadAll() {
  SAWA_CO_ASSIGN(const Seen seen, co_await Loaded([this] { return See(); }));
  if (!owner_.dead) {
    CheckSales(seen);
    CheckOwnWrites(seen);
  }
  co_return Result<void>{};
}

// A sale is there as a whole or not at all. Where answers come in parts that holds for one's own sales, and for those of
// others once all parts have come.
void Context::CheckSales(const Seen& seen) {
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> lines_of;  // Count and sum, by sale.
  for (const auto& [id, line] : seen.lines) {
    auto& [count, sum] = lines_of[TextOf(line, "sale")];
    ++count;
    sum += IntegerOf(line, "amount");
  }
  if (!around_.whole_pages) {
    return;
  }
  for (const auto& [id, sale] : seen.sales) {
    const auto lines = lines_of.extract(id);
    const bool whole = !lines.empty() && lines.mapped().first == IntegerOf(sale, "lines") &&
                       lines.mapped().second == IntegerOf(sale, "total");
    if (!whole) {
      around_.oracle.Break("sale torn", "sale " + id + " is seen without all its lines");
    }
  }
  for (const auto& [id, payment] : seen.payments) {
    const auto sale = seen.sales.find(TextOf(payment, "sale"));
    if (sale == seen.sales.end() || IntegerOf(sale->second, "total") != IntegerOf(payment, "amount")) {
      around_.oracle.Break("sale torn", "payment " + id + " is seen without its sale");
    }
  }
  if (!lines_of.empty() || seen.payments.size() != seen.sales.size()) {
    around_.oracle.Break("sale torn", "lines or payments and sales are not of each other");
  }
}

// What was promised to this tab, or to another one before this one looked last, is there: pulls do not undo it.
void Context::CheckOwnWrites(const Seen& seen) {
  for (const auto& [serial, write] : around_.oracle.writes()) {
    const bool promised = write.fate == Fate::kAcknowledged && write.device == owner_.device && write.life == life_;
    const bool known = write.context == owner_.number || write.acknowledged_at <= fresh_to_;
    if (promised && known && write.kind == WriteKind::kSale) {
      CheckOwnSale(write, seen);
    } else if (promised && known && write.kind == WriteKind::kEdit) {
      CheckOwnEdit(write, seen);
    }
  }
}

void Context::CheckOwnSale(const Write& write, const Seen& seen) {
  const auto sale = seen.sales.find(SaleId(write.serial));
  const auto payment = seen.payments.find(PaymentId(write.serial));
  if (sale == seen.sales.end() || payment == seen.payments.end() || !seen.lines.contains(LineId(write.serial, 0)) ||
      IntegerOf(sale->second, "total") != IntegerOf(payment->second, "amount")) {
    around_.oracle.Break("own sale not seen", "tab " + std::to_string(owner_.number) + " of device " +
                                                  std::to_string(owner_.device) + " does not see all of its sale " +
                                                  std::to_string(write.serial));
  }
}

// A field shows one's own edit or a later one.
void Context::CheckOwnEdit(const Write& write, const Seen& seen) {
  const auto product = seen.products.find(write.record);
  if (product == seen.products.end()) {
    // Removed by now, or read too late after the edit to know its stamps.
    return;
  }
  for (const auto& [name, stamp] : write.stamps) {
    const FieldState* field = product->second.Find(name);
    if (field == nullptr || field->stamp < stamp) {
      around_.oracle.Break("own edit not seen", "tab " + std::to_string(owner_.number) + " of device " +
                                                    std::to_string(owner_.device) + " does not see its edit " +
                                                    std::to_string(write.serial) + " of " + write.record + "." + name);
    }
  }
}

Task<Result<std::string>> Context::DumpOf(std::string collection, std::string order) {
  const std::string query = R"({"limit":10000,"orderBy":[{"field":")" + order + R"("}]})";
  co_return co_await Loaded([this, &collection, &query]() -> Result<std::string> {
    SAWA_ASSIGN(const JsonView json, ParseJson(std::string_view(query)));
    SAWA_ASSIGN(const std::vector<FoundRecord> found, engine_->Find(collection, json));
    std::map<std::string, std::string> lines;
    for (const FoundRecord& each : found) {
      SAWA_ASSIGN(const Record record, engine_->Decode(each.record));
      lines.emplace(UuidText(each.id), LineOf(record));
    }
    std::string text;
    for (const auto& [id, line] : lines) {
      text.append(collection).append("/").append(id).append(line).append("\n");
    }
    return text;
  });
}

std::string LineOf(const Record& record) {
  std::string line;
  for (const FieldState& field : record.fields()) {
    line.append(" ").append(field.name).append("=").append(CanonicalText(field.value));
    line.append("@").append(StampText(field.stamp));
  }
  return line;
}

}  // namespace sawa::sim
