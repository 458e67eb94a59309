// oneDNN computes; its nhwc kernels are fast for all but two forms. Depthwise kernels with several
// filters per channel become plain depthwise ones over repeated channels, and what its gemm or its
// reference code would take (groups of few channels, most of one axis) is made of patches.
#include "graph/ops/conv.hpp"

#include <algorithm>
#include <utility>

#include "core/checked.hpp"
#include "graph/linear_axis.hpp"
#include "graph/op_forms.hpp"
#include "graph/ops/dnnl_kernel.hpp"
#include "graph/ops/even_factors.hpp"
#include "graph/ops/parallel.hpp"
#include "graph/ops/patch_product.hpp"
#include "graph/ops/winograd_conv.hpp"

namespace halfpixel::graph {
namespace {

using dnnl::memory;
using Dims = memory::dims;

// Everything about one convolution with known extents.
struct Problem {
  int rank = 2;
  std::int64_t batch = 0, channels = 0, filters = 0, groups = 1;
  Dims src, dst, window, strides, dilates, low, high;  // spatial axes only
  Unary activation;
  memory::data_type factors = memory::data_type::f32, result = memory::data_type::f32;
};

memory::desc image(std::int64_t batch, std::int64_t channels, const Dims& extents,
                   memory::data_type type) {
  static constexpr memory::format_tag kLast[] = {memory::format_tag::nwc, memory::format_tag::nhwc,
                                                 memory::format_tag::ndhwc};
  Dims dims = {batch, channels};
  dims.insert(dims.end(), extents.begin(), extents.end());
  return {dims, type, kLast[extents.size() - 1]};
}

// Keras' kernel (…window…, inputs, filters) as oneDNN names its axes.
struct KernelDesc {
  Dims dims, strides;
  memory::desc stored() const { return {dims, memory::data_type::f32, strides}; }
  memory::desc any(memory::data_type type) const { return {dims, type, memory::format_tag::any}; }
};
KernelDesc kernel_desc(const Problem& p) {
  const std::int64_t inputs = p.channels / p.groups;
  KernelDesc desc{{p.filters / p.groups, inputs}, {1, p.filters}};
  if (p.groups > 1) {
    desc.dims.insert(desc.dims.begin(), p.groups);
    desc.strides.insert(desc.strides.begin(), p.filters / p.groups);
  }
  Dims steps(p.window.size());
  std::int64_t step = inputs * p.filters;
  for (std::size_t i = p.window.size(); i-- > 0;) {
    steps[i] = step;
    step *= p.window[i];
  }
  desc.dims.insert(desc.dims.end(), p.window.begin(), p.window.end());
  desc.strides.insert(desc.strides.end(), steps.begin(), steps.end());
  return desc;
}

dnnl::convolution_forward::primitive_desc describe(const Problem& p, bool bias) {
  const auto kind = dnnl::prop_kind::forward_inference;
  const auto form = dnnl::algorithm::convolution_direct;
  const memory::desc src = image(p.batch, p.channels, p.src, p.factors);
  const memory::desc dst = image(p.batch, p.filters, p.dst, p.result);
  const memory::desc kernel = kernel_desc(p).any(p.factors);
  const memory::desc bias_desc({p.filters}, memory::data_type::f32, memory::format_tag::x);
  const auto of = [&](const auto&... memories) {
    return dnnl_describe<dnnl::convolution_forward>(dnnl_engine(), dnnl_attributes(p.activation),
                                                    kind, form, memories..., p.strides, p.dilates,
                                                    p.low, p.high);
  };
  return bias ? of(src, kernel, bias_desc, dst) : of(src, kernel, dst);
}

// x with each channel repeated: what a depthwise kernel with `times` filters per channel sees.
DnnlKernel::Step repeat_channels(std::int64_t pixels, std::int64_t channels, std::int64_t times,
                                 std::size_t offset) {
  return [=](const void* const* in, void* const*, void* scratch) {
    const auto* src = static_cast<const float*>(in[0]);
    auto* dst = reinterpret_cast<float*>(static_cast<std::byte*>(scratch) + offset);
    const std::int64_t values = pixels * channels;
    parallel_blocks(values, values * times, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) std::fill_n(dst + i * times, times, src[i]);
    });
  };
}

