// oneDNN's resampling primitive: nearest and linear, forward and backward, on both layouts.
#include <omp.h>

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include "graph/ops/dnnl_version.hpp"
#include "peers.hpp"

namespace halfpixel::bench {
namespace {

using Type = dnnl::memory::data_type;

std::optional<Type> type_of(DType dtype) {
  switch (dtype) {
    case DType::float32:
      return Type::f32;
    case DType::bfloat16:
      return Type::bf16;
    case DType::uint8:
      return Type::u8;
    default:
      return std::nullopt;
  }
}

// oneDNN's dimensions are always N, C, H, W; the tag says how they lie in memory.
dnnl::memory::desc desc_of(const Shape& shape, Type type, DataFormat format) {
  const Extents e = extents_of(shape, format);
  using Tag = dnnl::memory::format_tag;
  return {{e.n, e.c, e.h, e.w}, type, format == DataFormat::channels_first ? Tag::nchw : Tag::nhwc};
}

class OneDnn : public Engine {
 public:
  OneDnn(const Task& task, dnnl::algorithm algorithm, Type from, Type to)
      : engine_(dnnl::engine::kind::cpu, 0),
        stream_(engine_),
        output_(task.plan.output_shape(), task.plan.output_dtype()) {
    omp_set_num_threads(task.threads);
    const DataFormat format = task.workload.data_format;
    const auto in = desc_of(task.plan.input_shape(), from, format);
    const auto out = desc_of(task.plan.output_shape(), to, format);
    const dnnl::memory input(in, engine_, const_cast<void*>(task.input.data()));
    const dnnl::memory output(out, engine_, output_.data());
    using Kind = dnnl::prop_kind;
    if (task.workload.operation == Operation::gradient) {
      const auto forward = graph::dnnl_describe<dnnl::resampling_forward>(
          engine_, {}, Kind::forward_training, algorithm, out, in);
      primitive_ =
          dnnl::resampling_backward(graph::dnnl_describe_backward<dnnl::resampling_backward>(
              engine_, forward, algorithm, out, in));
      arguments_ = {{DNNL_ARG_DIFF_DST, input}, {DNNL_ARG_DIFF_SRC, output}};
    } else {
      primitive_ = dnnl::resampling_forward(graph::dnnl_describe<dnnl::resampling_forward>(
          engine_, {}, Kind::forward_inference, algorithm, in, out));
      arguments_ = {{DNNL_ARG_SRC, input}, {DNNL_ARG_DST, output}};
    }
  }
  void run() override {
    primitive_.execute(stream_, arguments_);
    stream_.wait();
  }
  void read_result(const TensorView& out) const override {
    std::copy_n(static_cast<const char*>(output_.data()), output_.size_bytes(),
                static_cast<char*>(out.data()));
  }

 private:
  dnnl::engine engine_;
  dnnl::stream stream_;
  Tensor output_;
  dnnl::primitive primitive_;
  std::unordered_map<int, dnnl::memory> arguments_;
};

}  // namespace

std::string onednn_version() {
  const dnnl_version_t* version = dnnl_version();
  return std::to_string(version->major) + "." + std::to_string(version->minor) + "." +
         std::to_string(version->patch);
}

std::unique_ptr<Engine> make_onednn(const Task& task) {
  using M = tf::image::ResizeMethod;
  const Workload& w = task.workload;
  if (!is_plain_resize(w) && w.operation != Operation::gradient) return nullptr;
  if (w.method != M::nearest_neighbor && w.method != M::bilinear) return nullptr;
  const auto from = type_of(task.plan.input_dtype());
  const auto to = type_of(task.plan.output_dtype());
  if (!from || !to) return nullptr;
  const auto algorithm = w.method == M::bilinear ? dnnl::algorithm::resampling_linear
                                                 : dnnl::algorithm::resampling_nearest;
  try {
    return std::make_unique<OneDnn>(task, algorithm, *from, *to);
  } catch (const dnnl::error& error) {
    if (error.status == dnnl_unimplemented) return nullptr;
    throw;
  }
}

}  // namespace halfpixel::bench
