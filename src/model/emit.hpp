// What layers and operations emit alike.
#pragma once

#include <cstdint>

#include "model/layer_impl.hpp"

namespace halfpixel::keras {

// x in this dtype: x itself where it has it.
ValueId cast_to(Builder& builder, ValueId x, DType dtype);
ValueId as_float32(Builder& builder, ValueId x);
// x == 0, x == 1 … in a new axis of `classes`, which is `axis` of the result; numbers of no class
// are false everywhere.
ValueId class_rows(Builder& builder, ValueId x, std::int64_t classes, std::int64_t axis);

}  // namespace halfpixel::keras