Problem problem_of(const ConvAttributes& attr, const PrepareArgs& args) {
  const Shape& x = args.inputs[0].shape;
  const Shape& kernel = args.inputs[1].shape;
  Problem p;
  p.rank = attr.move.spatial_rank;
  p.batch = x[0];
  p.channels = x[p.rank + 1];
  p.filters = kernel[p.rank + 1];
  p.groups = attr.groups;
  p.activation = attr.activation;
  if (attr.bf16) p.factors = memory::data_type::bf16;
  if (attr.rounded_result) p.result = memory::data_type::bf16;
  for (int axis = 0; axis < p.rank; ++axis) {
    const auto i = static_cast<std::size_t>(axis);
    const WindowMove::Padding padding = attr.move.padding(axis, x[axis + 1], kernel[axis]);
    const std::int64_t dst = args.outputs[0].shape[axis + 1];
    p.src.push_back(x[axis + 1]);
    p.dst.push_back(dst);
    p.window.push_back(kernel[axis]);
    p.strides.push_back(attr.move.strides[i]);
    p.dilates.push_back(attr.move.dilation[i] - 1);
    p.low.push_back(padding.low);
    // What the last window does not reach is no padding: oneDNN wants the two to agree.
    p.high.push_back((dst - 1) * attr.move.strides[i] + attr.move.reach(axis, kernel[axis]) -
                     x[axis + 1] - padding.low);
  }
  return p;
}

// oneDNN's convolutions of bfloat16 are wrong in several forms: of three axes, and where steps are
// longer than the window (1x1 ones have kernels of their own). Groups gain nothing.
bool right_in_bf16(const Problem& p) {
  if (p.rank > 2 || p.groups > 1) return false;
  bool longer = false, point = true;
  for (std::size_t i = 0; i < p.window.size(); ++i) {
    longer = longer || p.strides[i] > p.window[i];
    point = point && p.window[i] == 1;
  }
  return point ? !dnnl_reads_on_in_bf16(p.channels) : !longer;
}

PatchForm patch_form(const Problem& p) {
  PatchForm form{
      .batch = p.batch, .channels = p.channels, .filters = p.filters, .groups = p.groups};
  const std::size_t ones = form.axes.size() - p.src.size();
  for (std::size_t i = 0; i < p.src.size(); ++i)
    form.axes[ones + i] = {p.src[i],     p.dst[i],         p.window[i],
                           p.strides[i], p.dilates[i] + 1, p.low[i]};
  return form;
}

