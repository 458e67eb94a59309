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

// Samples in, samples of the same dtype out. Immutable; any number of threads may run one.
class SampleWork {
 public:
  // operation, picture: outlive this. picture: its page is open. blends: colours are weighted by
  // alpha.
  SampleWork(const Operation& operation, const Picture& picture, bool blends);

  const resample::Plan& plan() const noexcept { return plan_; }
  // Rows of the input that rows of the output depend on.
  resample::Range required_rows(resample::Range output) const;
  // rows: (count, width, channels), of which the first is row `first` of the picture and which hold
  // required_rows(output); result: (output, width, channels), contiguous. On the calling thread.
  // The bits are those of the whole.
  void run(const ConstTensorView& rows, std::int64_t first, resample::Range output,
           const TensorView& result) const;

 private:
  resample::Window window(resample::Range output) const;

  const Picture& picture_;
  DType dtype_;
  bool blends_;
  bool copies_;
  resample::Plan plan_;
};

}  // namespace halfpixel::cli
