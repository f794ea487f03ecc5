// SPDX-License-Identifier: MIT
// Arbitrary stamps, values, records and batches for rapidcheck. Needs: codec.
#pragma once

#include <rapidcheck.h>

#include <string>
#include <utility>
#include <vector>

#include "codec/batch_codec.h"
#include "model/record.h"
#include "model/stamp.h"
#include "model/value.h"
#include "support/json.h"

namespace sawa::test {

inline rc::Gen<std::int64_t> ExactIntegers() { return rc::gen::inRange<std::int64_t>(-kIntegerMax, kIntegerMax + 1); }

// Texts of one- to four-byte UTF-8 sequences, with the characters that JSON escapes among them.
inline rc::Gen<std::string> Utf8Texts() {
  const auto pieces = rc::gen::element<std::string>("a", "Z", "0", " ", "\"", "\\", "/", "\n", "\t", "\x01", "\x7F",
                                                    "é", "ß", "ž", "€", "\xEF\xBF\xBD", "😀", std::string(1, '\0'));
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(pieces), [](const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts) {
      text += part;
    }
    return text;
  });
}

inline rc::Gen<double> FiniteNumbers() {
  return rc::gen::map(
      rc::gen::pair(ExactIntegers(), rc::gen::inRange(1, 1000)),
      [](const std::pair<std::int64_t, int>& parts) { return static_cast<double>(parts.first) / parts.second; });
}

// A JSON array or object, nested a little.
inline rc::Gen<Json> NestedJson(int depth = 2) {
  const auto leaf = rc::gen::oneOf(rc::gen::just(Json(nullptr)),
                                   rc::gen::map(rc::gen::arbitrary<bool>(), [](bool flag) { return Json(flag); }),
                                   rc::gen::map(ExactIntegers(), [](std::int64_t number) { return Json(number); }),
                                   rc::gen::map(Utf8Texts(), [](const std::string& text) { return Json(text); }));
  const auto item = depth == 0 ? leaf : rc::gen::oneOf(leaf, NestedJson(depth - 1));
  const auto array = rc::gen::map(rc::gen::container<std::vector<Json>>(item), [](const std::vector<Json>& items) {
    Json json = Json::array();
    for (const Json& each : items) {
      json.push_back(each);
    }
    return json;
  });
  const auto object = rc::gen::map(rc::gen::container<std::map<std::string, Json>>(Utf8Texts(), item),
                                   [](const std::map<std::string, Json>& members) {
                                     Json json = Json::object();
                                     for (const auto& [key, value] : members) {
                                       json[key] = value;
                                     }
                                     return json;
                                   });
  return rc::gen::resize(6, rc::gen::oneOf(array, object));
}

// Values as they come from JSON: numbers with a fraction as doubles, whole ones as integers.
inline rc::Gen<Value> Values() {
  return rc::gen::oneOf(rc::gen::just(Value{}),
                        rc::gen::map(rc::gen::arbitrary<bool>(), [](bool flag) { return Value{flag}; }),
                        rc::gen::map(ExactIntegers(), [](std::int64_t number) { return Value{number}; }),
                        rc::gen::map(FiniteNumbers(), [](double number) { return ValueFromJson(Json(number)); }),
                        rc::gen::map(Utf8Texts(), [](std::string text) { return Value{std::move(text)}; }),
                        rc::gen::map(NestedJson(), [](const Json& json) { return ValueFromJson(json); }));
}

// Few times and nodes, so that equal and neighbouring stamps are common.
inline rc::Gen<Stamp> CloseStamps() {
  return rc::gen::map(
      rc::gen::pair(rc::gen::inRange<std::uint64_t>(1, 8), rc::gen::inRange<std::uint64_t>(0, 3)),
      [](const std::pair<std::uint64_t, std::uint64_t>& parts) { return Stamp{parts.first, parts.second}; });
}

inline rc::Gen<Stamp> Stamps() {
  return rc::gen::map(
      rc::gen::pair(rc::gen::arbitrary<std::uint64_t>(), rc::gen::arbitrary<std::uint64_t>()),
      [](const std::pair<std::uint64_t, std::uint64_t>& parts) { return Stamp{parts.first, parts.second}; });
}

inline rc::Gen<Record> Records() {
  return rc::gen::exec([] {
    Record record;
    const auto stamps = *rc::gen::nonEmpty(rc::gen::container<std::vector<Stamp>>(Stamps()));
    const auto names = *rc::gen::container<std::vector<std::string>>(Utf8Texts());
    for (const std::string& name : names) {
      record.Set(name, *Values(), *rc::gen::elementOf(stamps));
    }
    if (*rc::gen::arbitrary<bool>()) {
      record.removed = *Stamps();
    }
    return record;
  });
}

inline rc::Gen<TableChange> Changes() {
  return rc::gen::exec([] {
    TableChange change;
    change.kind = *rc::gen::element(TableChange::Kind::kPut, TableChange::Kind::kRemove, TableChange::Kind::kClear);
    change.table = *rc::gen::element<std::string>("meta", "outbox", "records/sales", "");
    if (change.kind != TableChange::Kind::kClear) {
      change.key = *rc::gen::arbitrary<std::string>();
    }
    if (change.kind == TableChange::Kind::kPut) {
      change.value = *rc::gen::arbitrary<Bytes>();
    }
    return change;
  });
}

}  // namespace sawa::test

namespace sawa {

// How rapidcheck prints a counterexample.
inline void showValue(const Value& value, std::ostream& out) { out << CanonicalText(value); }
inline void showValue(const Stamp& stamp, std::ostream& out) { out << StampText(stamp); }

}  // namespace sawa
