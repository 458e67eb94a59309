// libvips as programs call it: the pipeline is made for each image.
#include <algorithm>
#include <optional>
#include <vector>

#include <vips/vips.h>

#include <halfpixel/error.hpp>

#include "peers.hpp"

namespace halfpixel::bench {
namespace {

using M = tf::image::ResizeMethod;

std::optional<VipsKernel> kernel_of(M method) {
  switch (method) {
    case M::nearest_neighbor:
      return VIPS_KERNEL_NEAREST;
    case M::bilinear:
      return VIPS_KERNEL_LINEAR;
    case M::bicubic:
      return VIPS_KERNEL_CUBIC;
    case M::lanczos3:
      return VIPS_KERNEL_LANCZOS3;
    default:
      return std::nullopt;
  }
}

class Vips : public Engine {
 public:
  Vips(const Task& task, VipsKernel kernel)
      : kernel_(kernel),
        input_(task.input),
        from_(extents_of(task.plan.input_shape(), DataFormat::channels_last)),
        to_(extents_of(task.plan.output_shape(), DataFormat::channels_last)),
        threads_(task.threads),
        format_(task.workload.dtype == DType::uint8 ? VIPS_FORMAT_UCHAR : VIPS_FORMAT_FLOAT),
        results_(static_cast<std::size_t>(from_.n)) {}
  ~Vips() override {
    for (Result& result : results_) g_free(result.pixels);
  }
  void run() override {
    vips_concurrency_set(threads_);
    for (std::size_t i = 0; i < results_.size(); ++i) {
      g_free(results_[i].pixels);
      results_[i] = resize(i);
    }
  }
  void read_result(const TensorView& out) const override {
    auto* at = static_cast<char*>(out.data());
    for (const Result& result : results_) {
      at = std::copy_n(static_cast<const char*>(result.pixels), result.bytes, at);
    }
  }
  std::string note() const override {
    if (kernel_ == VIPS_KERNEL_NEAREST) return "";
    return is_shrinking() ? "fixed point, 64 phases" : "centres half a pixel of the result off";
  }

 private:
  struct Result {
    void* pixels = nullptr;
    std::size_t bytes = 0;
  };
  Result resize(std::size_t index) {
    const std::size_t bytes = static_cast<std::size_t>(input_.size_bytes()) / results_.size();
    const char* source = static_cast<const char*>(input_.data()) + index * bytes;
    VipsImage* in =
        vips_image_new_from_memory(source, bytes, static_cast<int>(from_.w),
                                   static_cast<int>(from_.h), static_cast<int>(from_.c), format_);
    VipsImage* out = nullptr;
    Result result;
    if (in != nullptr && call(in, &out) == 0) {
      result.pixels = vips_image_write_to_memory(out, &result.bytes);
    }
    if (out != nullptr) g_object_unref(out);
    if (in != nullptr) g_object_unref(in);
    const std::size_t item = format_ == VIPS_FORMAT_UCHAR ? 1 : sizeof(float);
    if (result.pixels == nullptr ||
        result.bytes != static_cast<std::size_t>(to_.h * to_.w * to_.c) * item) {
      throw Error(ErrorCode::internal,
                  std::string("[bench] vips failed; got '") + vips_error_buffer() + "'");
    }
    return result;
  }
  // Shrinking by vips_reduce: vips_resize would first take means of whole blocks of pixels.
  int call(VipsImage* in, VipsImage** out) const {
    const double across = static_cast<double>(to_.w) / static_cast<double>(from_.w);
    const double down = static_cast<double>(to_.h) / static_cast<double>(from_.h);
    return is_shrinking()
               ? vips_reduce(in, out, 1 / across, 1 / down, "kernel", kernel_, nullptr)
               : vips_resize(in, out, across, "vscale", down, "kernel", kernel_, nullptr);
  }
  bool is_shrinking() const { return to_.w < from_.w && to_.h < from_.h; }
  VipsKernel kernel_;
  Tensor input_;
  Extents from_;
  Extents to_;
  int threads_;
  VipsBandFormat format_;
  std::vector<Result> results_;
};

}  // namespace

std::string vips_version() {
  return vips_version_string();
}

std::unique_ptr<Engine> make_vips(const Task& task) {
  const Workload& w = task.workload;
  const auto kernel = kernel_of(w.method);
  const bool known = w.dtype == DType::uint8 || w.dtype == DType::float32;
  if (!kernel || !known || task.plan.output_dtype() != w.dtype) return nullptr;
  if (!is_plain_resize(w) && !is_antialiased_resize(w)) return nullptr;
  // It is made for photos.
  if (w.data_format == DataFormat::channels_first || w.images[3] > 4) return nullptr;
  static const bool is_there = [] {
    if (vips_init("halfpixel_bench_peers") != 0) return false;
    vips_cache_set_max(0);  // or the second call would find the result of the first
    return true;
  }();
  if (!is_there) return nullptr;
  return std::make_unique<Vips>(task, *kernel);
}

}  // namespace halfpixel::bench
