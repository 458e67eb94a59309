// tf.nn's pools and convolutions, and what else of TensorFlow is a call of Keras 3 in other words:
// it is read as that call.
#include <algorithm>
#include <array>
#include <cmath>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "graph/ops/concat.hpp"
#include "graph/ops/slice.hpp"
#include "graph/ops/unary.hpp"
#include "operations/operands.hpp"

namespace halfpixel::keras {
namespace {

bool is_first(const CallArguments& arguments) {
  return arguments.text("data_format", "NHWC").starts_with("NC");
}

// Of rows and columns: one number, two, or four with those of batch and channels, which are 1.
Config::Value spatial(const CallArguments& arguments, std::string_view key,
                      std::optional<std::int64_t> unset = {}) {
  auto list = arguments.integers(key);
  if (!list && unset) list = std::vector{*unset};
  if (!list) arguments.refuse(key, "one, two or four integers");
  if (list->size() == 1) return Config::List{list->front(), list->front()};
  if (list->size() == 4) {
    const std::size_t at = is_first(arguments) ? 2 : 1;
    if ((*list)[0] != 1 || (*list)[at == 2 ? 1 : 3] != 1)
      arguments.refuse(key, "1 for batch and channels");
    return Config::List{(*list)[at], (*list)[at + 1]};
  }
  if (list->size() != 2) arguments.refuse(key, "one, two or four integers");
  return Config::list_of(*list);
}

void set_window(const CallArguments& arguments, OperationCall& form) {
  const std::string padding = arguments.text("padding", "");
  if (padding != "SAME" && padding != "VALID") arguments.refuse("padding", "SAME or VALID");
  form.config.set("padding", padding == "SAME" ? "same" : "valid");
  form.config.set("data_format", is_first(arguments) ? "channels_first" : "channels_last");
}

template <bool kMax>
LayerPtr tf_pool(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name,
                                {name.starts_with("compat") ? "value" : "input", "ksize", "strides",
                                 "padding", "data_format", "name"});
  OperationCall form;
  form.args = {input_argument(0)};
  form.config.set("pool_size", spatial(arguments, "ksize"));
  form.config.set("strides", spatial(arguments, "strides"));
  set_window(arguments, form);
  return make_operation(kMax ? "MaxPool" : "AveragePool", form, layer_name);
}

template <bool kDepthwise>
LayerPtr tf_conv(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const auto arguments =
      kDepthwise ? CallArguments(name, call, layer_name,
                                 {"input", "filter", "strides", "padding", "rate", "name",
                                  "data_format", "dilations"})
                 : CallArguments(name, call, layer_name,
                                 {"input", "filter", "strides", "padding", "use_cudnn_on_gpu",
                                  "data_format", "dilations", "name", "filters"});
  OperationCall form;
  form.args = {Operand::of(arguments, "input").argument(),
               Operand::of(arguments, arguments.has("filter") ? "filter" : "filters").argument()};
  form.config.set("strides", spatial(arguments, "strides", 1));
  const bool rate = kDepthwise && arguments.has("rate");
  form.config.set("dilation_rate", spatial(arguments, rate ? "rate" : "dilations", 1));
  set_window(arguments, form);
  return make_operation(kDepthwise ? "DepthwiseConv" : "Conv", form, layer_name);
}

LayerPtr tf_patches(std::string_view name, const OperationCall& call,
                    const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name,
                                {"images", "sizes", "strides", "rates", "padding", "name"});
  OperationCall form;
  form.args = {input_argument(0)};
  form.config.set("size", spatial(arguments, "sizes"));
  form.config.set("strides", spatial(arguments, "strides"));
  const Config::Value rates = spatial(arguments, "rates");
  const auto& both = *rates.get_if<Config::List>();
  if (both[0].integer() != both[1].integer()) arguments.refuse("rates", "the same twice");
  form.config.set("dilation_rate", both[0]);
  set_window(arguments, form);
  return make_operation("ExtractPatches", form, layer_name);
}

