// PyTorch's upsample operators from C++, with channels_last tensors over the workload's memory.
#include <algorithm>
#include <optional>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/version.h>

#include "peers.hpp"

namespace halfpixel::bench {
namespace {

using M = tf::image::ResizeMethod;

std::optional<at::ScalarType> type_of(DType dtype) {
  switch (dtype) {
    case DType::float32:
      return at::kFloat;
    case DType::bfloat16:
      return at::kBFloat16;
    case DType::float16:
      return at::kHalf;
    case DType::uint8:
      return at::kByte;
    case DType::int64:
      return at::kLong;
    default:
      return std::nullopt;
  }
}

// Torch's order of axes is always N, C, H, W; strides say how they lie.
at::Tensor over(const void* data, const Shape& shape, DataFormat format, at::ScalarType type) {
  const Extents e = extents_of(shape, format);
  const bool first = format == DataFormat::channels_first;
  const std::int64_t strides[] = {e.h * e.w * e.c, first ? e.h * e.w : 1, first ? e.w : e.w * e.c,
                                  first ? 1 : e.c};
  return at::from_blob(const_cast<void*>(data), {e.n, e.c, e.h, e.w}, strides, type);
}

class LibTorch : public Engine {
 public:
  LibTorch(const Task& task, at::ScalarType type)
      : workload_(task.workload),
        threads_(task.threads),
        output_(task.plan.output_shape(), task.plan.output_dtype()),
        from_(over(task.input.data(), task.plan.input_shape(), workload_.data_format, type)),
        to_(over(output_.data(), task.plan.output_shape(), workload_.data_format, type)) {}
  void run() override {
    if (at::get_num_threads() != threads_) at::set_num_threads(threads_);
    const at::IntArrayRef size = to_.sizes().slice(2);
    const bool corners = workload_.align_corners;
    if (workload_.operation == Operation::gradient) return run_gradient();
    if (workload_.antialias) {
      if (workload_.method == M::bilinear) {
        at::_upsample_bilinear2d_aa_out(to_, from_, size, corners);
      } else {
        at::_upsample_bicubic2d_aa_out(to_, from_, size, corners);
      }
      return;
    }
    switch (workload_.method) {
      case M::nearest_neighbor:
        at::upsample_nearest2d_out(to_, from_, size);
        break;
      case M::bilinear:
        at::upsample_bilinear2d_out(to_, from_, size, corners);
        break;
      case M::bicubic:
        at::upsample_bicubic2d_out(to_, from_, size, corners);
        break;
      default:
        at::adaptive_avg_pool2d_out(to_, from_, size);
        break;
    }
  }
  void read_result(const TensorView& out) const override {
    std::copy_n(static_cast<const char*>(output_.data()), output_.size_bytes(),
                static_cast<char*>(out.data()));
  }
  std::string note() const override {
    if (workload_.method == M::bicubic) return "a = -0.75";
    return workload_.method == M::area ? "means of whole pixels" : "";
  }

 private:
  void run_gradient() {
    const at::IntArrayRef size = from_.sizes().slice(2);
    switch (workload_.method) {
      case M::nearest_neighbor:
        at::upsample_nearest2d_backward_out(to_, from_, size, to_.sizes());
        break;
      case M::bilinear:
        at::upsample_bilinear2d_backward_out(to_, from_, size, to_.sizes(), false);
        break;
      default:
        at::upsample_bicubic2d_backward_out(to_, from_, size, to_.sizes(), false);
        break;
    }
  }
  const Workload& workload_;
  int threads_;
  Tensor output_;
  at::Tensor from_;
  at::Tensor to_;
};

}  // namespace

std::string libtorch_version() {
  return TORCH_VERSION;
}

std::unique_ptr<Engine> make_libtorch(const Task& task) {
  const Workload& w = task.workload;
  const auto type = type_of(w.dtype);
  const bool known = w.method == M::nearest_neighbor || w.method == M::bilinear ||
                     w.method == M::bicubic || w.method == M::area;
  if (!type || !known || task.plan.output_dtype() != task.plan.input_dtype()) return nullptr;
  try {
    auto engine = std::make_unique<LibTorch>(task, *type);
    engine->run();  // it only tells now whether it has a kernel for the dtype
    return engine;
  } catch (const c10::Error&) {
    return nullptr;
  }
}

}  // namespace halfpixel::bench
