// Tensor: an array that owns its memory. TensorView and ConstTensorView: the caller's memory, with
// strides. Nothing here computes; see tf_image.hpp and keras/ for that.
//
// Thread-safety of all three: as plain values and std::shared_ptr have it. Several threads may read
// one at once; one that is assigned to, or elements that are written, belong to one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>

#include <halfpixel/dtype.hpp>
#include <halfpixel/export.hpp>
#include <halfpixel/shape.hpp>
#include <halfpixel/shared.hpp>

namespace halfpixel {

// Read-only window on memory that somebody else owns. Strides are in elements, may be any value,
// and default to row-major. Making one checks pointer, extents, and that every address is
// representable.
class HALFPIXEL_EXPORT ConstTensorView {
 public:
  template <class T>
  ConstTensorView(const T* data, const Shape& shape) : ConstTensorView(data, dtype_of<T>, shape) {}
  template <class T>
  ConstTensorView(const T* data, const Shape& shape, std::span<const std::int64_t> strides)
      : ConstTensorView(data, dtype_of<T>, shape, strides) {}
  ConstTensorView(const void* data, DType dtype, const Shape& shape);
  ConstTensorView(const void* data, DType dtype, const Shape& shape,
                  std::span<const std::int64_t> strides);

  const Shape& shape() const noexcept { return shape_; }
  DType dtype() const noexcept { return dtype_; }
  std::int64_t stride(int axis) const noexcept { return strides_[axis]; }
  std::int64_t size() const noexcept { return size_; }  // number of elements
  std::int64_t size_bytes() const noexcept {
    return size_ * static_cast<std::int64_t>(size_of(dtype_));
  }
  const void* data() const noexcept { return data_; }
  // Throws Error when T is not the C++ type of dtype().
  template <class T>
  const T* data() const {
    require_dtype(dtype_of<T>);
    return static_cast<const T*>(data_);
  }
  bool is_contiguous() const noexcept { return contiguous_; }  // row-major without gaps

 protected:
  void require_dtype(DType wanted) const;
  void* data_;
  Shape shape_;
  Shape strides_;
  std::int64_t size_ = 0;
  DType dtype_;
  bool contiguous_ = true;
};

// The same, writable.
class HALFPIXEL_EXPORT TensorView : public ConstTensorView {
 public:
  template <class T>
  TensorView(T* data, const Shape& shape) : TensorView(data, dtype_of<T>, shape) {}
  template <class T>
  TensorView(T* data, const Shape& shape, std::span<const std::int64_t> strides)
      : TensorView(data, dtype_of<T>, shape, strides) {}
  TensorView(void* data, DType dtype, const Shape& shape) : ConstTensorView(data, dtype, shape) {}
  TensorView(void* data, DType dtype, const Shape& shape, std::span<const std::int64_t> strides)
      : ConstTensorView(data, dtype, shape, strides) {}

  void* data() const noexcept { return data_; }
  template <class T>
  T* data() const {
    require_dtype(dtype_of<T>);
    return static_cast<T*>(data_);
  }
};

// True when the two views may share a byte (their address ranges meet).
HALFPIXEL_EXPORT bool overlaps(const ConstTensorView& a, const ConstTensorView& b) noexcept;

// A contiguous row-major array. Copies share the elements (as in NumPy and TensorFlow); clone()
// copies them. `const` protects this handle and not the elements: a copy of a const Tensor is a
// Tensor that writes to the same ones. Large buffers are recycled: see memory.hpp.
class HALFPIXEL_EXPORT Tensor {
 public:
  Tensor() : Tensor(Shape{0}, DType::float32) {}
  // Uninitialised elements. Throws Error when an extent is unknown or the bytes do not fit.
  Tensor(const Shape& shape, DType dtype);
  // Copies the elements, whatever the view's strides.
  explicit Tensor(const ConstTensorView& view);
  template <class T>
  Tensor(const Shape& shape, std::initializer_list<T> values)
      : Tensor(shape, std::span<const T>(values.begin(), values.size())) {}
  template <class T>
  Tensor(const Shape& shape, std::span<const T> values) : Tensor(shape, dtype_of<T>) {
    copy_from(values.data(), values.size());
  }

  const Shape& shape() const noexcept { return shape_; }
  DType dtype() const noexcept { return dtype_; }
  int rank() const noexcept { return shape_.rank(); }
  std::int64_t size() const noexcept { return size_; }  // number of elements
  std::int64_t size_bytes() const noexcept {
    return size_ * static_cast<std::int64_t>(size_of(dtype_));
  }

  void* data() noexcept { return data_.get(); }
  const void* data() const noexcept { return data_.get(); }
  // Throws Error when T is not the C++ type of dtype().
  template <class T>
  T* data() {
    require_dtype(dtype_of<T>);
    return static_cast<T*>(data());
  }
  template <class T>
  const T* data() const {
    require_dtype(dtype_of<T>);
    return static_cast<const T*>(data());
  }
  template <class T>
  std::span<T> span() {
    return {data<T>(), static_cast<std::size_t>(size_)};
  }
  template <class T>
  std::span<const T> span() const {
    return {data<T>(), static_cast<std::size_t>(size_)};
  }

  TensorView view() { return TensorView(data(), dtype_, shape_); }
  ConstTensorView view() const { return ConstTensorView(data(), dtype_, shape_); }
  operator TensorView() { return view(); }             // NOLINT: converts on purpose
  operator ConstTensorView() const { return view(); }  // NOLINT: converts on purpose
  // So that GCC's -Wconversion does not speak of each call that reads a Tensor.
  operator ConstTensorView() { return view(); }  // NOLINT: converts on purpose

  Tensor clone() const;
  // Same elements, other extents; one may be kUnknown. Throws Error when the products differ.
  Tensor reshape(const Shape& shape) const;
  // Element-wise C++ conversion; from floating to integer it truncates and saturates (NaN gives 0).
  Tensor astype(DType dtype) const;
  std::string str() const;  // as NumPy prints

 private:
  void require_dtype(DType wanted) const;
  void copy_from(const void* values, std::size_t count);
  detail::Owner data_;
  Shape shape_;
  std::int64_t size_ = 0;
  DType dtype_ = DType::float32;
};
HALFPIXEL_EXPORT std::ostream& operator<<(std::ostream& out, const Tensor& tensor);

// 0, 1, … count-1. Throws Error when the last value does not fit the dtype.
HALFPIXEL_EXPORT Tensor arange(std::int64_t count, DType dtype = DType::float32);
HALFPIXEL_EXPORT Tensor zeros(const Shape& shape, DType dtype = DType::float32);
HALFPIXEL_EXPORT Tensor full(const Shape& shape, double value, DType dtype = DType::float32);

// Numbers to try things with. A generator of this library's own: the same seed gives the same
// values on every machine; without one each call draws another sequence. Thread-safe.
namespace random {
// Normally distributed float32 or float64 values.
HALFPIXEL_EXPORT Tensor normal(const Shape& shape, double mean = 0.0, double stddev = 1.0,
                               DType dtype = DType::float32, std::optional<std::int64_t> seed = {});
// Uniform over [low, high).
HALFPIXEL_EXPORT Tensor uniform(const Shape& shape, double low = 0.0, double high = 1.0,
                                DType dtype = DType::float32,
                                std::optional<std::int64_t> seed = {});
}  // namespace random
namespace tf {
namespace random = halfpixel::random;  // TensorFlow's spelling; the numbers are not TensorFlow's
}  // namespace tf

}  // namespace halfpixel
