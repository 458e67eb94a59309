// What a command does to the samples of a picture, whole or a band of rows at a time.
#pragma once

#include <halfpixel/resample.hpp>
#include <halfpixel/tensor.hpp>

#include "pictures.hpp"
#include "work.hpp"

namespace halfpixel::cli {

// TensorFlow's kernels know no uint32: copies are made as int32, and what is mixed becomes float32
// in any case.
DType kernel_dtype(DType samples);

// Samples in; out come samples of the same dtype, or the numbers of the framework. Immutable; any
// number of threads may run one.
class SampleWork {
 public:
  enum class Result {
    samples,
    blended,  // samples, of colours that are weighted by alpha
    numbers,
  };
  // operation, picture: outlive this. picture: its page is open.
  SampleWork(const Operation& operation, const Picture& picture, Result result);

  const resample::Plan& plan() const noexcept { return plan_; }
  DType result_dtype() const noexcept { return result_dtype_; }
  // (1, H, W, C), whatever the plan's layout.
  const Shape& output_shape() const noexcept { return output_shape_; }
  // Bands of rows can be worked, one after the other: rows are an axis of the plan, and those that
  // the next row of the output needs are never before.
  bool goes_by_rows() const;
  // Rows of the input that rows of the output depend on.
  resample::Range required_rows(resample::Range output) const;
  // rows: (count, width, channels), of which the first is row `first` of the picture and which hold
  // required_rows(output); result: (output, width, channels), contiguous. On the calling thread.
  // The bits are those of the whole.
  void run(const ConstTensorView& rows, std::int64_t first, resample::Range output,
           const TensorView& result) const;

 private:
  // Rows and columns; `window` is the plan's own.
  struct Part {
    resample::Range rows, columns;
  };
  resample::Window window(resample::Range output) const;
  Part required(resample::Range output) const;

  const Picture& picture_;
  DType dtype_;
  bool blends_;
  bool straight_;  // another program's
  ArrayLayout layout_;
  std::int64_t first_row_ = 0, first_column_ = 0;  // of what is worked
  resample::Plan plan_;
  Shape output_shape_;
  DType result_dtype_;
  int rows_ = -1, columns_ = -1;  // which of the plan's spatial axes; -1: none
};

}  // namespace halfpixel::cli
