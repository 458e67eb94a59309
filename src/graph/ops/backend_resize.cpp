// keras/src/backend/{torch,jax}/image.py of Keras 3.15, resize(): which function of the backend is
// called with what. torch sees images as (N, C, H, W) whose memory is channels last.
#include "graph/ops/backend_resize.hpp"

#include <halfpixel/jax.hpp>
#include <halfpixel/torch.hpp>

#include "core/checked.hpp"
#include "graph/ops/op_checks.hpp"
#include "graph/ops/plan_kernel.hpp"
#include "graph/ops/strided_copy.hpp"

namespace halfpixel::graph {
namespace {

using Engine = BackendResize::Engine;

torch::InterpolateMode torch_mode(keras::Interpolation interpolation) {
  if (interpolation == keras::Interpolation::nearest) return torch::InterpolateMode::nearest_exact;
  return interpolation == keras::Interpolation::bicubic ? torch::InterpolateMode::bicubic
                                                        : torch::InterpolateMode::bilinear;
}

// Rows and columns are moved to the end, and back.
template <class List>
List channels_second(const List& last) {
  List first = last;
  first[1] = last[3], first[2] = last[1], first[3] = last[2];
  return first;
}

class BackendResizeOp final : public OpWith<BackendResizeOp, BackendResize> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override {
    return attr.engine == Engine::torch ? "torch_resize" : "jax_resize";
  }
  std::string attributes() const override {
    return concat(attr.multiplies ? "times " : "", attr.size[0], "x", attr.size[1], " ",
                  keras::name_of(attr.interpolation), attr.antialias ? " antialias" : "",
                  is_first() ? " channels_first" : "");
  }
  bool strided_output() const override { return true; }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    require_inputs(kind(), inputs, 1);
    const auto& [shape, dtype] = inputs[0];
    if (shape.rank() != 4 || dtype != DType::float32) {
      fail(ErrorCode::unsupported, "[", kind(), "] images must be float32 of rank 4; got ", dtype,
           " ", shape);
    }
    Shape result = shape;
    for (int i = 0; i < 2; ++i) {
      std::int64_t& side = result[rows() + i];
      if (!attr.multiplies) {
        side = attr.size[i];
      } else if (side != kUnknown) {
        side = checked_multiply(side, attr.size[i], "size");
      }
    }
    return {{result, dtype}};
  }

  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    const Shape& from = args.inputs[0].shape;
    const Shape to = infer(args.inputs)[0].shape;
    const PlanKernel::Strides src = row_major(from), dst = row_major(to, args.row_stride());
    if (attr.engine == Engine::jax) {
      return std::make_unique<PlanKernel>(
          jax::image::plan_resize(from, DType::float32, to, jax_options()), src, dst);
    }
    torch::nn::functional::InterpolateOptions options;
    options.size = Size{to[rows()], to[rows() + 1]};
    options.mode = torch_mode(attr.interpolation);
    options.antialias = attr.antialias && attr.interpolation != keras::Interpolation::nearest;
    if (is_first()) {
      return std::make_unique<PlanKernel>(
          torch::nn::functional::plan_interpolate(from, DType::float32, options), src, dst);
    }
    options.memory_format = torch::MemoryFormat::channels_last;
    return std::make_unique<PlanKernel>(
        torch::nn::functional::plan_interpolate(channels_second(from), DType::float32, options),
        channels_second(src), channels_second(dst));
  }

 private:
  bool is_first() const { return attr.data_format == DataFormat::channels_first; }
  int rows() const { return is_first() ? 2 : 1; }
  jax::image::ResizeOptions jax_options() const {
    return {.method = jax::image::to_resize_method(keras::name_of(attr.interpolation)),
            .antialias = attr.antialias};
  }
};

}  // namespace

OpPtr make_backend_resize(const BackendResize& options) {
  using keras::Interpolation;
  const Interpolation way = options.interpolation;
  if (options.engine == Engine::torch &&
      (way == Interpolation::lanczos3 || way == Interpolation::lanczos5)) {
    fail(ErrorCode::unsupported,
         "Resizing with Lanczos interpolation is not supported by the PyTorch backend. Received: "
         "interpolation=",
         keras::name_of(way));
  }
  if (options.size.rank() != 2 || options.size[0] < 1 || options.size[1] < 1) {
    fail(ErrorCode::invalid_argument, "size must be two positive integers; got ", options.size);
  }
  return std::make_shared<BackendResizeOp>(options);
}

}  // namespace halfpixel::graph