LayerPtr tf_tensordot(std::string_view name, const OperationCall& call,
                      const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"a", "b", "axes", "name"});
  OperationCall form;
  form.args = {Operand::of(arguments, "a").argument(), Operand::of(arguments, "b").argument()};
  const Config::Value* const axes = arguments.value("axes");
  form.config.set("axes", axes != nullptr ? *axes : Config::Value(arguments.integer("axes")));
  return make_operation("Tensordot", form, layer_name);
}

LayerPtr gray_to_rgb(std::string_view name, const OperationCall& call,
                     const std::string& layer_name) {
  CallArguments(name, call, layer_name, {"images", "name"});
  OperationCall form = keras_form({{"repeats", 3}, {"axis", -1}});
  return make_operation("Repeat", form, layer_name);
}

// relu(x) and relu(-x) side by side.
LayerPtr crelu(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"features", "name", "axis"});
  const auto axis = static_cast<int>(arguments.integer("axis", -1));
  return make_unsaveable(
      name, layer_name, on_first([axis](Builder& b, ValueId x) {
        x = as_float32(b, x);
        const ValueId minus = b.add1(graph::make_unary(graph::Function::neg), {x});
        const int at = axis < 0 ? axis + b.shape(x).rank() : axis;
        return b.add1(graph::make_concat(at), {b.add1(graph::make_unary(graph::kRelu), {x}),
                                               b.add1(graph::make_unary(graph::kRelu), {minus})});
      }));
}

// What is left when as much is cut away on either side, in TensorFlow's rounding.
LayerPtr central_crop(std::string_view name, const OperationCall& call,
                      const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"image", "central_fraction"});
  const double fraction = arguments.number("central_fraction", 0.0);
  if (!(fraction > 0 && fraction <= 1)) arguments.refuse("central_fraction", "0 to 1");
  return make_unsaveable(
      name, layer_name, on_first([fraction, who = arguments.who()](Builder& b, ValueId x) {
        const Shape shape = b.shape(x);
        if (shape.rank() != 3 && shape.rank() != 4)
          fail(ErrorCode::invalid_argument, "[", who, "] image must have 3 or 4 axes; got shape ",
               shape);
        std::vector<graph::SliceRange> ranges;
        for (const int axis : {shape.rank() - 3, shape.rank() - 2}) {
          if (shape[axis] == kUnknown) {  // begins somewhere: the extent is unknown, too
            ranges.push_back({axis, 0, std::nullopt});
            continue;
          }
          const auto extent = static_cast<double>(shape[axis]);
          const auto begin = static_cast<std::int64_t>((extent - extent * fraction) / 2);
          ranges.push_back({axis, begin, shape[axis] - begin});
        }
        return b.add1(graph::make_slice(std::move(ranges)), {x});
      }));
}

}  // namespace

std::span<const OperationRow> tf_window_operations() {
  static constexpr std::array kRows = {
      OperationRow{"nn.max_pool2d", tf_pool<true>},
      OperationRow{"nn.max_pool", tf_pool<true>},
      OperationRow{"compat.v1.nn.max_pool", tf_pool<true>},
      OperationRow{"nn.avg_pool2d", tf_pool<false>},
      OperationRow{"nn.avg_pool", tf_pool<false>},
      OperationRow{"compat.v1.nn.avg_pool", tf_pool<false>},
      OperationRow{"nn.conv2d", tf_conv<false>},
      OperationRow{"compat.v1.nn.conv2d", tf_conv<false>},
      OperationRow{"compat.v1.nn.depthwise_conv2d", tf_conv<true>},
      OperationRow{"image.extract_patches", tf_patches},
      OperationRow{"tensordot", tf_tensordot},
      OperationRow{"image.grayscale_to_rgb", gray_to_rgb},
      OperationRow{"compat.v1.nn.crelu", crelu},
      OperationRow{"image.central_crop", central_crop},
  };
  return kRows;
}

}  // namespace halfpixel::keras
