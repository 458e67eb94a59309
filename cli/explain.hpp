// What --explain prints.
#pragma once

#include <string>

#include <halfpixel/resample.hpp>

namespace halfpixel::cli {

// The plan's lines, its sides in words, and what the lines mean.
std::string explanation(const resample::Plan& plan);
// "30 high and 20 wide": 480x640 is said in both orders.
std::string sides_text(std::int64_t height, std::int64_t width);

}  // namespace halfpixel::cli
