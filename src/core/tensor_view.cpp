#include <cstdint>
#include <limits>
#include <utility>

#include <halfpixel/error.hpp>
#include <halfpixel/tensor.hpp>

#include "core/checked.hpp"
#include "core/enumerator.hpp"

namespace halfpixel {
namespace {

// Lowest and one past the highest byte that a view can touch, relative to its first element.
struct Extent {
  std::int64_t low = 0;
  std::int64_t high = 0;
};

Extent extent_of(const Shape& shape, const Shape& strides, std::int64_t size, DType dtype) {
  Extent extent;
  if (size == 0) return extent;
  const auto bytes = static_cast<std::int64_t>(size_of(dtype));
  extent.high = bytes;
  for (int i = 0; i < shape.rank(); ++i) {
    std::int64_t reach = 0;
    bool overflow = multiply_overflows(shape[i] - 1, strides[i], &reach);
    overflow = overflow || multiply_overflows(reach, bytes, &reach);
    std::int64_t& side = reach < 0 ? extent.low : extent.high;
    overflow = overflow || __builtin_add_overflow(side, reach, &side);
    if (overflow) {
      fail(ErrorCode::invalid_argument, "[TensorView] strides reach beyond memory; got shape ",
           shape.str());
    }
  }
  return extent;
}

// Every byte of the view has an address, and its elements stand where their type may stand.
void check_address(const void* data, const Extent& extent, DType dtype) {
  const auto base = reinterpret_cast<std::uintptr_t>(data);
  if (base % size_of(dtype) != 0) {
    fail(ErrorCode::invalid_argument, "[TensorView] data must be aligned to its elements of ",
         size_of(dtype), " bytes; got an address that leaves ", base % size_of(dtype));
  }
  // Differences of addresses are signed, so half of what pointers can name is all there is.
  constexpr auto kMost = static_cast<std::uintptr_t>(std::numeric_limits<std::intptr_t>::max());
  if (base < -static_cast<std::uintptr_t>(extent.low) || base > kMost ||
      static_cast<std::uintptr_t>(extent.high) > kMost - base) {
    fail(ErrorCode::invalid_argument, "[TensorView] shape and strides reach beyond memory; got ",
         extent.low, " to ", extent.high, " bytes from the first element");
  }
}

// Strides may be negative, which Shape's checking constructor refuses.
Shape stride_list(std::span<const std::int64_t> strides, int rank) {
  if (strides.size() != static_cast<std::size_t>(rank)) {
    fail(ErrorCode::invalid_argument, "[TensorView] strides must have one value per axis; got ",
         strides.size(), " for rank ", rank);
  }
  Shape list;
  for (int i = 0; i < rank; ++i) list.push_back(0);
  for (int i = 0; i < rank; ++i) list[i] = strides[static_cast<std::size_t>(i)];
  return list;
}

}  // namespace

ConstTensorView::ConstTensorView(const void* data, DType dtype, const Shape& shape)
    : data_(const_cast<void*>(data)), shape_(shape), size_(shape.num_elements()), dtype_(dtype) {
  require_enumerator("TensorView", "dtype", dtype, DType::boolean);
  std::int64_t bytes = 0;
  if (multiply_overflows(size_, static_cast<std::int64_t>(size_of(dtype)), &bytes)) {
    fail(ErrorCode::invalid_argument, "[TensorView] shape is too large; got ", shape.str());
  }
  if (data == nullptr && size_ > 0) {
    fail(ErrorCode::invalid_argument, "[TensorView] data must not be null; got null for shape ",
         shape.str());
  }
  if (size_ > 0) check_address(data, {0, bytes}, dtype);
  strides_ = shape;
  std::int64_t stride = 1;
  for (int i = shape.rank() - 1; i >= 0; --i) {
    strides_[i] = stride;
    if (shape[i] > 0) stride *= shape[i];
  }
}

ConstTensorView::ConstTensorView(const void* data, DType dtype, const Shape& shape,
                                 std::span<const std::int64_t> strides)
    : ConstTensorView(data, dtype, shape) {
  const Shape given = stride_list(strides, shape.rank());
  if (size_ > 0) check_address(data, extent_of(shape, given, size_, dtype), dtype);
  for (int i = 0; i < shape.rank(); ++i) {
    if (shape[i] > 1 && given[i] != strides_[i]) contiguous_ = false;
  }
  if (size_ == 0) contiguous_ = true;
  strides_ = given;
}

void ConstTensorView::require_dtype(DType wanted) const {
  if (wanted != dtype_) {
    fail(ErrorCode::invalid_argument, "[TensorView] data<T>() must match the dtype; got ", wanted,
         " for a view of ", dtype_);
  }
}

bool overlaps(const ConstTensorView& a, const ConstTensorView& b) noexcept {
  if (a.size() == 0 || b.size() == 0) return false;
  const auto range = [](const ConstTensorView& v) {
    std::int64_t low = 0;
    std::int64_t high = 0;
    const auto bytes = static_cast<std::int64_t>(size_of(v.dtype()));
    for (int i = 0; i < v.shape().rank(); ++i) {  // checked when the view was made
      const std::int64_t reach = (v.shape()[i] - 1) * v.stride(i) * bytes;
      (reach < 0 ? low : high) += reach;
    }
    const auto base = reinterpret_cast<std::uintptr_t>(v.data());
    return std::pair(base + static_cast<std::uintptr_t>(low),
                     base + static_cast<std::uintptr_t>(high + bytes));
  };
  const auto [a_low, a_high] = range(a);
  const auto [b_low, b_high] = range(b);
  return a_low < b_high && b_low < a_high;
}

}  // namespace halfpixel
