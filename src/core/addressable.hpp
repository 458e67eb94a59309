// Shapes whose elements can be counted in bytes.
#pragma once

#include <cstdint>
#include <string_view>

#include <halfpixel/dtype.hpp>
#include <halfpixel/shape.hpp>

#include "core/checked.hpp"

namespace halfpixel {

// Refuses a shape that no memory can hold, whatever the dtype. `what`: "input", "output".
inline void require_addressable(std::string_view speaker, std::string_view what,
                                const Shape& shape) {
  std::int64_t bytes = static_cast<std::int64_t>(size_of(DType::float64));
  for (const std::int64_t extent : shape) {
    if (extent != 0 && multiply_overflows(bytes, extent, &bytes)) {
      fail(ErrorCode::invalid_argument, "[", speaker, "] ", what,
           " shape is too large for any memory; got ", shape);
    }
  }
}

}  // namespace halfpixel
