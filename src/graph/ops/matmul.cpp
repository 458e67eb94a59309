#include "graph/ops/matmul.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "core/checked.hpp"
#include "graph/linear_axis.hpp"
#include "graph/op_forms.hpp"
#include "graph/ops/dnnl_kernel.hpp"
#include "graph/ops/even_factors.hpp"
#include "graph/ops/panel_product.hpp"

namespace halfpixel::graph {
namespace {

using dnnl::memory;
using Dims = memory::dims;

Dims dims_of(const Shape& batch, std::int64_t rows, std::int64_t columns) {
  Dims dims(batch.begin(), batch.end());
  dims.push_back(rows);
  dims.push_back(columns);
  return dims;
}

// One matrix or a stack of them: row-major memory, the last two axes perhaps exchanged.
memory::desc matrices(const Shape& batch, std::int64_t rows, std::int64_t columns, bool transposed,
                      std::int64_t row_stride, memory::data_type type = memory::data_type::f32) {
  const Dims dims = dims_of(batch, rows, columns);
  Dims strides(dims.size());
  const std::size_t last = dims.size() - 1;
  strides[last] = transposed ? rows : 1;
  strides[last - 1] = transposed ? 1 : row_stride;
  std::int64_t step = transposed ? rows * columns : rows * row_stride;
  for (std::size_t i = last - 1; i-- > 0;) {
    strides[i] = step;
    step *= dims[i];
  }
  return {dims, type, strides};
}

// The extents before the last two, brought to one rank with ones in front.
Shape batch_of(const Shape& shape, int rank) {
  Shape batch;
  for (int i = shape.rank(); i < rank; ++i) batch.push_back(1);
  for (int i = 0; i < shape.rank() - 2; ++i) batch.push_back(shape[i]);
  return batch;
}

// A sum without terms, plus bias.
std::unique_ptr<Kernel> empty_sum(const MatmulAttributes& attr, const PrepareArgs& args) {
  if (args.inputs.size() > 2 || attr.activation.function != Function::linear ||
      args.row_stride() != args.outputs[0].shape.at(-1)) {
    fail(ErrorCode::unsupported, "[matmul] the summed axis must not be empty; got ",
         args.inputs[0].shape);
  }
  auto result = std::make_unique<DnnlKernel>();
  const auto bytes = static_cast<std::size_t>(args.outputs[0].shape.num_elements()) * sizeof(float);
  result->add(
      [bytes](const void* const*, void* const* out, void*) { std::memset(out[0], 0, bytes); });
  return result;
}

// What computes the product, and its arguments as memory has them, float32.
template <class Primitive>
struct Described {
  memory::desc a, b_stored, bias, y;
  typename Primitive::primitive_desc chosen;
};

Described<dnnl::matmul> describe(const MatmulAttributes& attr, const PrepareArgs& args) {
  const Shape& a = args.inputs[0].shape;
  const Shape& b = args.inputs[1].shape;
  const Shape& y = args.outputs[0].shape;
  const std::int64_t inner = a.at(attr.transpose_a ? -2 : -1);
  const std::int64_t columns = y.at(-1);
  std::int64_t rows = y.at(-2);
  Shape batch_a = batch_of(a, y.rank());
  Shape batch_b = batch_of(b, y.rank());
  Shape batch_y = batch_of(y, y.rank());
  // One b for all: the rows of a are one long matrix.
  if (b.rank() == 2 && !attr.transpose_a) {
    rows *= batch_y.num_elements();
    batch_a = batch_b = batch_y = {};
  }
  const memory::desc a_desc = matrices(batch_a, rows, inner, attr.transpose_a, inner);
  const memory::desc b_stored = matrices(batch_b, inner, columns, attr.transpose_b, columns);
  const memory::desc y_desc = matrices(batch_y, rows, columns, false, args.row_stride());
  const memory::desc b_desc = args.constants[1] != nullptr
                                  ? memory::desc(dims_of(batch_b, inner, columns),
                                                 memory::data_type::f32, memory::format_tag::any)
                                  : b_stored;
  Dims bias_dims(batch_y.size() + 1, 1);
  bias_dims.push_back(columns);
  const memory::desc bias_desc(bias_dims, memory::data_type::f32, Dims(bias_dims.size(), 1));
  const auto of = [&](const auto&... memories) {
    return dnnl_describe<dnnl::matmul>(dnnl_engine(), dnnl_attributes(attr.activation),
                                       memories...);
  };
  return {
      a_desc, b_stored, bias_desc, y_desc,
      args.inputs.size() > 2 ? of(a_desc, b_desc, bias_desc, y_desc) : of(a_desc, b_desc, y_desc)};
}

// In bfloat16: rows of a are pixels of a 1x1 convolution. oneDNN's matrix products would add up in
// an order that the number of threads decides, and its tiles do not fit all odd depths.
Described<dnnl::convolution_forward> describe_in_bf16(const MatmulAttributes& attr,
                                                      const PrepareArgs& args) {
  const std::int64_t inner = args.inputs[0].shape.at(-1);
  const std::int64_t columns = args.outputs[0].shape.at(-1);
  const std::int64_t rows = args.outputs[0].shape.num_elements() / columns;
  const auto pixels = [&](std::int64_t channels, memory::data_type type) {
    return memory::desc({1, channels, rows}, type, memory::format_tag::nwc);
  };
  const memory::desc a = pixels(inner, memory::data_type::bf16);
  const memory::desc b({columns, inner, 1}, memory::data_type::bf16, memory::format_tag::any);
  const Dims b_strides = attr.transpose_b ? Dims{inner, 1, 1} : Dims{1, columns, 1};
  const memory::desc b_stored({columns, inner, 1}, memory::data_type::f32, b_strides);
  const memory::desc bias({columns}, memory::data_type::f32, memory::format_tag::x);
  const memory::desc y = pixels(columns, memory::data_type::f32);
  const auto of = [&](const auto&... memories) {
    return dnnl_describe<dnnl::convolution_forward>(
        dnnl_engine(), dnnl_attributes(attr.activation), dnnl::prop_kind::forward_inference,
        dnnl::algorithm::convolution_direct, memories..., Dims{1}, Dims{0}, Dims{0}, Dims{0});
  };
  return {pixels(inner, memory::data_type::f32), b_stored, bias, y,
          args.inputs.size() > 2 ? of(a, b, bias, y) : of(a, b, y)};
}

// even: of factors of bfloat16, else null.
template <class Primitive>
std::unique_ptr<Kernel> make_kernel(const MatmulAttributes& attr, const PrepareArgs& args,
                                    const Described<Primitive>& described,
                                    const EvenFactors* even = nullptr) {
  const auto& [a_desc, b_stored, bias_desc, y_desc, chosen] = described;
  auto result = std::make_unique<DnnlKernel>();
  const auto place_of = [&](std::size_t input, const memory::desc& stored,
                            const memory::desc& wanted) {
    const Tensor* tensor = args.constants[input];
    if (tensor == nullptr) return DnnlKernel::input(input);
    result->keep(*tensor);
    return DnnlKernel::constant(dnnl_constant(*tensor, stored, wanted));
  };
  const Shape& y = args.outputs[0].shape;
  const std::int64_t rows = y.num_elements() / y.at(-1);
  if (!attr.bf16 && takes_panel_product(chosen.impl_info_str(), a_desc, y_desc)) {
    std::optional<DnnlKernel::Place> bias;
    if (args.inputs.size() > 2) bias = place_of(2, bias_desc, bias_desc);
    result->set_implementation("panels");
    add_panel_product(*result, {a_desc, place_of(0, a_desc, a_desc)},
                      {b_stored, place_of(1, b_stored, b_stored)}, {y_desc, DnnlKernel::output(0)},
                      bias);
    result->add_activation(attr.activation, rows, y.at(-1), args.row_stride());
    return result;
  }
  result->set_implementation(chosen.impl_info_str());
  const DnnlKernel::Place a = even != nullptr ? even->source(*result, a_desc, chosen.src_desc())
                                              : place_of(0, a_desc, a_desc);
  std::vector<DnnlKernel::Argument> arguments = {
      {DNNL_ARG_SRC, chosen.src_desc(), a},
      {DNNL_ARG_WEIGHTS, chosen.weights_desc(), place_of(1, b_stored, chosen.weights_desc())},
      {DNNL_ARG_DST, y_desc, DnnlKernel::output(0)},
      {DNNL_ARG_SCRATCHPAD, chosen.scratchpad_desc(),
       result->take_scratch(chosen.scratchpad_desc().get_size())}};
  if (args.inputs.size() > 2)
    arguments.push_back({DNNL_ARG_BIAS, bias_desc, place_of(2, bias_desc, bias_desc)});
  result->add(Primitive(chosen), std::move(arguments));
  result->add_missing_activation(attr.activation, rows, y.at(-1), args.row_stride());
  return result;
}

std::unique_ptr<Kernel> make_kernel(const MatmulAttributes& attr, const PrepareArgs& args) {
  if (args.inputs[0].shape.at(attr.transpose_a ? -2 : -1) == 0) return empty_sum(attr, args);
  if (attr.bf16) {
    const EvenFactors even(args, attr.transpose_b ? -1 : -2);
    return make_kernel(attr, even.args(), describe_in_bf16(attr, even.args()), &even);
  }
  return make_kernel(attr, args, describe(attr, args));
}

class MatmulOp final : public ProductOp<MatmulOp, MatmulAttributes> {
 public:
  using ProductOp::ProductOp;
  int filter_axis(int kernel_rank) const override {
    if (kernel_rank != 2) return -1;  // a kernel for each matrix of the batch
    return attr.transpose_b ? 0 : 1;
  }

