// SPDX-License-Identifier: MIT
// Find against a reference that is as plain as can be.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "support/query_reference.h"

namespace sawa {
namespace {

using test::Reference;
using test::Rows;
using test::Shop;
using test::SomeQuery;
using test::SomeRecord;

RC_GTEST_PROP(FindPropertyTest, FindsWhatTheReferenceFinds, ()) {
  Shop shop;
  Query query = SomeQuery();
  // Type-ahead has an order of its own; here, words narrow.
  if (!query.words.empty() && query.order.empty()) {
    query.order.push_back({"id", false});
  }
  std::vector<std::string> ids;
  for (const FoundRecord& found : Find(shop.source(), query)) {
    ids.push_back(UuidText(found.id));
    RC_ASSERT(*DecodeRecord(found.record, {}) == shop.rows.at(ids.back()));
  }
  RC_ASSERT(ids == Reference(shop.rows, query));
  query.limit = kQueryLimitMax;
  query.offset = 0;
  RC_ASSERT(Count(shop.source(), query) == Reference(shop.rows, query).size());
}

RC_GTEST_PROP(FindPropertyTest, FindsWhatComesBehindARecord, ()) {
  Shop shop;
  Query query = SomeQuery();
  if (query.order.empty()) {
    query.words.clear();
  }
  // One of the records, as it is or as it was, or one that is not there.
  Rows::value_type after{test::IdOf(*rc::gen::inRange(1, 15)), SomeRecord()};
  if (const auto row = shop.rows.find(after.first); row != shop.rows.end() && *rc::gen::arbitrary<bool>()) {
    after.second = row->second;
  }
  const std::string id = PackUuid(after.first).value();
  query.after = {SortKeysOf(shop.source(), query, id, EncodeRecord(after.second)), id};
  std::vector<std::string> ids;
  for (const FoundRecord& found : Find(shop.source(), query)) {
    ids.push_back(UuidText(found.id));
  }
  RC_ASSERT(ids == Reference(shop.rows, query, &after));
}

}  // namespace
}  // namespace sawa
