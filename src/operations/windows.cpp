// keras.ops.max_pool, conv and their like as operations of functional models.
#include <array>
#include <memory>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "graph/ops/conv.hpp"
#include "graph/ops/conv_transpose.hpp"
#include "graph/ops/pool.hpp"
#include "graph/ops/transpose.hpp"
#include "operations/operands.hpp"

namespace halfpixel::keras {
namespace {

using graph::PerAxis;

// What all of them are called with.
struct Window {
  std::vector<std::int64_t> strides, dilation;
  bool same = false;
  bool first = false;  // channels first
  OperationCall form;

  Window(const CallArguments& arguments, std::string_view stride_key, int inputs) {
    form = keras_form({}, inputs);
    strides = read(arguments, "strides",
                   arguments.integers(stride_key).value_or(std::vector<std::int64_t>{1}));
    const std::string padding = arguments.text("padding", "valid");
    if (padding != "valid" && padding != "same") arguments.refuse("padding", "valid or same");
    same = padding == "same";
    const std::string format = arguments.text("data_format", "channels_last");
    if (format != "channels_last" && format != "channels_first") {
      arguments.refuse("data_format", "channels_last or channels_first");
    }
    first = format == "channels_first";
    form.config.set("padding", padding);
    form.config.set("data_format", format);
  }

  // One positive number, or one for each axis.
  std::vector<std::int64_t> read(const CallArguments& arguments, std::string_view key,
                                 std::vector<std::int64_t> otherwise) {
    const auto given = arguments.integers(key);
    std::vector<std::int64_t> values = given ? *given : std::move(otherwise);
    if (values.empty() || values.size() > graph::kMaxSpatialRank)
      arguments.refuse(key, "one to three integers");
    for (const std::int64_t value : values) {
      if (value < 1 || value > 2147483647) arguments.refuse(key, "positive integers");
    }
    form.config.set(std::string(key),
                    values.size() == 1 ? Config::Value(values[0]) : Config::list_of(values));
    return values;
  }

  // f(x with channels last) with the channels back where they were.
  template <class F>
  ValueId emit(Builder& b, ValueId x, std::string_view who, const F& f) const {
    x = as_float32(b, x);
    const int rank = b.shape(x).rank();
    if (rank < 3 || rank > 5) {
      fail(ErrorCode::invalid_argument, "[", who, "] inputs must have 3 to 5 axes; got shape ",
           b.shape(x));
    }
    if (!first) return f(x, rank - 2);
    x = f(b.add1(graph::make_to_channels_last(rank), {x}), rank - 2);
    return b.add1(graph::make_to_channels_first(rank), {x});
  }
};

PerAxis per_axis(std::string_view who, std::string_view key,
                 const std::vector<std::int64_t>& values, int rank) {
  if (values.size() != 1 && static_cast<int>(values.size()) != rank) {
    fail(ErrorCode::invalid_argument, "[", who, "] ", key, " must be one integer or ", rank,
         "; got ", Shape(values));
  }
  PerAxis result = {1, 1, 1};
  for (std::size_t i = 0; i < static_cast<std::size_t>(rank); ++i)
    result[i] = values.size() == 1 ? values[0] : values[i];
  return result;
}

graph::WindowMove move_of(const Window& window, std::string_view who, int rank) {
  graph::WindowMove move;
  move.spatial_rank = rank;
  move.strides = per_axis(who, "strides", window.strides, rank);
  if (!window.dilation.empty())
    move.dilation = per_axis(who, "dilation_rate", window.dilation, rank);
  move.same = window.same;
  return move;
}

template <graph::PoolKind kKind>
LayerPtr pool(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name,
                                {"inputs", "pool_size", "strides", "padding", "data_format"});
  if (!arguments.has("pool_size")) arguments.refuse("pool_size", "one to three integers");
  Window window(arguments, "pool_size", 1);
  const auto size = window.read(arguments, "pool_size", {});
  return make_recorded(
      name, kNnOps, window.form, layer_name, on_first([=](Builder& b, ValueId x) {
        return window.emit(b, x, name, [&](ValueId v, int rank) {
          const graph::PerAxis extents = per_axis(name, "pool_size", size, rank);
          return b.add1(graph::make_pool({kKind, move_of(window, name, rank), extents}), {v});
        });
      }));
}

template <graph::PoolKind kKind>
LayerPtr adaptive_pool(std::string_view name, const OperationCall& call,
                       const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"inputs", "output_size", "data_format"});
  Window window(arguments, "strides", 1);
  window.form.config = {};
  const auto size = window.read(arguments, "output_size", {});
  window.form.config.set("output_size", Config::list_of(size));
  window.form.config.set("data_format", window.first ? "channels_first" : "channels_last");
  return make_recorded(
      name, kNnOps, window.form, layer_name, on_first([=](Builder& b, ValueId x) {
        return window.emit(b, x, name, [&](ValueId v, int rank) {
          return b.add1(
              graph::make_adaptive_pool({kKind, rank, per_axis(name, "output_size", size, rank)}),
              {v});
        });
      }));
}

