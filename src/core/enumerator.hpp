// Enumerations have the numbers that a caller cast to them, which may be no enumerator's.
#pragma once

#include <cstddef>
#include <string_view>

#include "core/checked.hpp"

namespace halfpixel {

// Throws Error unless `value` is one of the enumerators from 0 to `last`.
template <class Enum>
void require_enumerator(std::string_view speaker, std::string_view argument, Enum value,
                        Enum last) {
  if (static_cast<std::size_t>(value) <= static_cast<std::size_t>(last)) return;
  fail(ErrorCode::invalid_argument, "[", speaker, "] argument `", argument,
       "` must be one of its enumerators; got ", static_cast<int>(value));
}

}  // namespace halfpixel