// even: of factors of bfloat16, else null.
std::unique_ptr<Kernel> make_kernel(Problem p, const PrepareArgs& args, const EvenFactors* even) {
  auto result = std::make_unique<DnnlKernel>();
  const bool bias = args.inputs.size() > 2;
  const Tensor* kernel = args.constants[1];
  DnnlKernel::Place source = DnnlKernel::input(0);

  if (p.groups > 1 && p.groups == p.channels && p.filters > p.channels) {
    std::int64_t pixels = p.batch;
    for (const std::int64_t extent : p.src) pixels *= extent;
    const std::int64_t times = p.filters / p.channels;
    source = result->take_scratch(static_cast<std::size_t>(pixels * p.filters) * sizeof(float));
    result->add(repeat_channels(pixels, p.channels, times, source.at));
    p.groups = p.channels = p.filters;
  }

  const auto chosen = describe(p, bias);
  if (even == nullptr && dnnl_is_fallback(chosen.impl_info_str())) {
    add_patch_product(*result, patch_form(p), args, source, p.activation);
    return result;
  }
  if (even != nullptr) {
    source = even->source(*result, image(p.batch, p.channels, p.src, memory::data_type::f32),
                          chosen.src_desc());
  }
  result->set_implementation(chosen.impl_info_str());
  const KernelDesc stored = kernel_desc(p);
  DnnlKernel::Place weights = DnnlKernel::input(1);
  if (kernel != nullptr) {
    result->keep(*kernel);
    weights = DnnlKernel::constant(dnnl_constant(*kernel, stored.stored(), chosen.weights_desc()));
  } else if (stored.stored() != chosen.weights_desc()) {
    weights = result->add_reorder(stored.stored(), weights, chosen.weights_desc());
  }
  std::vector<DnnlKernel::Argument> arguments = {
      {DNNL_ARG_SRC, chosen.src_desc(), source},
      {DNNL_ARG_WEIGHTS, chosen.weights_desc(), weights},
      {DNNL_ARG_DST, chosen.dst_desc(), DnnlKernel::output(0)},
      {DNNL_ARG_SCRATCHPAD, chosen.scratchpad_desc(),
       result->take_scratch(chosen.scratchpad_desc().get_size())}};
  if (bias) {
    DnnlKernel::Place place = DnnlKernel::input(2);
    if (args.constants[2] != nullptr) {
      result->keep(*args.constants[2]);
      place = DnnlKernel::constant(
          dnnl_constant(*args.constants[2], chosen.bias_desc(), chosen.bias_desc()));
    }
    arguments.push_back({DNNL_ARG_BIAS, chosen.bias_desc(), place});
  }
  result->add(dnnl::convolution_forward(chosen), std::move(arguments));
  result->add_missing_activation(p.activation, args.outputs[0].shape.num_elements() / p.filters,
                                 p.filters, p.filters);
  return result;
}

class ConvOp final : public ProductOp<ConvOp, ConvAttributes> {
 public:
  using ProductOp::ProductOp;
  int filter_axis(int kernel_rank) const override { return kernel_rank - 1; }
  // What in_bf16() made.
  bool gains(const PrepareArgs& args) const {
    const Problem p = problem_of(attr, args);
    if (!right_in_bf16(p)) return false;
    return dnnl_has_bf16(
        [&] { return std::string(describe(p, args.inputs.size() > 2).impl_info_str()); });
  }
  OpPtr rounded_result() const override {
    if (!attr.bf16 || attr.rounded_result || !follows_in_dnnl(attr.activation)) return nullptr;
    ConvAttributes changed = attr;
    changed.rounded_result = true;
    return make_conv(changed);
  }
  bool rounds_input(int input) const override { return attr.bf16 && input == 0; }
  const WindowMove* window() const override { return attr.groups == 1 ? &attr.move : nullptr; }

  // A filter sees all positions of its window and its group's channels.
  double multiply_adds(const PrepareArgs& args) const override {
    const Shape& kernel = args.inputs[1].shape;
    return static_cast<double>(args.outputs[0].shape.num_elements()) *
           static_cast<double>(kernel.num_elements() / std::max<std::int64_t>(kernel.at(-1), 1));
  }

  RowTile row_tile(const PrepareArgs& args) const override {
    return winograd_rows(args.inputs[1].shape[0], attr.move.strides[0]);
  }
  // Groups have to do with channels alone.
  std::optional<LinearAxis> row_sources(int, const PrepareArgs& args) const override {
    const std::int64_t extent = args.inputs[0].shape[1], taps = args.inputs[1].shape[0];
    return window_positions(extent, args.outputs[0].shape[1], taps, attr.move.strides[0],
                            attr.move.dilation[0], attr.move.padding(0, extent, taps).low);
  }

  std::string_view kind() const noexcept override { return "conv"; }
  std::string attributes() const override;
  std::vector<Spec> infer(std::span<const Spec> inputs) const override;
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override;
};

