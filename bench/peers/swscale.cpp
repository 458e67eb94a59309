// FFmpeg's swscale on packed RGB and on grey; a context works on one thread.
#include <algorithm>
#include <optional>

extern "C" {
#include <libavutil/pixfmt.h>
#include <libswscale/swscale.h>
}

#include "peers.hpp"

namespace halfpixel::bench {
namespace {

using M = tf::image::ResizeMethod;

std::optional<int> flags_for(M method) {
  switch (method) {
    case M::nearest_neighbor:
      return SWS_POINT;
    case M::bilinear:
      return SWS_BILINEAR;
    case M::bicubic:
      return SWS_BICUBIC;
    case M::lanczos3:
      return SWS_LANCZOS;
    default:
      return std::nullopt;
  }
}

class SwScale : public Engine {
 public:
  SwScale(const Task& task, int flags)
      : input_(task.input),
        output_(task.plan.output_shape(), DType::uint8),
        from_(extents_of(task.plan.input_shape(), DataFormat::channels_last)),
        to_(extents_of(task.plan.output_shape(), DataFormat::channels_last)) {
    const AVPixelFormat format = from_.c == 3 ? AV_PIX_FMT_RGB24 : AV_PIX_FMT_GRAY8;
    const double keys[] = {0, 0.5};  // b and c of the cubic: a = -0.5
    const double lobes[] = {3, 0};
    const double* parameters = flags == SWS_BICUBIC ? keys : flags == SWS_LANCZOS ? lobes : nullptr;
    context_ = sws_getContext(static_cast<int>(from_.w), static_cast<int>(from_.h), format,
                              static_cast<int>(to_.w), static_cast<int>(to_.h), format, flags,
                              nullptr, nullptr, parameters);
  }
  ~SwScale() override { sws_freeContext(context_); }
  bool is_ready() const { return context_ != nullptr; }
  void run() override {
    const int in_stride = static_cast<int>(from_.w * from_.c);
    const int out_stride = static_cast<int>(to_.w * to_.c);
    for (std::int64_t i = 0; i < from_.n; ++i) {
      const std::uint8_t* in = input_.data<std::uint8_t>() + i * from_.h * in_stride;
      std::uint8_t* out = output_.data<std::uint8_t>() + i * to_.h * out_stride;
      sws_scale(context_, &in, &in_stride, 0, static_cast<int>(from_.h), &out, &out_stride);
    }
  }
  void read_result(const TensorView& out) const override {
    std::copy_n(output_.data<std::uint8_t>(), output_.size(), out.data<std::uint8_t>());
  }
  std::string note() const override { return from_.c == 3 ? "by way of YUV" : ""; }

 private:
  const Tensor input_;
  Tensor output_;
  Extents from_;
  Extents to_;
  SwsContext* context_ = nullptr;
};

}  // namespace

std::string swscale_version() {
  const unsigned version = ::swscale_version();
  return std::to_string(version >> 16) + "." + std::to_string(version >> 8 & 255) + "." +
         std::to_string(version & 255);
}

std::unique_ptr<Engine> make_swscale(const Task& task) {
  const Workload& w = task.workload;
  const auto flags = flags_for(w.method);
  if (task.threads > 1 || !flags || w.dtype != DType::uint8) return nullptr;
  if (task.plan.output_dtype() != DType::uint8) return nullptr;
  if (!is_plain_resize(w) && !is_antialiased_resize(w)) return nullptr;
  if (w.data_format == DataFormat::channels_first) return nullptr;
  if (w.images[3] != 1 && w.images[3] != 3) return nullptr;
  auto engine = std::make_unique<SwScale>(task, *flags);
  if (!engine->is_ready()) return nullptr;
  return engine;
}

}  // namespace halfpixel::bench
