// SPDX-License-Identifier: MIT
// Queries and schemas as apps write them: whatever is accepted can be run.
#include "codec/json.h"
#include "query/aggregate.h"
#include "support/fuzz.h"
#include "support/merge_preview.h"
#include "support/view_context.h"

namespace {

// Three products with a value of each kind, made once.
sawa::test::ViewContext& Context() {
  static sawa::test::ViewContext* const kContext = [] {
    auto* context = new sawa::test::ViewContext();
    for (int number = 1; number <= 3; ++number) {
      sawa::Record record = sawa::test::ProductRecord("Sukari " + std::to_string(number), number, {1, 0});
      record.Set("rate", 0.5 * number, {1, 0});
      record.Set("archived", number == 2, {1, 0});
      record.Set("extra", sawa::JsonText{"[1]"}, {1, 0});
      SAWA_CHECK(context->Commit({sawa::test::ViewContext::Confirm("products", number, record)}).has_value(), "stored");
    }
    return context;
  }();
  return *kContext;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = sawa::test::TextOf(data, size);
  static_cast<void>(sawa::test::PreviewMerge(text));
  const auto json = sawa::ParseJson(text);
  if (!json) {
    return 0;
  }
  const std::string canonical = sawa::JsonToText(*json);
  const auto again = sawa::ParseJson(canonical);
  SAWA_CHECK(again && sawa::JsonToText(*again) == canonical, "canonical JSON is not the same twice");
  static_cast<void>(sawa::SchemaFromJson(*json));
  const auto query = sawa::QueryFromJson(Context().schema(), "products", *json);
  if (query) {
    const auto source = Context().view().Source("products");
    const auto found = sawa::Find(source, *query);
    const std::size_t count = sawa::Count(source, *query);
    const std::size_t behind_offset = count - std::min(query->offset, count);
    const std::size_t expected = std::min(behind_offset, query->limit);
    SAWA_CHECK(query->after ? found.size() <= expected : found.size() == expected,
               "find and count are not of one mind");
    sawa::Measured measured;
    if (const auto rows = sawa::Aggregate(source, *query, *json, measured); rows) {
      SAWA_CHECK(sawa::ParseJson(std::string_view(*rows)).has_value(), "rows that are not JSON");
    }
    for (const sawa::FoundRecord& one : found) {
      SAWA_CHECK(sawa::Matches(source, *query, one.id, one.record), "a query found what does not match");
    }
  }
  return 0;
}