std::vector<ValueId> as_values(Builder& b, std::span<const Operand> operands,
                               std::span<const ValueId> inputs) {
  std::vector<ValueId> values;
  for (const Operand& operand : operands)
    values.push_back(as_float32(b, value_of(b, operand, inputs)));
  return values;
}

void check_kernel(std::string_view who, const Shape& shape, int spatial_rank) {
  bool fits = shape.rank() == spatial_rank + 2;
  for (const std::int64_t extent : shape) fits = fits && extent > 0;
  if (fits) return;
  fail(ErrorCode::invalid_argument, "[", who, "] the kernel must have ", spatial_rank + 2,
       " axes of known extents; got shape ", shape);
}

void require_kernel(Builder& b, std::string_view who, ValueId kernel, int spatial_rank) {
  check_kernel(who, b.shape(kernel), spatial_rank);
}

LayerPtr conv(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(
      name, call, layer_name,
      {"inputs", "kernel", "strides", "padding", "data_format", "dilation_rate"});
  const std::vector<Operand> operands = {Operand::of(arguments, "inputs"),
                                         Operand::of(arguments, "kernel")};
  Window window(arguments, "strides", 0);
  window.dilation = window.read(arguments, "dilation_rate", {1});
  for (const Operand& operand : operands) window.form.args.push_back(operand.argument());
  return make_recorded(
      name, kNnOps, window.form, layer_name, [=](Builder& b, std::span<const ValueId> inputs) {
        const auto values = as_values(b, operands, inputs);
        return std::vector<ValueId>{window.emit(b, values[0], name, [&](ValueId x, int rank) {
          require_kernel(b, name, values[1], rank);
          const std::int64_t channels = b.shape(x).at(-1), seen = b.shape(values[1])[rank];
          if (channels < 1 || seen < 1 || channels % seen != 0) {
            fail(ErrorCode::invalid_argument, "[", name,
                 "] the kernel's input channels must divide the input's; got ", seen, " and ",
                 channels);
          }
          const graph::ConvAttributes attributes{.move = move_of(window, name, rank),
                                                 .groups = channels / seen};
          return b.add1(graph::make_conv(attributes), {x, values[1]});
        })};
      });
}

const Tensor& array_of(const CallArguments& arguments, std::string_view key,
                       const Operand& operand) {
  const auto* tensor = operand.get_if<Tensor>();
  if (tensor == nullptr || tensor->rank() < 3)
    arguments.refuse(key, "an array, not a tensor of the model");
  return *tensor;
}

// The kernel (…, C, multiplier) of a depthwise convolution is one of C groups in the same memory.
ValueId depthwise_part(Builder& b, const Window& window, std::string_view who, ValueId x,
                       const Tensor& kernel, int rank) {
  check_kernel(who, kernel.shape(), rank);
  Shape grouped = kernel.shape();
  const std::int64_t groups = grouped[rank];
  grouped[rank] = 1;
  grouped[rank + 1] = checked_multiply(groups, kernel.shape()[rank + 1], "channels");
  const graph::ConvAttributes attributes{.move = move_of(window, who, rank), .groups = groups};
  return b.add1(graph::make_conv(attributes),
                {x, b.constant(kernel.astype(DType::float32).reshape(grouped))});
}

