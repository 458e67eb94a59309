// The names of a model's layers, each of them once.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

namespace halfpixel::formats {

struct LayerNames {
  std::unordered_set<std::string> names;
  bool has(const std::string& name) const { return names.count(name) != 0; }
};

}  // namespace halfpixel::formats
