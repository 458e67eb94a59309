// How far two results are apart.
#pragma once

#include <cstdint>

#include <halfpixel/tensor.hpp>

namespace halfpixel::bench {

struct Difference {
  bool equal = true;         // bit for bit
  double max_abs = 0;        // not finite when one result is and the other is not
  std::int64_t max_ulp = 0;  // floating dtypes: how many values of the dtype lie between, at most
};

// Both contiguous, of one shape and dtype.
Difference compare(const ConstTensorView& a, const ConstTensorView& b);

}  // namespace halfpixel::bench
