#include "graph/ops/conv_transpose.hpp"

#include <algorithm>
#include <utility>

#include "core/checked.hpp"
#include "graph/op_forms.hpp"
#include "graph/ops/dnnl_kernel.hpp"
#include "graph/ops/even_factors.hpp"
#include "graph/ops/patch_product.hpp"
#include "graph/ops/winograd_conv.hpp"

namespace halfpixel::graph {
namespace {

using dnnl::memory;
using Dims = memory::dims;

memory::desc image(const Shape& shape, memory::data_type type = memory::data_type::f32) {
  static constexpr memory::format_tag kLast[] = {memory::format_tag::nwc, memory::format_tag::nhwc,
                                                 memory::format_tag::ndhwc};
  const int rank = shape.rank() - 2;
  Dims dims = {shape[0], shape[rank + 1]};
  for (int i = 1; i <= rank; ++i) dims.push_back(shape[i]);
  return {dims, type, kLast[rank - 1]};
}

// Keras' kernel (…window…, filters, channels) with oneDNN's order of axes.
Dims kernel_dims(const Shape& kernel) {
  const int rank = kernel.rank() - 2;
  Dims dims = {kernel[rank], kernel[rank + 1]};
  for (int i = 0; i < rank; ++i) dims.push_back(kernel[i]);
  return dims;
}
Dims kernel_strides(const Shape& kernel) {
  const int rank = kernel.rank() - 2;
  Dims strides(kernel.size());
  strides[0] = kernel[rank + 1];
  strides[1] = 1;
  std::int64_t step = kernel[rank] * kernel[rank + 1];
  for (int i = rank - 1; i >= 0; --i) {
    strides[static_cast<std::size_t>(i + 2)] = step;
    step *= kernel[i];
  }
  return strides;
}

std::int64_t output_extent(const ConvTransposeAttributes& attr, int axis, std::int64_t input,
                           std::int64_t window) {
  if (input == kUnknown || window == kUnknown) return kUnknown;
  const auto i = static_cast<std::size_t>(axis);
  const std::int64_t stride = attr.strides[i];
  const std::int64_t reach = (window - 1) * attr.dilation[i] + 1;
  if (attr.same) {
    if (!attr.output_padding) return input * stride;
    return (input - 1) * stride + reach % 2 + (*attr.output_padding)[i];
  }
  const std::int64_t more =
      attr.output_padding ? (*attr.output_padding)[i] : std::max(reach, stride) - reach;
  return (input - 1) * stride + reach + more;
}

// Elements of the full result that are cut off in front.
std::int64_t cut_in_front(const ConvTransposeAttributes& attr, int axis, std::int64_t input,
                          std::int64_t window) {
  if (!attr.same) return 0;
  const auto i = static_cast<std::size_t>(axis);
  const std::int64_t reach = (window - 1) * attr.dilation[i] + 1;
  const std::int64_t cut =
      (input - 1) * attr.strides[i] + reach - output_extent(attr, axis, input, window);
  return std::max<std::int64_t>(cut, 0) / 2;
}

memory::desc stored_kernel(const Shape& kernel) {
  return {kernel_dims(kernel), memory::data_type::f32, kernel_strides(kernel)};
}

dnnl::deconvolution_forward::primitive_desc describe(const ConvTransposeAttributes& attr,
                                                     const PrepareArgs& args) {
  const Shape& x = args.inputs[0].shape;
  const Shape& kernel = args.inputs[1].shape;
  const Shape& y = args.outputs[0].shape;
  Dims strides, dilates, low, high;
  for (int axis = 0; axis < attr.spatial_rank; ++axis) {
    const auto i = static_cast<std::size_t>(axis);
    const std::int64_t reach = (kernel[axis] - 1) * attr.dilation[i] + 1;
    strides.push_back(attr.strides[i]);
    dilates.push_back(attr.dilation[i] - 1);
    low.push_back(cut_in_front(attr, axis, x[axis + 1], kernel[axis]));
    high.push_back((x[axis + 1] - 1) * attr.strides[i] + reach - low.back() - y[axis + 1]);
  }
  const auto factors = attr.bf16 ? memory::data_type::bf16 : memory::data_type::f32;
  const memory::desc any(kernel_dims(kernel), factors, memory::format_tag::any);
  const auto kind = dnnl::prop_kind::forward_inference;
  const auto form = dnnl::algorithm::deconvolution_direct;
  const auto of = [&](const auto&... memories) {
    return dnnl_describe<dnnl::deconvolution_forward>(dnnl_engine(),
                                                      dnnl_attributes(attr.activation), kind, form,
                                                      memories..., strides, dilates, low, high);
  };
  if (args.inputs.size() < 3) return of(image(x, factors), any, image(y));
  const memory::desc bias({y[attr.spatial_rank + 1]}, memory::data_type::f32,
                          memory::format_tag::x);
  return of(image(x, factors), any, bias, image(y));
}

PatchForm patch_form(const ConvTransposeAttributes& attr, const PrepareArgs& args) {
  const Shape& x = args.inputs[0].shape;
  const Shape& y = args.outputs[0].shape;
  PatchForm form{.transposed = true, .batch = x[0], .channels = x.at(-1), .filters = y.at(-1)};
  const std::size_t rank = static_cast<std::size_t>(attr.spatial_rank),
                    ones = form.axes.size() - rank;
  for (int axis = 0; axis < attr.spatial_rank; ++axis) {
    const auto i = static_cast<std::size_t>(axis);
    const std::int64_t window = args.inputs[1].shape[axis], extent = x[axis + 1];
    form.axes[ones + i] = {extent,           y[axis + 1],
                           window,           attr.strides[i],
                           attr.dilation[i], cut_in_front(attr, axis, extent, window)};
  }
  return form;
}

// even: of factors of bfloat16, else null.
std::unique_ptr<Kernel> make_kernel(const ConvTransposeAttributes& attr, const PrepareArgs& args,
                                    const EvenFactors* even) {
  const Shape& y = args.outputs[0].shape;
  const auto chosen = describe(attr, args);
  const memory::desc stored = stored_kernel(args.inputs[1].shape);
  auto result = std::make_unique<DnnlKernel>();
  DnnlKernel::Place source = DnnlKernel::input(0);
  if (even == nullptr && dnnl_is_fallback(chosen.impl_info_str())) {
    add_patch_product(*result, patch_form(attr, args), args, source, attr.activation);
    return result;
  }
  if (even != nullptr)
    source = even->source(*result, image(args.inputs[0].shape), chosen.src_desc());
  result->set_implementation(chosen.impl_info_str());
  DnnlKernel::Place weights = DnnlKernel::input(1);
  if (args.constants[1] != nullptr) {
    result->keep(*args.constants[1]);
    weights =
        DnnlKernel::constant(dnnl_constant(*args.constants[1], stored, chosen.weights_desc()));
  } else if (stored != chosen.weights_desc()) {
    weights = result->add_reorder(stored, weights, chosen.weights_desc());
  }
  std::vector<DnnlKernel::Argument> arguments = {
      {DNNL_ARG_SRC, chosen.src_desc(), source},
      {DNNL_ARG_WEIGHTS, chosen.weights_desc(), weights},
      {DNNL_ARG_DST, chosen.dst_desc(), DnnlKernel::output(0)},
      {DNNL_ARG_SCRATCHPAD, chosen.scratchpad_desc(),
       result->take_scratch(chosen.scratchpad_desc().get_size())}};
  if (args.inputs.size() > 2) {
    const memory::desc bias_desc = chosen.bias_desc();
    DnnlKernel::Place place = DnnlKernel::input(2);
    if (args.constants[2] != nullptr) {
      result->keep(*args.constants[2]);
      place = DnnlKernel::constant(dnnl_constant(*args.constants[2], bias_desc, bias_desc));
    }
    arguments.push_back({DNNL_ARG_BIAS, bias_desc, place});
  }
  result->add(dnnl::deconvolution_forward(chosen), std::move(arguments));
  result->add_missing_activation(attr.activation, y.num_elements() / y.at(-1), y.at(-1), y.at(-1));
  return result;
}

class ConvTransposeOp final : public ProductOp<ConvTransposeOp, ConvTransposeAttributes> {
 public:
  using ProductOp::ProductOp;
  int filter_axis(int kernel_rank) const override { return kernel_rank - 2; }
  // What in_bf16() made.
  bool gains(const PrepareArgs& args) const {
    // As of convolutions, of which oneDNN makes it.
    if (attr.spatial_rank > 2 || dnnl_reads_on_in_bf16(args.inputs[0].shape.at(-1))) return false;
    for (int axis = 0; axis < attr.spatial_rank; ++axis) {
      if (attr.strides[static_cast<std::size_t>(axis)] > args.inputs[1].shape[axis]) return false;
    }
    return dnnl_has_bf16([&] { return std::string(describe(attr, args).impl_info_str()); });
  }
  std::optional<TransposedForm> transposed_window(const PrepareArgs& args) const override;
  RowTile row_tile(const PrepareArgs& args) const override {
    const std::int64_t window = args.inputs[1].shape[0], stride = attr.strides[0];
    const std::int64_t size = winograd_rows(window, stride).size;
    if (size == 1) return {};
    return {size * stride, -(cut_in_front(attr, 0, args.inputs[0].shape[1], window) % stride)};
  }
  std::optional<LinearAxis> row_sources(int, const PrepareArgs& args) const override {
    const std::int64_t taps = args.inputs[1].shape[0];
    return chain(transposed_window(args)->axes[0],
                 window_positions(args.outputs[0].shape[1] + (taps - 1) * attr.dilation[0],
                                  args.outputs[0].shape[1], taps, 1, attr.dilation[0], 0));
  }

