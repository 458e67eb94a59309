// Padding.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "graph/op.hpp"

namespace halfpixel::graph {

enum class PadMode {
  constant,   // 0 0 | a b c | 0 0
  reflect,    // c b | a b c | b a: less than the extent on each side
  symmetric,  // b a | a b c | c b: at most the extent
  edge,       // a a | a b c | c c
};
PadMode to_pad_mode(std::string_view name);  // any case; throws Error
std::string_view name_of(PadMode mode) noexcept;

// (before, after) of every axis, >= 0
using PadAmounts = std::vector<std::pair<std::int64_t, std::int64_t>>;

// `value` is what constant padding holds.
OpPtr make_pad(PadAmounts amounts, PadMode mode = PadMode::constant, double value = 0.0);

}  // namespace halfpixel::graph
