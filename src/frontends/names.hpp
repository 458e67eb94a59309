// The names of an enumeration's values, which are in the order of the values.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>

namespace halfpixel::frontends {

template <class Enum, class Names>
std::string_view name_in(const Names& names, Enum value) noexcept {
  const auto i = static_cast<std::size_t>(value);
  return i < std::size(names) ? names[i] : "unknown";
}

// The position of `name`, or how many there are.
template <class Names>
std::size_t find_in(const Names& names, std::string_view name) {
  return static_cast<std::size_t>(std::find(std::begin(names), std::end(names), name) -
                                  std::begin(names));
}

template <class Names>
std::string list_of(const Names& names) {
  std::string list;
  for (const std::string_view name : names) list += (list.empty() ? "" : ", ") + std::string(name);
  return list;
}

}  // namespace halfpixel::frontends
