// The inside of a plan: what running it and explaining it have in common.
#pragma once

#include <cstdint>
#include <memory>

#include <halfpixel/resample.hpp>
#include <halfpixel/tensor.hpp>

#include "kernels/kernels.hpp"
#include "resample/plan_spec.hpp"
#include "resample/run.hpp"

namespace halfpixel::resample {

// A run, cut into tasks.
struct Job {
  const Run* run;
  Engine engine;
  std::int64_t rows;    // of one plane
  std::int64_t planes;  // of one image
  std::int64_t total;   // rows of everything
  std::int64_t tasks;
};

struct Plan::Impl {
  PlanSpec spec;
  const kernels::KernelTable* kernels = nullptr;
  Engine engine = nullptr;
  std::unique_ptr<const kernels::WindowTable> windows;  // of the columns; often null
  std::int64_t stream_from = 0;  // bytes; asked for once here, because asking the system allocates

  // The caller's memory in the order in which the engines walk it.
  Run prepare(const ConstTensorView& src, const TensorView& dst, const Window& output,
              const Window& input) const;
  // `bytes`: of the larger side.
  Job cut(const Run& run, std::int64_t bytes, int concurrency) const;
  void execute(const ConstTensorView& src, const TensorView& dst, const Window& output,
               const Window& input, Executor& executor) const;
};

// All of a shape's spatial axes.
Window whole(const PlanSpec& spec, const Shape& shape);

}  // namespace halfpixel::resample
