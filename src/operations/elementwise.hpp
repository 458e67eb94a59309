// What the files of the element-wise operations share.
#pragma once

#include "operations/operation_rows.hpp"

namespace halfpixel::keras {

std::span<const OperationRow> binary_operations();  // part of elementwise_operations()

}  // namespace halfpixel::keras
