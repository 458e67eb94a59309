// Walking along one axis: positions of extremes, running sums and products.
#pragma once

#include <cstdint>

#include "graph/op.hpp"

namespace halfpixel::graph {

enum class Extreme : std::uint8_t { greatest, least };

struct ArgExtremeAttributes {
  Extreme extreme = Extreme::greatest;
  int axis = -1;  // negative: from the end
  bool keepdims = false;
  DType result = DType::int32;  // or int64
  bool zeros_apart = false;     // -0 is less than +0
  friend bool operator==(const ArgExtremeAttributes&, const ArgExtremeAttributes&) = default;
};
// The first position of the greatest (least) element along an axis.
OpPtr make_arg_extreme(const ArgExtremeAttributes& attributes);

struct CumsumAttributes {
  int axis = -1;           // negative: from the end
  bool exclusive = false;  // sums of what comes before
  bool reverse = false;    // from the end
  friend bool operator==(const CumsumAttributes&, const CumsumAttributes&) = default;
};
// Running sums along an axis.
OpPtr make_cumsum(const CumsumAttributes& attributes);
// Running products; exclusive ones begin with 1.
OpPtr make_cumprod(const CumsumAttributes& attributes);

}  // namespace halfpixel::graph
