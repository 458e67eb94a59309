// A plan as the kernel of an op.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <utility>

#include <halfpixel/openmp_executor.hpp>
#include <halfpixel/resample.hpp>

#include "graph/op.hpp"
#include "graph/ops/parallel.hpp"
#include "graph/ops/strided_copy.hpp"

namespace halfpixel::graph {

// Runs a plan on a part of the input (all of it unless cropped), or on a padded copy of it.
class PlanKernel final : public Kernel {
 public:
  using Strides = std::array<std::int64_t, kMaxRank>;

  PlanKernel(resample::Plan plan, const Shape& input, std::int64_t row_stride)
      : plan_(std::move(plan)),
        src_strides_(row_major(input)),
        dst_strides_(row_major(plan_.output_shape(), row_stride)) {}
  // For a plan whose axes stand in another order than the memory's.
  PlanKernel(resample::Plan plan, const Strides& src, const Strides& dst)
      : plan_(std::move(plan)), src_strides_(src), dst_strides_(dst) {}

  void read_from(std::int64_t offset) { src_offset_ = offset; }
  void pad_first(std::unique_ptr<Kernel> pad) {
    pad_ = std::move(pad);
    src_strides_ = row_major(plan_.input_shape());
  }

  std::size_t scratch_bytes() const override {
    if (!pad_) return 0;
    return static_cast<std::size_t>(plan_.input_shape().num_elements()) *
           size_of(plan_.input_dtype());
  }

  void run(State*, const void* const* in, void* const* out, void* scratch) const noexcept override {
    const void* src = in[0];
    if (pad_) {
      void* const padded[] = {scratch};
      pad_->run(nullptr, in, padded, nullptr);
      src = scratch;
    }
    if (plan_.output_shape().num_elements() == 0) return;
    const auto* const first = static_cast<const char*>(src) +
                              src_offset_ * static_cast<std::int64_t>(size_of(plan_.input_dtype()));
    OpenMPExecutor executor(num_threads());  // the pool of oneDNN and of the other ops
    plan_.run(ConstTensorView(first, plan_.input_dtype(), plan_.input_shape(),
                              first_of(src_strides_, plan_.input_shape())),
              TensorView(out[0], plan_.output_dtype(), plan_.output_shape(),
                         first_of(dst_strides_, plan_.output_shape())),
              executor);
  }

 private:
  static std::span<const std::int64_t> first_of(const Strides& strides, const Shape& shape) {
    return {strides.data(), shape.size()};
  }

  resample::Plan plan_;
  Strides src_strides_, dst_strides_;
  std::int64_t src_offset_ = 0;
  std::unique_ptr<Kernel> pad_;
};

}  // namespace halfpixel::graph
