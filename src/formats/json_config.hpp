// JSON of model files -> Config. Python's dialect (NaN, Infinity), strict UTF-8, and limits on
// size, depth and number of values, so that no text takes long or much.
#pragma once

#include <string_view>

#include <halfpixel/keras/layer.hpp>

namespace halfpixel::formats {

using keras::Config;

inline constexpr std::size_t kMaxJsonBytes = std::size_t{64} << 20;
inline constexpr int kMaxJsonDepth = 200;
inline constexpr std::size_t kMaxJsonValues = 2'000'000;

// `what` speaks in errors: "config.json". Throws Error (malformed_file) for anything but one JSON
// value; keys that appear twice in an object are refused too. Integers beyond 64 bits become
// floating.
Config::Value parse_json_config(std::string_view text, std::string_view what);
// The same, when it must be an object.
Config parse_json_object(std::string_view text, std::string_view what);

}  // namespace halfpixel::formats