  // An element of x meets the whole window of all filters.
  double multiply_adds(const PrepareArgs& args) const override {
    const Shape& kernel = args.inputs[1].shape;
    return static_cast<double>(args.inputs[0].shape.num_elements()) *
           static_cast<double>(kernel.num_elements() / std::max<std::int64_t>(kernel.at(-1), 1));
  }

  std::string_view kind() const noexcept override { return "conv_transpose"; }
  std::string attributes() const override;
  std::vector<Spec> infer(std::span<const Spec> inputs) const override;
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override;
};

// Position p of the full result takes x[i] by tap t where p = stride i + dilation t.
std::optional<TransposedForm> ConvTransposeOp::transposed_window(const PrepareArgs& args) const {
  TransposedForm form{{}, attr.dilation, attr.strides, {0, 0, 0}};
  for (int axis = 0; axis < attr.spatial_rank; ++axis) {
    const auto i = static_cast<std::size_t>(axis);
    const std::int64_t extent = args.inputs[0].shape[axis + 1];
    const std::int64_t window = args.inputs[1].shape[axis];
    const std::int64_t before = (window - 1) * attr.dilation[i];
    form.low[i] = cut_in_front(attr, axis, extent, window);
    const std::int64_t first = form.low[i] - before;
    LinearAxis& line = form.axes.emplace_back(extent);
    for (std::int64_t j = 0; j < args.outputs[0].shape[axis + 1] + before; ++j) {
      const std::int64_t position = j + first;
      if (position >= 0 && position % attr.strides[i] == 0 && position / attr.strides[i] < extent) {
        line.add(position / attr.strides[i], 1.0F);
      }
      line.next();
    }
  }
  return form;
}

std::string ConvTransposeOp::attributes() const {
  std::string text = attr.same ? "same" : "valid";
  const auto append = [&](const char* name, const PerAxis& values) {
    for (int axis = 0; axis < attr.spatial_rank; ++axis) {
      text += concat(axis == 0 ? name : "x", values[static_cast<std::size_t>(axis)]);
    }
  };
  append(" stride ", attr.strides);
  if (attr.dilation != PerAxis{1, 1, 1}) append(" dilation ", attr.dilation);
  if (attr.output_padding) append(" output_padding ", *attr.output_padding);
  if (attr.bf16) text += " bf16";
  return text + activation_text(attr.activation);
}

std::vector<Spec> ConvTransposeOp::infer(std::span<const Spec> inputs) const {
  const int rank = attr.spatial_rank;
  if (inputs.size() < 2 || inputs.size() > 3) {
    fail(ErrorCode::internal, "[conv_transpose] takes x, kernel and bias; got ", inputs.size(),
         " inputs");
  }
  for (const Spec& input : inputs) {
    if (input.dtype != DType::float32) {
      fail(ErrorCode::unsupported, "[conv_transpose] inputs must be float32; got ", input.dtype);
    }
  }
  const Shape& x = inputs[0].shape;
  const Shape& kernel = inputs[1].shape;
  if (x.rank() != rank + 2 || kernel.rank() != rank + 2) {
    fail(ErrorCode::invalid_argument, "[conv_transpose] x and kernel must have rank ", rank + 2,
         "; got ", x, " and ", kernel);
  }
  if (x[rank + 1] != kUnknown && kernel[rank + 1] != kUnknown && x[rank + 1] != kernel[rank + 1]) {
    fail(ErrorCode::invalid_argument, "[conv_transpose] x must have ", kernel[rank + 1],
         " channels; got ", x);
  }
  if (inputs.size() > 2 && inputs[2].shape != Shape{kernel[rank]}) {
    fail(ErrorCode::invalid_argument, "[conv_transpose] bias must have ", kernel[rank],
         " values; got ", inputs[2].shape);
  }
  Shape result = x;
  result[rank + 1] = kernel[rank];
  for (int axis = 0; axis < rank; ++axis) {
    const std::int64_t extent = output_extent(attr, axis, x[axis + 1], kernel[axis]);
    // Where a convolution of the result had not x's extent (same, an even window, output_padding
    // 0), TensorFlow refuses; JAX and torch compute what the formula says, and so does this.
    result[axis + 1] = extent == kUnknown ? kUnknown : std::max<std::int64_t>(extent, 0);
  }
  return {{result, DType::float32}};
}

std::unique_ptr<Kernel> ConvTransposeOp::prepare(const PrepareArgs& args) const {
  if (args.outputs[0].shape.num_elements() == 0) return nothing_to_do();
  return dnnl_guard("conv_transpose", [&] {
    if (!attr.bf16) return make_kernel(attr, args, nullptr);
    const EvenFactors even(args, -1);
    return make_kernel(attr, even.args(), &even);
  });
}

}  // namespace

OpPtr make_conv_transpose(const ConvTransposeAttributes& attributes) {
  return std::make_shared<ConvTransposeOp>(attributes);
}

}  // namespace halfpixel::graph
