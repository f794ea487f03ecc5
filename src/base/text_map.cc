// SPDX-License-Identifier: MIT
#include "base/text_map.h"

namespace sawa {

bool TextLess::operator()(const std::string& left, const std::string& right) const {
  return std::string_view(left).compare(right) < 0;
}
bool TextLess::operator()(const std::string& left, std::string_view right) const {
  return std::string_view(left).compare(right) < 0;
}
bool TextLess::operator()(std::string_view left, const std::string& right) const { return left.compare(right) < 0; }

}  // namespace sawa
