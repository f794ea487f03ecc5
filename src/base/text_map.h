// SPDX-License-Identifier: MIT
// Maps and sets of texts, which find a view of a text without making a copy of it. Layer: base.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace sawa {

// In the order of their bytes. Searches spend most of their time here, so it is compiled for speed.
struct TextLess {
  using is_transparent = void;

  bool operator()(const std::string& left, const std::string& right) const;
  bool operator()(const std::string& left, std::string_view right) const;
  bool operator()(std::string_view left, const std::string& right) const;
  bool operator()(const std::string& left, const char* right) const { return (*this)(left, std::string_view(right)); }
  bool operator()(const char* left, const std::string& right) const { return (*this)(std::string_view(left), right); }
};

template <typename Value>
using TextMap = std::map<std::string, Value, TextLess>;
using TextSet = std::set<std::string, TextLess>;

}  // namespace sawa
