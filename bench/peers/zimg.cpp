// zimg: one plane after the other; a graph works on one thread.
#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include <zimg.h>

#include <halfpixel/error.hpp>

#include "planes.hpp"

namespace halfpixel::bench {
namespace {

using M = tf::image::ResizeMethod;

zimg_image_format format_of(const Planes& planes, DType dtype) {
  zimg_image_format format;
  zimg_image_format_default(&format, ZIMG_API_VERSION);
  format.width = static_cast<unsigned>(planes.width());
  format.height = static_cast<unsigned>(planes.height());
  format.pixel_type = dtype == DType::uint8 ? ZIMG_PIXEL_BYTE : ZIMG_PIXEL_FLOAT;
  format.color_family = ZIMG_COLOR_GREY;
  format.pixel_range = ZIMG_RANGE_FULL;
  return format;
}

zimg_graph_builder_params parameters_for(M method) {
  zimg_graph_builder_params parameters;
  zimg_graph_builder_params_default(&parameters, ZIMG_API_VERSION);
  parameters.cpu_type = ZIMG_CPU_AUTO_64B;  // AVX-512 too
  switch (method) {
    case M::nearest_neighbor:
      parameters.resample_filter = ZIMG_RESIZE_POINT;
      break;
    case M::bilinear:
      parameters.resample_filter = ZIMG_RESIZE_BILINEAR;
      break;
    case M::bicubic:  // b = 0, c = 0.5 is a = -0.5
      parameters.resample_filter = ZIMG_RESIZE_BICUBIC;
      parameters.filter_param_a = 0;
      parameters.filter_param_b = 0.5;
      break;
    default:
      parameters.resample_filter = ZIMG_RESIZE_LANCZOS;
      parameters.filter_param_a = 3;
      break;
  }
  return parameters;
}

class Zimg : public Engine {
 public:
  explicit Zimg(const Task& task)
      // Filters that reach no further than their neighbours see no difference.
      : is_mirrored_(task.workload.antialias || task.workload.method == M::bicubic ||
                     task.workload.method == M::lanczos3),
        from_(task.plan.input_shape(), task.workload.data_format, task.workload.dtype),
        to_(task.plan.output_shape(), task.workload.data_format, task.workload.dtype) {
    from_.split(task.input.data());
    const zimg_image_format in = format_of(from_, task.workload.dtype);
    const zimg_image_format out = format_of(to_, task.workload.dtype);
    const zimg_graph_builder_params parameters = parameters_for(task.workload.method);
    graph_ = zimg_filter_graph_build(&in, &out, &parameters);
    std::size_t bytes = 0;
    if (graph_ == nullptr || zimg_filter_graph_get_tmp_size(graph_, &bytes) != ZIMG_ERROR_SUCCESS) {
      char message[256] = "";
      zimg_get_last_error(message, sizeof message);
      throw Error(ErrorCode::internal, std::string("[bench] zimg failed; got '") + message + "'");
    }
    scratch_.resize(bytes + 64);
  }
  ~Zimg() override { zimg_filter_graph_free(graph_); }
  void run() override {
    auto* scratch = scratch_.data();
    scratch += (64 - reinterpret_cast<std::uintptr_t>(scratch) % 64) % 64;
    for (std::int64_t i = 0; i < from_.count(); ++i) {
      zimg_image_buffer_const in{ZIMG_API_VERSION, {}};
      zimg_image_buffer out{ZIMG_API_VERSION, {}};
      in.plane[0] = {from_.plane(i), from_.stride(), ZIMG_BUFFER_MAX};
      out.plane[0] = {to_.plane(i), to_.stride(), ZIMG_BUFFER_MAX};
      zimg_filter_graph_process(graph_, &in, &out, scratch, nullptr, nullptr, nullptr, nullptr);
    }
  }
  void read_result(const TensorView& out) const override { Planes(to_).join(out.data()); }
  std::string note() const override {
    if (is_mirrored_) return "as planes; borders mirrored";
    return from_.count() > 1 ? "as planes" : "";
  }

 private:
  bool is_mirrored_;
  Planes from_;
  Planes to_;
  zimg_filter_graph* graph_ = nullptr;
  std::vector<std::uint8_t> scratch_;
};

}  // namespace

std::string zimg_version() {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned micro = 0;
  zimg_get_version_info(&major, &minor, &micro);
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(micro);
}

std::unique_ptr<Engine> make_zimg(const Task& task) {
  const Workload& w = task.workload;
  const bool known_method = w.method == M::nearest_neighbor || w.method == M::bilinear ||
                            w.method == M::bicubic || w.method == M::lanczos3;
  const bool known_dtype = w.dtype == DType::uint8 || w.dtype == DType::float32;
  if (task.threads > 1 || !known_method || !known_dtype) return nullptr;
  if (task.plan.output_dtype() != w.dtype) return nullptr;
  if (!is_plain_resize(w) && !is_antialiased_resize(w)) return nullptr;
  return std::make_unique<Zimg>(task);
}

}  // namespace halfpixel::bench
