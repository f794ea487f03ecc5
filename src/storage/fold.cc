// SPDX-License-Identifier: MIT
// Folding the log into pages: only those that changed are written anew.
#include <algorithm>
#include <iterator>
#include <utility>

#include "storage/page_writer.h"
#include "storage/tables.h"

namespace sawa {
namespace {

// The first change that belongs behind the page at `index`.
Changes::const_iterator EndOfPage(const Changes& changes, const std::vector<PageRef>& pages, std::size_t index) {
  return index + 1 < pages.size() ? changes.lower_bound(pages[index + 1].first_key) : changes.end();
}

PageRef RefOf(PageId id, const Page& page) {
  return {id, std::string(page.key(0)), static_cast<std::uint32_t>(page.size())};
}

}  // namespace

// Notes the pages that a fold needs and are not in memory.
bool Tables::MissesFoldedPages(const Deltas& deltas) const {
  for (const auto& [name, delta] : deltas) {
    const auto pages = directory_.tables.find(name);
    if (delta.cleared || pages == directory_.tables.end()) {
      continue;
    }
    auto change = delta.changes.begin();
    while (change != delta.changes.end()) {
      const std::size_t index = PageIndexOf(pages->second, change->first);
      static_cast<void>(FindPage(pages->second, index, 0));
      change = EndOfPage(delta.changes, pages->second, index);
    }
  }
  return missing();
}

// False, and nothing has changed, if another context changed what is folded. Takes the pages of `replaced` once they are
// stored.
Task<Result<bool>> Tables::Fold(Deltas deltas, std::vector<TableContent>* replaced, std::optional<Bytes> entry) {
  const std::uint64_t change_count = change_count_;
  while (MissesFoldedPages(deltas)) {
    SAWA_CO_TRY(co_await LoadMissingLocked());
    if (change_count_ != change_count) {
      co_return false;
    }
  }
  Directory directory = directory_;
  FoldedTable all;
  const auto take_over = [&](const std::string& name, FoldedTable folded) {
    std::ranges::move(folded.added, std::back_inserter(all.added));
    std::ranges::move(folded.dropped, std::back_inserter(all.dropped));
    directory.tables[name] = std::move(folded.refs);
    if (directory.tables[name].empty()) {
      directory.tables.erase(name);
    }
  };
  for (const auto& [name, delta] : deltas) {
    take_over(name, FoldTable(directory.tables[name], delta, directory.next_page_id));
    // Gives the others a turn: all tables at once would hold up the page.
    SAWA_CO_TRY(co_await storage_.ReadLog(position_));
  }
  std::vector<std::pair<PageId, Page*>> added;
  added.reserve(all.added.size());
  for (auto& [id, page] : all.added) {
    added.emplace_back(id, &page);
  }
  for (TableContent& content : *replaced) {
    std::vector<PageRef>& refs = directory.tables[content.table];
    std::ranges::transform(refs, std::back_inserter(all.dropped), &PageRef::id);
    refs.clear();
    for (Page& page : content.pages) {
      added.emplace_back(directory.next_page_id++, &page);
      refs.push_back(RefOf(added.back().first, page));
    }
    if (refs.empty()) {
      directory.tables.erase(content.table);
    }
  }
  co_return co_await StoreFold(std::move(directory), std::move(added), std::move(all.dropped), std::move(entry));
}

Task<Result<bool>> Tables::StoreFold(Directory directory, std::vector<std::pair<PageId, Page*>> added,
                                     std::vector<PageId> dropped, std::optional<Bytes> entry) {
  FoldRequest request{.from = folded_to_,
                      .to = position_ + (entry ? 1 : 0),
                      .directory = EncodeDirectory(directory),
                      .dropped = std::move(dropped),
                      .entry = std::move(entry)};
  const LogPosition to = request.to;
  for (const auto& [id, page] : added) {
    request.added.emplace_back(id, page->bytes());
  }
  SAWA_CO_ASSIGN(const bool folded, co_await storage_.Fold(std::move(request)));
  if (!folded) {
    // Another context was first; its pages and log are as good.
    SAWA_CO_TRY(co_await Reload());
    co_return false;
  }
  directory_ = std::move(directory);
  cache_.KeepOnly(directory_);
  PageLoad load;
  for (const auto& [id, page] : added) {
    load.pages.emplace_back(id, std::move(*page));
  }
  AddToCache(std::move(load));
  deltas_.clear();
  position_ = folded_to_ = to;
  log_length_ = 1;
  log_bytes_ = 0;
  co_return true;
}

Tables::FoldedTable Tables::FoldTable(const std::vector<PageRef>& pages, const Delta& delta, PageId& next_id) const {
  FoldedTable folded;
  if (pages.empty() || delta.cleared) {
    std::ranges::transform(pages, std::back_inserter(folded.dropped), &PageRef::id);
    PageWriter writer;
    for (const auto& [key, value] : delta.changes) {
      if (value) {
        writer.Add(key, *value);
      }
    }
    folded.Add(writer.Finish(), next_id);
    return folded;
  }
  auto change = delta.changes.begin();
  for (std::size_t index = 0; index < pages.size(); ++index) {
    const auto end = EndOfPage(delta.changes, pages, index);
    if (change == end) {
      folded.refs.push_back(pages[index]);
      continue;
    }
    folded.dropped.push_back(pages[index].id);
    folded.Add(FoldPage(*cache_.Find(pages[index].id), change, end), next_id);
    change = end;
  }
  return folded;
}

void Tables::FoldedTable::Add(std::vector<Page> pages, PageId& next_id) {
  for (Page& page : pages) {
    refs.push_back(RefOf(next_id, page));
    added.emplace_back(next_id++, std::move(page));
  }
}

std::vector<Page> Tables::FoldPage(const Page& page, Changes::const_iterator first, Changes::const_iterator last) {
  std::size_t byte_count = page.bytes().size();
  for (auto change = first; change != last; ++change) {
    byte_count += change->second ? change->first.size() + change->second->size() : 0;
  }
  PageWriter writer(byte_count);
  std::size_t index = 0;
  const auto add_page_up_to = [&](std::size_t end) {
    for (; index < end; ++index) {
      writer.Add(page.key(index), page.value(index));
    }
  };
  for (auto change = first; change != last; ++change) {
    add_page_up_to(page.LowerBound(change->first));
    if (index < page.size() && page.key(index) == change->first) {
      ++index;
    }
    if (change->second) {
      writer.Add(change->first, *change->second);
    }
  }
  add_page_up_to(page.size());
  return writer.Finish();
}

}  // namespace sawa