std::string ConvOp::attributes() const {
  std::string text = attr.move.same ? "same" : "";
  for (int axis = 0; axis < attr.move.spatial_rank; ++axis) {
    const auto i = static_cast<std::size_t>(axis);
    if (!attr.move.same) {
      text += concat(axis == 0 ? "pad " : ",", attr.move.low[i], "+", attr.move.high[i]);
    }
  }
  const auto append = [&](const char* name, const PerAxis& values) {
    if (values == PerAxis{1, 1, 1}) return;
    for (int axis = 0; axis < attr.move.spatial_rank; ++axis) {
      text += concat(axis == 0 ? name : "x", values[static_cast<std::size_t>(axis)]);
    }
  };
  append(" stride ", attr.move.strides);
  append(" dilation ", attr.move.dilation);
  if (attr.groups != 1) text += concat(" groups ", attr.groups);
  if (attr.bf16) text += attr.rounded_result ? " bf16 to bf16" : " bf16";
  return text + activation_text(attr.activation);
}

std::vector<Spec> ConvOp::infer(std::span<const Spec> inputs) const {
  const int rank = attr.move.spatial_rank;
  if (inputs.size() < 2 || inputs.size() > 3) {
    fail(ErrorCode::internal, "[conv] takes x, kernel and bias; got ", inputs.size(), " inputs");
  }
  const Shape& x = inputs[0].shape;
  const Shape& kernel = inputs[1].shape;
  for (const Spec& input : inputs) {
    const bool rounded = attr.bf16 && &input == inputs.data() && input.dtype == DType::bfloat16;
    if (input.dtype != DType::float32 && !rounded) {
      fail(ErrorCode::unsupported, "[conv] inputs must be float32; got ", input.dtype);
    }
  }
  if (x.rank() != rank + 2 || kernel.rank() != rank + 2) {
    fail(ErrorCode::invalid_argument, "[conv] x and kernel must have rank ", rank + 2, "; got ", x,
         " and ", kernel);
  }
  const std::int64_t channels = x[rank + 1];
  const std::int64_t filters = kernel[rank + 1];
  if (channels != kUnknown && kernel[rank] != kUnknown && channels != kernel[rank] * attr.groups) {
    fail(ErrorCode::invalid_argument, "[conv] x must have ", kernel[rank] * attr.groups,
         " channels; got ", x);
  }
  if (filters % attr.groups != 0 || (inputs.size() > 2 && inputs[2].shape != Shape{filters})) {
    fail(ErrorCode::invalid_argument, "[conv] kernel and bias do not fit; got ", kernel,
         inputs.size() > 2 ? " and " + inputs[2].shape.str() : "", ", groups ", attr.groups);
  }
  Shape result = x;
  result[rank + 1] = filters;
  for (int axis = 0; axis < rank; ++axis) {
    const std::int64_t extent = attr.move.output_extent(axis, x[axis + 1], kernel[axis]);
    if (extent == 0 && x[axis + 1] != 0) {
      fail(ErrorCode::invalid_argument, "[conv] Computed output size would be negative. Received ",
           "input shape ", x, ", kernel shape ", kernel, ", dilation ",
           attr.move.dilation[static_cast<std::size_t>(axis)]);
    }
    result[axis + 1] = extent;
  }
  return {{result, attr.rounded_result ? DType::bfloat16 : DType::float32}};
}

std::unique_ptr<Kernel> ConvOp::prepare(const PrepareArgs& args) const {
  if (args.outputs[0].shape.num_elements() == 0) return nothing_to_do();
  return dnnl_guard("conv", [&] {
    if (!attr.bf16) return make_kernel(problem_of(attr, args), args, nullptr);
    const EvenFactors even(args, -2);
    return make_kernel(problem_of(attr, even.args()), even.args(), &even);
  });
}

}  // namespace

OpPtr make_conv(const ConvAttributes& attributes) {
  return std::make_shared<ConvOp>(attributes);
}

}  // namespace halfpixel::graph