  std::optional<LinearAxis> row_sources(int input, const PrepareArgs& args) const override {
    const Shape& from = args.inputs[0].shape;
    if (input != 0 || from.rank() < 4 || args.inputs[1].shape.rank() != 2) return std::nullopt;
    return same_positions(from[1]);
  }

  // What in_bf16() made.
  bool gains(const PrepareArgs& args) const {
    constexpr std::int64_t kLeastDepth = 32;  // of tiles
    const std::int64_t depth = args.inputs[0].shape.at(-1);
    if (attr.transpose_a || depth < kLeastDepth || dnnl_reads_on_in_bf16(depth)) return false;
    return dnnl_has_bf16(
        [&] { return std::string(describe_in_bf16(attr, args).chosen.impl_info_str()); });
  }

  double multiply_adds(const PrepareArgs& args) const override {
    return static_cast<double>(args.outputs[0].shape.num_elements()) *
           static_cast<double>(args.inputs[0].shape.at(attr.transpose_a ? -2 : -1));
  }

  std::string_view kind() const noexcept override { return "matmul"; }
  std::string attributes() const override;
  std::vector<Spec> infer(std::span<const Spec> inputs) const override;
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override;
  bool strided_output() const override { return !attr.bf16; }
};

std::string MatmulOp::attributes() const {
  std::string text = attr.transpose_a ? "aT" : "";
  if (attr.transpose_b) text += text.empty() ? "bT" : " bT";
  if (attr.bf16) text += text.empty() ? "bf16" : " bf16";
  return text + activation_text(attr.activation);
}

std::vector<Spec> MatmulOp::infer(std::span<const Spec> inputs) const {
  if (inputs.size() < 2 || inputs.size() > 3) {
    fail(ErrorCode::internal, "[matmul] takes a, b and bias; got ", inputs.size(), " inputs");
  }
  for (const Spec& input : inputs) {
    if (input.dtype != DType::float32) {
      fail(ErrorCode::unsupported, "[matmul] inputs must be float32; got ", input.dtype);
    }
  }
  const Shape& a = inputs[0].shape;
  const Shape& b = inputs[1].shape;
  const auto refuse = [&] {
    fail(ErrorCode::invalid_argument,
         "[matmul] Inner dimensions (`x1.shape[-1]` and `x2.shape[-2]`) must be equal and the "
         "others must broadcast. Received: x1.shape=",
         a, ", x2.shape=", b);
  };
  if (a.rank() < 2 || b.rank() < 2) refuse();
  const std::int64_t inner_a = a.at(attr.transpose_a ? -2 : -1);
  const std::int64_t inner_b = b.at(attr.transpose_b ? -1 : -2);
  if (inner_a != kUnknown && inner_b != kUnknown && inner_a != inner_b) refuse();
  const int rank = std::max(a.rank(), b.rank());
  const Shape batch_a = batch_of(a, rank);
  const Shape batch_b = batch_of(b, rank);
  Shape result;
  for (int i = 0; i < rank - 2; ++i) {
    const std::int64_t one = batch_a[i];
    const std::int64_t other = batch_b[i];
    if (one == 1) {
      result.push_back(other);
    } else if (other == 1 || other == one) {
      result.push_back(one);
    } else if (one == kUnknown || other == kUnknown) {
      result.push_back(std::max(one, other));
    } else {
      refuse();
    }
  }
  result.push_back(a.at(attr.transpose_a ? -1 : -2));
  result.push_back(b.at(attr.transpose_b ? -2 : -1));
  if (inputs.size() > 2 && inputs[2].shape != Shape{result.at(-1)}) {
    fail(ErrorCode::invalid_argument, "[matmul] bias must have ", result.at(-1), " values; got ",
         inputs[2].shape);
  }
  return {{result, DType::float32}};
}

std::unique_ptr<Kernel> MatmulOp::prepare(const PrepareArgs& args) const {
  if (args.outputs[0].shape.num_elements() == 0) return nothing_to_do();
  return dnnl_guard("matmul", [&] { return make_kernel(attr, args); });
}

}  // namespace

OpPtr make_matmul(const MatmulAttributes& attributes) {
  return std::make_shared<MatmulOp>(attributes);
}

}  // namespace halfpixel::graph
