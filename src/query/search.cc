// SPDX-License-Identifier: MIT
#include "query/search.h"

#include <algorithm>

#include "storage/table_names.h"

namespace sawa {
namespace {

bool BeginsWord(std::string_view text, std::size_t position) {
  if (position == 0) {
    return true;
  }
  const auto before = static_cast<std::uint8_t>(text[position - 1]);
  const bool letter = (before >= 'a' && before <= 'z') || (before >= '0' && before <= '9') || before >= 0x80;
  return !letter;
}

bool HasWordBeginning(std::string_view text, std::string_view word) {
  for (auto position = text.find(word); position != std::string_view::npos; position = text.find(word, position + 1)) {
    if (BeginsWord(text, position)) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool HasWords(std::string_view text, const std::vector<std::string>& words) {
  return std::ranges::all_of(words, [&](const std::string& word) { return text.contains(word); });
}

std::string_view LongestOf(const std::vector<std::string>& words) {
  return *std::ranges::max_element(words, {}, &std::string::size);
}

std::vector<FoundRecord> Search(const QuerySource& source, std::string_view table,
                                const std::vector<std::string>& words, std::size_t limit,
                                FunctionRef<bool(std::string_view id, ByteView record)> matches) {
  const std::string records = RecordsTable(source.collection.name);
  std::vector<FoundRecord> beginnings;
  std::vector<FoundRecord> others;
  const std::string_view longest = LongestOf(words);
  Cursor cursor(source.reader.Sources(table), Direction::kForward, {});
  for (; cursor.valid() && beginnings.size() < limit; cursor.NextWith(longest)) {
    const std::string_view text = cursor.key().substr(0, cursor.key().size() - std::min(cursor.key().size(), kIdBytes));
    if (!HasWords(text, words)) {
      continue;
    }
    const bool begins =
        std::ranges::all_of(words, [&](const std::string& word) { return HasWordBeginning(text, word); });
    if (!begins && others.size() >= limit) {
      continue;
    }
    const std::string_view id = IdOfEntry(cursor.key());
    const auto record = source.reader.Get(records, id);
    // A record whose page is missed may well be an answer.
    if (!record || matches(id, *record)) {
      (begins ? beginnings : others).push_back({std::string(id), record.value_or(ByteView())});
    }
  }
  std::ranges::move(others, std::back_inserter(beginnings));
  beginnings.resize(std::min(beginnings.size(), limit));
  return beginnings;
}

}  // namespace sawa
