// JSON as Keras' own files hold it: reading keras.json, writing configurations, and Python's
// spelling of values for error messages.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <halfpixel/keras/layer.hpp>

namespace halfpixel::keras {

// What Python's json.loads returns for these bytes, or nothing where it raises ValueError. Any
// bytes are survived; nesting deeper than Python's own limit is refused too. Integers beyond 64
// bits are clamped.
std::optional<Config::Value> parse_json(std::string_view bytes);

// As Python prints the value inside a container: None, True, 'text', [1, 2.0], {'a': 1}.
std::string python_repr(const Config::Value& value);
// As Python's str() prints it: text without quotes.
std::string python_str(const Config::Value& value);
// "int", "str", … as in "<class 'int'>".
std::string_view python_type(const Config::Value& value) noexcept;

}  // namespace halfpixel::keras
