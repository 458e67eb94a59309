#include <algorithm>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "core/text.hpp"
#include "frontends/keras_config_reader.hpp"
#include "graph/ops/transpose.hpp"
#include "layers/convolution.hpp"
#include "model/config_keys.hpp"

namespace halfpixel::keras {

std::string_view name_of(Padding padding) noexcept {
  switch (padding) {
    case Padding::valid:
      return "valid";
    case Padding::same:
      return "same";
    case Padding::causal:
      return "causal";
  }
  return "";
}

Padding to_padding(std::string_view name) {
  const std::string lower = to_lower(name);
  for (const Padding padding : {Padding::valid, Padding::same, Padding::causal}) {
    if (lower == name_of(padding)) return padding;
  }
  halfpixel::fail(ErrorCode::invalid_argument,
                  "[keras] The `padding` argument must be a list/tuple or one of {'causal', "
                  "'same', 'valid'}. Received: ",
                  name);
}

graph::PerAxis per_axis(std::string_view who, std::string_view argument, const Size& size,
                        int rank) {
  if (!size.fits(rank)) {
    halfpixel::fail(ErrorCode::invalid_argument, "[", who, "] The `", argument,
                    "` argument must be a tuple of ", rank, " integers. Received ", argument, "=",
                    size);
  }
  graph::PerAxis result = {1, 1, 1};
  for (int i = 0; i < rank; ++i) result[static_cast<std::size_t>(i)] = size[i];
  return result;
}

namespace {

graph::PerAxis per_axis(const ConfigReader& reader, std::string_view key, int rank,
                        std::int64_t otherwise) {
  const std::vector<std::int64_t> values = reader.integers(
      key, rank, std::vector<std::int64_t>(static_cast<std::size_t>(rank), otherwise));
  graph::PerAxis result = {1, 1, 1};
  std::copy(values.begin(), values.end(), result.begin());
  return result;
}

std::string text_of(const graph::PerAxis& values, int rank) {
  return Shape(std::span(values.data(), static_cast<std::size_t>(rank))).str();
}

}  // namespace

void refuse_quantised(std::string_view class_name, const ConfigReader& reader) {
  for (const char* key : {"lora_rank", "quantization_config"}) {
    if (!reader.has(key)) continue;
    halfpixel::fail(ErrorCode::unsupported, "[", class_name, " '", reader.name(), "'] ", key,
                    " is not supported: save the model without it; got ",
                    reader.value(key)->json());
  }
}

ConvSettings settings_of(std::string_view class_name, int rank, const Config& config) {
  const ConfigReader reader(class_name, config);
  refuse_quantised(class_name, reader);
  ConvSettings s;
  s.class_name = class_name;
  s.name = reader.name();
  s.policy = reader.dtype();
  s.trainable = reader.trainable();
  s.rank = rank;
  s.filters = reader.integer("filters", 0);
  s.kernel_size = per_axis(reader, "kernel_size", rank, 0);
  s.strides = per_axis(reader, "strides", rank, 1);
  s.dilation_rate = per_axis(reader, "dilation_rate", rank, 1);
  s.padding = to_padding(reader.text("padding", "valid"));
  s.data_format = *reader.data_format();
  s.groups = reader.integer("groups", 1);
  s.depth_multiplier = reader.integer("depth_multiplier", 1);
  if (reader.has("output_padding")) s.output_padding = per_axis(reader, "output_padding", rank, 0);
  s.activation = ActivationFunction::from_config(class_name, reader.value("activation"));
  s.use_bias = reader.boolean("use_bias", true);
  return s;
}

ConvBase::ConvBase(ConvSettings settings)
    : LayerImpl(settings.class_name, settings.name, settings.policy, settings.trainable),
      settings_(std::move(settings)) {
  const ConvSettings& s = settings_;
  constexpr std::int64_t kMost = std::int64_t{1} << 31;
  for (std::size_t i = 0; i < static_cast<std::size_t>(s.rank); ++i) {
    const auto require = [&](const char* argument, const graph::PerAxis& values) {
      if (values[i] > 0 && values[i] < kMost) return;
      fail(concat("The `", argument, "` argument must be a tuple of ", s.rank,
                  " positive integers. Received ", argument, "=", text_of(values, s.rank)));
    };
    require("kernel_size", s.kernel_size);
    require("strides", s.strides);
    require("dilation_rate", s.dilation_rate);
  }
  if (s.groups <= 0) {
    fail(concat("The number of groups must be a positive integer. Received: groups=", s.groups));
  }
  if (s.depth_multiplier <= 0) {
    fail(
        concat("Invalid value for argument `depth_multiplier`. Expected a strictly positive "
               "value. Received depth_multiplier=",
               s.depth_multiplier));
  }
}

std::int64_t ConvBase::channels_of(const Spec& input) const {
  const std::int64_t channels = input.shape.at(channels_first() ? 1 : -1);
  if (channels == kUnknown || channels == 0) {
    fail(concat("The channel dimension of the inputs should be defined. Received input_shape=",
                input.shape));
  }
  return channels;
}

void ConvBase::check_input(const Spec& input) const {
  require_rank(input, settings_.rank + 2);
}

graph::WindowMove ConvBase::move() const {
  graph::WindowMove move;
  move.spatial_rank = settings_.rank;
  move.strides = settings_.strides;
  move.dilation = settings_.dilation_rate;
  move.same = settings_.padding == Padding::same;
  if (settings_.padding == Padding::causal) {
    move.low[0] = (settings_.kernel_size[0] - 1) * settings_.dilation_rate[0];
  }
  return move;
}

ValueId ConvBase::to_channels_last(Builder& builder, ValueId x) const {
  if (!channels_first()) return x;
  return builder.add1(graph::make_to_channels_last(settings_.rank + 2), {x});
}

ValueId ConvBase::finish(Builder& builder, ValueId y) const {
  // Functions of one element come first, so that they stay beside the convolution.
  const bool first = settings_.activation.unary().has_value();
  if (first) y = settings_.activation.emit(builder, y);
  if (channels_first()) y = builder.add1(graph::make_to_channels_first(settings_.rank + 2), {y});
  return first ? y : settings_.activation.emit(builder, y);
}

Tensor ConvBase::variable(std::string_view name) const {
  for (const Variable& variable : variables()) {
    if (variable.name == name) return variable.value;
  }
  fail(concat("has no variable '", name, "'"));
}

void ConvBase::add_window(Config& config) const {
  const auto count = static_cast<std::size_t>(settings_.rank);
  config.set("kernel_size", Config::list_of(std::span(settings_.kernel_size.data(), count)));
  config.set("strides", Config::list_of(std::span(settings_.strides.data(), count)));
  config.set("padding", name_of(settings_.padding));
}

void ConvBase::add_keys(Config& config, std::string_view kernel) const {
  const std::string prefix(kernel);
  config.set("activation", settings_.activation.serialize());
  config.set("use_bias", settings_.use_bias);
  config.set(prefix + "_initializer", initializer_value("GlorotUniform"));
  config.set("bias_initializer", initializer_value("Zeros"));
  config.set(prefix + "_regularizer", nullptr);
  config.set("bias_regularizer", nullptr);
  config.set("activity_regularizer", nullptr);
  config.set(prefix + "_constraint", nullptr);
  config.set("bias_constraint", nullptr);
}

}  // namespace halfpixel::keras
