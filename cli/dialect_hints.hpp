// An option of another dialect was typed: what the chosen one has instead.
#pragma once

#include <string>
#include <string_view>

namespace halfpixel::cli {

// "; go has --interpolator, NearestNeighbor, …", or nothing. text: what was typed behind `word`.
std::string instead_of(std::string_view word, std::string_view text, std::string_view dialect);

// 50% and 1.5x as factors, 0.5 and 1.5; others as an example.
std::string factor_of(std::string_view size);

}  // namespace halfpixel::cli
