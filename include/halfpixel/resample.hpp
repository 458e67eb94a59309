// Plan: one resampling, worked out once for a shape, a dtype and a processor, and run many times.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>

#include <halfpixel/executor.hpp>
#include <halfpixel/export.hpp>
#include <halfpixel/shape.hpp>
#include <halfpixel/shared.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel::resample {

// Half-open range of positions along one axis.
struct Range {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  friend bool operator==(const Range&, const Range&) = default;
};

// One range for each spatial axis, in the order of the shape: {{y0, y1}, {x0, x1}} for images.
class HALFPIXEL_EXPORT Window {
 public:
  Window() = default;
  Window(std::initializer_list<Range> ranges);  // throws Error for more than three
  int rank() const noexcept { return rank_; }
  const Range& operator[](int axis) const noexcept { return ranges_[axis]; }
  Range& operator[](int axis) noexcept { return ranges_[axis]; }
  friend bool operator==(const Window&, const Window&) = default;

 private:
  Range ranges_[3] = {};
  int rank_ = 0;
};

// Immutable; copies are cheap and share everything; any number of threads may run one at once.
// run() checks its views at the door (Error when dtype or shape differ from the plan's, or the
// views overlap); after that it allocates nothing and cannot fail.
class HALFPIXEL_EXPORT Plan {
 public:
  const Shape& input_shape() const noexcept;
  const Shape& output_shape() const noexcept;
  DType input_dtype() const noexcept;
  DType output_dtype() const noexcept;

  void run(const ConstTensorView& src, const TensorView& dst) const;  // on default_executor()
  void run(const ConstTensorView& src, const TensorView& dst, Executor& executor) const;

  // Which axes of the shapes the ranges of a Window are about: spatial_rank() of them, in order.
  int spatial_rank() const noexcept;
  int spatial_axis(int i) const noexcept;
  // The part of the input that a part of the output depends on.
  Window required_input(const Window& output) const;
  // Computes a part of the output from that part of the input: src holds required_input(output) and
  // nothing else, dst holds `output`. The bits are those of the whole.
  void run_window(const ConstTensorView& src, const TensorView& dst, const Window& output) const;
  void run_window(const ConstTensorView& src, const TensorView& dst, const Window& output,
                  Executor& executor) const;

  // What a run will do and why, line by line, for people: shapes, tables, kernels, target, strips,
  // tasks on default_executor(), scratch, stores, bytes moved. The wording may change.
  std::string describe() const;

 private:
  friend struct halfpixel::Access;
  struct Impl;
  explicit Plan(detail::Shared<const Impl> impl) noexcept : impl_(std::move(impl)) {}
  detail::Shared<const Impl> impl_;
};

}  // namespace halfpixel::resample
