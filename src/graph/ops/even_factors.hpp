// Factors of bfloat16 are multiplied in pairs: behind the last number of an odd row oneDNN takes
// the next row's first along, times zero. An infinity or a NaN there would spoil what does not see
// it, so that odd rows get a zero of their own.
#pragma once

#include "graph/op.hpp"
#include "graph/ops/dnnl_kernel.hpp"

namespace halfpixel::graph {

// A sum of products, x (…, C) times a constant kernel, with one more channel of zeros where C is
// odd. Kept until the kernel of the op is made.
class EvenFactors {
 public:
  // kernel_axis: what counts the channels in input 1, -1 or -2.
  EvenFactors(const PrepareArgs& args, int kernel_axis);
  EvenFactors(const EvenFactors&) = delete;
  EvenFactors& operator=(const EvenFactors&) = delete;

  // Of an even number of channels.
  const PrepareArgs& args() const noexcept { return args_; }
  // Input 0 as bfloat16 of that many channels, as `wanted`; `stored`: as it is in memory where no
  // channel is missing.
  DnnlKernel::Place source(DnnlKernel& kernel, const dnnl::memory::desc& stored,
                           const dnnl::memory::desc& wanted) const;

 private:
  PrepareArgs args_;
  Tensor kernel_;
  std::int64_t rows_ = 0, channels_ = 0;  // of x as it is; 0: even
};

}  // namespace halfpixel::graph
