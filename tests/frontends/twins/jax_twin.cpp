#include "frontends/twins/jax_twin.hpp"

#include <algorithm>
#include <cmath>

#include "frontends/twins/twin.hpp"

namespace twin {
namespace jax {
namespace {

// JAX knows 32 bits at most.
Tensor narrowed(const Tensor& x) {
  const DType dtype = x.dtype() == DType::float64  ? DType::float32
                      : x.dtype() == DType::int64  ? DType::int32
                      : x.dtype() == DType::uint64 ? DType::uint32
                                                   : x.dtype();
  if (dtype == x.dtype()) return x;
  Tensor result(x.shape(), dtype);
  for (Index i = 0; i < x.size(); ++i) {
    if (dtype == DType::float32)
      result.data<float>()[i] = static_cast<float>(x.data<double>()[i]);
    else  // the low half
      std::memcpy(static_cast<char*>(result.data()) + 4 * i,
                  static_cast<const char*>(x.data()) + 8 * i, 4);
  }
  return result;
}

// As compiled: in * (1 / out) is one constant.
Index nearest(Index in, Index out, Index i) {
  if (in == out) return i;
  const float step = static_cast<float>(in) * (1.0F / static_cast<float>(out));
  const auto at = static_cast<Index>(std::floor((static_cast<float>(i) + 0.5F) * step));
  return std::clamp<Index>(at, 0, in - 1);
}

}  // namespace
}  // namespace jax

Tensor jax_nearest(const Tensor& x, const Shape& shape) {
  const Tensor from = jax::narrowed(x);
  Tensor result(shape, from.dtype());
  for_each(shape, [&](const Indices& to, Index i) {
    Indices at = to;
    for (int axis = 0; axis < shape.rank(); ++axis) {
      Index& position = at[static_cast<std::size_t>(axis)];
      position = jax::nearest(x.shape()[axis], shape[axis], position);
    }
    copy(from, offset(x.shape(), at), result, i);
  });
  return result;
}

}  // namespace twin
