#include <halfpixel/tensor.hpp>

#include <cmath>
#include <cstring>
#include <limits>
#include <new>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "core/dispatch.hpp"
#include "core/memory_pool.hpp"

namespace halfpixel {
namespace {

// C++ conversion with defined results: towards zero and saturating into integers, NaN to 0.
template <class To, class From>
To convert(From value) {
  if constexpr (std::is_same_v<From, float16> || std::is_same_v<From, bfloat16>) {
    return convert<To>(static_cast<float>(value));
  } else if constexpr (std::is_same_v<To, float16> || std::is_same_v<To, bfloat16>) {
    return To(static_cast<float>(value));
  } else if constexpr (std::is_same_v<To, bool>) {
    return value != From{};
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    using Limits = std::numeric_limits<To>;
    if (std::isnan(value)) return 0;
    // 2^digits is exact in every floating type; the maximum itself may not be.
    if (value >= std::ldexp(From{1}, Limits::digits)) return Limits::max();
    if (value <= static_cast<From>(Limits::min())) return Limits::min();
    return static_cast<To>(value);
  } else {
    return static_cast<To>(value);
  }
}

// Elements of a strided view in row-major order, copied to dense memory.
void gather(const ConstTensorView& view, int axis, const char* src, char*& dst, std::size_t bytes) {
  if (axis == view.shape().rank()) {
    std::memcpy(dst, src, bytes);
    dst += bytes;
    return;
  }
  const std::int64_t step = view.stride(axis) * static_cast<std::int64_t>(bytes);
  const std::int64_t count = view.shape()[axis];
  if (axis == view.shape().rank() - 1 && view.stride(axis) == 1) {
    std::memcpy(dst, src, static_cast<std::size_t>(count) * bytes);
    dst += static_cast<std::size_t>(count) * bytes;
    return;
  }
  for (std::int64_t i = 0; i < count; ++i) gather(view, axis + 1, src + i * step, dst, bytes);
}

}  // namespace

Tensor::Tensor(const Shape& shape, DType dtype)
    : shape_(shape), size_(shape.num_elements()), dtype_(dtype) {
  const std::int64_t bytes =
      checked_multiply(size_, static_cast<std::int64_t>(size_of(dtype)), "tensor");
  try {
    data_ = memory::allocate(static_cast<std::size_t>(bytes));
  } catch (const std::bad_alloc&) {
    fail(ErrorCode::out_of_memory, "[Tensor] no memory for shape ", shape.str(), " of ", dtype,
         ": ", bytes, " bytes");
  }
}

Tensor::Tensor(const ConstTensorView& view) : Tensor(view.shape(), view.dtype()) {
  if (size_ == 0) return;
  if (view.is_contiguous()) {
    std::memcpy(data(), view.data(), static_cast<std::size_t>(size_bytes()));
    return;
  }
  char* dst = static_cast<char*>(data());
  gather(view, 0, static_cast<const char*>(view.data()), dst, size_of(dtype_));
}

void Tensor::require_dtype(DType wanted) const {
  if (wanted != dtype_) {
    fail(ErrorCode::invalid_argument, "[Tensor] data<T>() must match the dtype; got ", wanted,
         " for a tensor of ", dtype_);
  }
}

void Tensor::copy_from(const void* values, std::size_t count) {
  if (static_cast<std::int64_t>(count) != size_) {
    fail(ErrorCode::invalid_argument, "[Tensor] values must fill shape ", shape_.str(), "; got ",
         count, " values");
  }
  if (count > 0) std::memcpy(data(), values, static_cast<std::size_t>(size_bytes()));
}

Tensor Tensor::clone() const {
  return Tensor(view());
}

Tensor Tensor::reshape(const Shape& shape) const {
  Shape resolved = shape;
  int unknown = -1;
  std::int64_t known = 1;
  for (int i = 0; i < shape.rank(); ++i) {
    if (shape[i] != kUnknown) {
      known = checked_multiply(known, shape[i], "shape");
    } else if (unknown >= 0) {
      fail(ErrorCode::invalid_argument, "[reshape] only one extent may be unknown; got ",
           shape.str());
    } else {
      unknown = i;
    }
  }
  if (unknown >= 0 && known > 0 && size_ % known == 0) resolved[unknown] = size_ / known;
  if (!resolved.is_known() || resolved.num_elements() != size_) {
    fail(ErrorCode::invalid_argument, "[reshape] shape must hold ", size_, " elements; got ",
         shape.str(), " for ", shape_.str());
  }
  Tensor result = *this;
  result.shape_ = resolved;
  return result;
}

Tensor Tensor::astype(DType dtype) const {
  if (dtype == dtype_) return clone();
  Tensor result(shape_, dtype);
  dispatch(dtype_, [&]<class From>(std::type_identity<From>) {
    dispatch(dtype, [&]<class To>(std::type_identity<To>) {
      const From* const src = data<From>();
      To* const dst = result.data<To>();
      for (std::int64_t i = 0; i < size_; ++i) dst[i] = convert<To>(src[i]);
    });
  });
  return result;
}

Tensor zeros(const Shape& shape, DType dtype) {
  Tensor result(shape, dtype);
  std::memset(result.data(), 0, static_cast<std::size_t>(result.size_bytes()));
  return result;
}

Tensor full(const Shape& shape, double value, DType dtype) {
  Tensor result(shape, dtype);
  dispatch(dtype, [&]<class T>(std::type_identity<T>) {
    std::fill_n(result.data<T>(), result.size(), convert<T>(value));
  });
  return result;
}

Tensor arange(std::int64_t count, DType dtype) {
  if (count < 0)
    fail(ErrorCode::invalid_argument, "[arange] count must not be negative; got ", count);
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
  switch (dtype) {
    case DType::boolean:
      most = 1;
      break;
    case DType::int8:
      most = 127;
      break;
    case DType::uint8:
      most = 255;
      break;
    case DType::int16:
      most = 32767;
      break;
    case DType::uint16:
      most = 65535;
      break;
    case DType::float16:
      most = 2048;
      break;
    case DType::bfloat16:
      most = 256;
      break;
    case DType::float32:
      most = std::int64_t{1} << 24;
      break;
    case DType::int32:
      most = 2147483647;
      break;
    case DType::uint32:
      most = 4294967295;
      break;
    case DType::float64:
      most = std::int64_t{1} << 53;
      break;
    default:
      break;
  }
  if (count - 1 > most) {
    fail(ErrorCode::invalid_argument, "[arange] values must be exact in ", dtype, "; got count ",
         count);
  }
  Tensor result(Shape{count}, dtype);
  dispatch(dtype, [&]<class T>(std::type_identity<T>) {
    T* const values = result.data<T>();
    for (std::int64_t i = 0; i < count; ++i) values[i] = convert<T>(i);
  });
  return result;
}

}  // namespace halfpixel
