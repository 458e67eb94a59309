#include <halfpixel/tensor.hpp>

#include <cstring>
#include <limits>
#include <new>

#include <halfpixel/error.hpp>

#include "core/access.hpp"
#include "core/checked.hpp"
#include "core/convert.hpp"
#include "core/dispatch.hpp"
#include "core/enumerator.hpp"
#include "core/memory_pool.hpp"

namespace halfpixel {
Tensor::Tensor(const Shape& shape, DType dtype)
    : shape_(shape), size_(shape.num_elements()), dtype_(dtype) {
  require_enumerator("Tensor", "dtype", dtype, DType::boolean);
  const std::int64_t bytes =
      checked_multiply(size_, static_cast<std::int64_t>(size_of(dtype)), "tensor");
  try {
    const std::shared_ptr<void> buffer = memory::allocate(static_cast<std::size_t>(bytes));
    data_ = detail::Owner(buffer, buffer.get());
  } catch (const std::bad_alloc&) {
    fail(ErrorCode::out_of_memory, "[Tensor] no memory for shape ", shape.str(), " of ", dtype,
         ": ", bytes, " bytes");
  }
}

Tensor::Tensor(const ConstTensorView& view) : Tensor(view.shape(), view.dtype()) {
  convert_elements(view, dtype_, data());
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
  convert_elements(view(), dtype, result.data());
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
