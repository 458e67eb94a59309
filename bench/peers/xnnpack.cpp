// XNNPACK's resize_bilinear2d operators, created and set up once.
#include <algorithm>
#include <cstring>

#include <pthreadpool.h>
#include <xnnpack.h>

#include "peers.hpp"

namespace halfpixel::bench {
namespace {

class Xnnpack : public Engine {
 public:
  explicit Xnnpack(const Task& task)
      : output_(task.plan.output_shape(), task.plan.output_dtype()),
        // It may read some bytes beyond the end.
        input_({task.input.size_bytes() + XNN_EXTRA_BYTES}, DType::uint8) {
    std::memcpy(input_.data(), task.input.data(),
                static_cast<std::size_t>(task.input.size_bytes()));
    if (task.threads > 1) pool_ = pthreadpool_create(static_cast<std::size_t>(task.threads));
    is_ready_ = create(task) == xnn_status_success && set_up(task) == xnn_status_success;
  }
  ~Xnnpack() override {
    if (operator_ != nullptr) xnn_delete_operator(operator_);
    if (pool_ != nullptr) pthreadpool_destroy(pool_);
  }
  bool is_ready() const { return is_ready_; }
  void run() override { xnn_run_operator(operator_, pool_); }
  std::string note() const override {
    if (output_.dtype() == DType::float16) return "arithmetic in float16";
    return output_.dtype() == DType::uint8 ? "fixed point" : "";
  }
  void read_result(const TensorView& out) const override {
    std::copy_n(static_cast<const char*>(output_.data()), output_.size_bytes(),
                static_cast<char*>(out.data()));
  }

 private:
  xnn_status create(const Task& task) {
    const Workload& w = task.workload;
    const auto c = static_cast<std::size_t>(extents_of(w.images, w.data_format).c);
    const std::uint32_t flags = w.align_corners ? XNN_FLAG_ALIGN_CORNERS : 0;
    if (w.data_format == DataFormat::channels_first) {
      if (w.dtype != DType::float32) return xnn_status_unsupported_parameter;
      return xnn_create_resize_bilinear2d_nchw_f32(c, c, c, flags, &operator_);
    }
    switch (w.dtype) {
      case DType::float32:
        return xnn_create_resize_bilinear2d_nhwc_f32(c, c, c, flags, &operator_);
      case DType::float16:
        return xnn_create_resize_bilinear2d_nhwc_f16(c, c, c, flags, &operator_);
      case DType::uint8:
        return xnn_create_resize_bilinear2d_nhwc_u8(c, c, c, flags, &operator_);
      default:
        return xnn_status_unsupported_parameter;
    }
  }
  xnn_status set_up(const Task& task) {
    const Workload& w = task.workload;
    const Extents from = extents_of(task.plan.input_shape(), w.data_format);
    const Extents to = extents_of(task.plan.output_shape(), w.data_format);
    const auto call = [&](auto function, const auto* in, auto* out) {
      return function(operator_, static_cast<std::size_t>(from.n), static_cast<std::size_t>(from.h),
                      static_cast<std::size_t>(from.w), static_cast<std::size_t>(to.h),
                      static_cast<std::size_t>(to.w), in, out, pool_);
    };
    void* out = output_.data();
    if (w.data_format == DataFormat::channels_first) {
      return call(xnn_setup_resize_bilinear2d_nchw_f32,
                  reinterpret_cast<const float*>(input_.data()), static_cast<float*>(out));
    }
    switch (w.dtype) {
      case DType::float32:
        return call(xnn_setup_resize_bilinear2d_nhwc_f32,
                    reinterpret_cast<const float*>(input_.data()), static_cast<float*>(out));
      case DType::float16:
        return call(xnn_setup_resize_bilinear2d_nhwc_f16, static_cast<const void*>(input_.data()),
                    out);
      default:
        return call(xnn_setup_resize_bilinear2d_nhwc_u8, input_.data<std::uint8_t>(),
                    static_cast<std::uint8_t*>(out));
    }
  }
  Tensor output_;
  Tensor input_;
  pthreadpool_t pool_ = nullptr;
  xnn_operator_t operator_ = nullptr;
  bool is_ready_ = false;
};

}  // namespace

std::string xnnpack_version() {
  return HALFPIXEL_PEER_XNNPACK;
}

std::unique_ptr<Engine> make_xnnpack(const Task& task) {
  const Workload& w = task.workload;
  const bool v1 = w.operation == Operation::resize_v1;
  if ((!is_plain_resize(w) && !v1) || w.method != tf::image::ResizeMethod::bilinear) return nullptr;
  if (task.plan.input_dtype() != task.plan.output_dtype()) return nullptr;
  static const bool is_there = xnn_initialize(nullptr) == xnn_status_success;
  if (!is_there) return nullptr;
  auto engine = std::make_unique<Xnnpack>(task);
  if (!engine->is_ready()) return nullptr;
  return engine;
}

}  // namespace halfpixel::bench