LayerPtr depthwise_conv(std::string_view name, const OperationCall& call,
                        const std::string& layer_name) {
  const CallArguments arguments(
      name, call, layer_name,
      {"inputs", "kernel", "strides", "padding", "data_format", "dilation_rate"});
  const Operand kernel = Operand::of(arguments, "kernel");
  const Tensor weights = array_of(arguments, "kernel", kernel);
  Window window(arguments, "strides", 1);
  window.dilation = window.read(arguments, "dilation_rate", {1});
  window.form.args.push_back(kernel.argument());
  return make_recorded(name, kNnOps, window.form, layer_name,
                       on_first([=](Builder& b, ValueId input) {
                         return window.emit(b, input, name, [&](ValueId x, int rank) {
                           return depthwise_part(b, window, name, x, weights, rank);
                         });
                       }));
}

LayerPtr separable_conv(std::string_view name, const OperationCall& call,
                        const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name,
                                {"inputs", "depthwise_kernel", "pointwise_kernel", "strides",
                                 "padding", "data_format", "dilation_rate"});
  const Operand depthwise = Operand::of(arguments, "depthwise_kernel");
  const Operand pointwise = Operand::of(arguments, "pointwise_kernel");
  const Tensor weights = array_of(arguments, "depthwise_kernel", depthwise);
  const Tensor mixing = array_of(arguments, "pointwise_kernel", pointwise);
  Window window(arguments, "strides", 1);
  window.dilation = window.read(arguments, "dilation_rate", {1});
  window.form.args.push_back(depthwise.argument());
  window.form.args.push_back(pointwise.argument());
  return make_recorded(name, kNnOps, window.form, layer_name,
                       on_first([=](Builder& b, ValueId input) {
                         return window.emit(b, input, name, [&](ValueId x, int rank) {
                           x = depthwise_part(b, window, name, x, weights, rank);
                           check_kernel(name, mixing.shape(), rank);
                           graph::ConvAttributes attributes;
                           attributes.move.spatial_rank = rank;
                           return b.add1(graph::make_conv(attributes),
                                         {x, b.constant(mixing.astype(DType::float32))});
                         });
                       }));
}

LayerPtr conv_transpose(std::string_view name, const OperationCall& call,
                        const std::string& layer_name) {
  const CallArguments arguments(
      name, call, layer_name,
      {"inputs", "kernel", "strides", "padding", "output_padding", "data_format", "dilation_rate"});
  const std::vector<Operand> operands = {Operand::of(arguments, "inputs"),
                                         Operand::of(arguments, "kernel")};
  Window window(arguments, "strides", 0);
  window.dilation = window.read(arguments, "dilation_rate", {1});
  const auto more = arguments.integers("output_padding");
  window.form.config.set("output_padding", more ? Config::list_of(*more) : Config::Value());
  for (const Operand& operand : operands) window.form.args.push_back(operand.argument());
  return make_recorded(
      name, kNnOps, window.form, layer_name, [=](Builder& b, std::span<const ValueId> inputs) {
        const auto values = as_values(b, operands, inputs);
        return std::vector<ValueId>{window.emit(b, values[0], name, [&](ValueId x, int rank) {
          require_kernel(b, name, values[1], rank);
          graph::ConvTransposeAttributes attributes;
          attributes.spatial_rank = rank;
          attributes.strides = per_axis(name, "strides", window.strides, rank);
          attributes.dilation = per_axis(name, "dilation_rate", window.dilation, rank);
          attributes.same = window.same;
          if (more) attributes.output_padding = per_axis(name, "output_padding", *more, rank);
          return b.add1(graph::make_conv_transpose(attributes), {x, values[1]});
        })};
      });
}

}  // namespace

std::span<const OperationRow> window_operations() {
  static constexpr std::array kRows = {
      OperationRow{"MaxPool", pool<graph::PoolKind::max>},
      OperationRow{"AveragePool", pool<graph::PoolKind::average>},
      OperationRow{"AdaptiveMaxPool", adaptive_pool<graph::PoolKind::max>},
      OperationRow{"AdaptiveAveragePool", adaptive_pool<graph::PoolKind::average>},
      OperationRow{"Conv", conv},
      OperationRow{"DepthwiseConv", depthwise_conv},
      OperationRow{"SeparableConv", separable_conv},
      OperationRow{"ConvTranspose", conv_transpose},
  };
  return kRows;
}

}  // namespace halfpixel::keras
