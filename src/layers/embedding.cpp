// Embedding, CenterCrop and Masking.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/layers/preprocessing.hpp>

#include "core/checked.hpp"
#include "frontends/keras_config_reader.hpp"
#include "graph/ops/binary.hpp"
#include "graph/ops/cast.hpp"
#include "graph/ops/gather.hpp"
#include "graph/ops/matmul.hpp"
#include "graph/ops/reduce.hpp"
#include "graph/ops/resample.hpp"
#include "graph/ops/select.hpp"
#include "graph/ops/slice.hpp"
#include "graph/ops/unary.hpp"
#include "layers/reshaping.hpp"
#include "model/layer_rows.hpp"

namespace halfpixel::keras {
namespace {

class EmbeddingImpl final : public LayerImpl {
 public:
  // `reverse`: the further keys of a ReversibleEmbedding, none for Embedding.
  EmbeddingImpl(const layers::EmbeddingOptions& o, Config keys, Config reverse = {},
                bool tied = true, std::optional<double> soft_cap = {})
      : LayerImpl(reverse.items().empty() ? "Embedding" : "ReversibleEmbedding", o.name, o.dtype,
                  o.trainable),
        options_(o),
        keys_(std::move(keys)),
        reverse_(std::move(reverse)),
        tied_(tied),
        soft_cap_(soft_cap) {
    if (o.input_dim < 1) fail(concat("input_dim must be positive; got ", o.input_dim));
    if (o.output_dim < 1) fail(concat("output_dim must be positive; got ", o.output_dim));
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    const ValueId table = builder.constant(variables_[0].value);
    return {builder.add1(graph::make_gather(0), {table, inputs[0]})};
  }
  // Called with reverse=True: from vectors to one number for each integer.
  std::vector<ValueId> call_with_arguments(Builder& builder, std::span<const ValueId> inputs,
                                           const Config& arguments) const override {
    const Config::Value* const reverse = arguments.find("reverse");
    const bool* const flag = reverse != nullptr ? reverse->get_if<bool>() : nullptr;
    if (flag == nullptr || !*flag || arguments.items().size() != 1 || reverse_.items().empty()) {
      return LayerImpl::call_with_arguments(builder, inputs, arguments);
    }
    ValueId x = inputs[0];
    if (builder.spec(x).dtype != DType::float32)
      x = builder.add1(graph::make_cast(DType::float32), {x});
    const auto product =
        std::make_shared<graph::Matmul>(graph::MatmulAttributes{.transpose_b = tied_});
    x = builder.add1(product, {x, builder.constant(variables_.back().value)});
    if (!soft_cap_) return {x};
    const ValueId cap = builder.scalar(static_cast<float>(*soft_cap_));
    x = builder.add1(graph::make_binary(graph::BinaryFunction::divide), {x, cap});
    x = builder.add1(graph::make_unary(graph::Function::tanh), {x});
    return {builder.add1(graph::make_binary(graph::BinaryFunction::multiply), {x, cap})};
  }
  bool casts_inputs() const override { return false; }

  void add_config(Config& config) const override {
    config.set("input_dim", options_.input_dim);
    config.set("output_dim", options_.output_dim);
    for (const auto& [key, value] : keys_.items()) config.set(key, value);
    config.set("mask_zero", options_.mask_zero);
    for (const auto& [key, value] : reverse_.items()) config.set(key, value);
  }

 protected:
  void build(std::span<const Spec>) override {
    add_variable("embeddings", Shape{options_.input_dim, options_.output_dim},
                 Initializer::uniform);
    if (tied_) return;
    add_variable("reverse_embeddings", Shape{options_.output_dim, options_.input_dim},
                 Initializer::uniform);
  }

 private:
  layers::EmbeddingOptions options_;
  Config keys_;  // initializer, regularizers, constraint: of no effect, kept for files
  Config reverse_;
  bool tied_;  // the way back takes the same matrix; else one of its own
  std::optional<double> soft_cap_;
};

Config embedding_keys(const Config* from) {
  Config uniform;
  uniform.set("seed", nullptr);
  uniform.set("minval", -0.05);
  uniform.set("maxval", 0.05);
  Config initializer;
  initializer.set("module", "keras.initializers");
  initializer.set("class_name", "RandomUniform");
  initializer.set("config", std::move(uniform));
  initializer.set("registered_name", nullptr);
  Config keys;
  keys.set("embeddings_initializer", std::move(initializer));
  for (const char* key :
       {"embeddings_regularizer", "activity_regularizer", "embeddings_constraint"}) {
    keys.set(key, nullptr);
  }
  if (from != nullptr) {
    for (const auto& [key, unset] : keys.items()) {
      if (const auto* value = from->find(key)) keys.set(key, *value);
    }
  }
  return keys;
}

class CenterCropImpl final : public LayerImpl {
 public:
  explicit CenterCropImpl(const layers::CenterCropOptions& o)
      : LayerImpl("CenterCrop", o.name, o.dtype, o.trainable),
        height_(o.height),
        width_(o.width),
        format_(or_default(o.data_format)) {
    constexpr std::int64_t kMost = 2147483647;
    if (height_ < 1 || width_ < 1 || height_ > kMost || width_ > kMost) {
      fail(concat("height and width must be positive 32-bit integers; got (", height_, ", ", width_,
                  ")"));
    }
    layers::ResizingOptions resizing;
    resizing.height = height_;
    resizing.width = width_;
    resizing.data_format = format_;
    resizing.name = "resizing";
    resize_ = graph::make_resizing(resizing);
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    ValueId x = inputs[0];
    const Shape shape = builder.shape(x);
    const int rank = shape.rank();
    if (rank != 3 && rank != 4) fail("images must have 3 or 4 axes; got shape " + shape.str());
    if (builder.spec(x).dtype != DType::float32)
      x = builder.add1(graph::make_cast(DType::float32), {x});
    const int row = rank - (format_ == DataFormat::channels_last ? 3 : 2);
    const std::int64_t height = shape[row], width = shape[row + 1];
    // While shapes are only inferred, the result's is all that counts.
    if (height == kUnknown || width == kUnknown) return {builder.add1(resize_, {x})};
    if (height >= height_ && width >= width_) {
      return {crop(builder, x, row, (height - height_) / 2, height_, (width - width_) / 2, width_)};
    }
    if (height == 0 || width == 0) fail("images must not be empty; got shape " + shape.str());
    // Keras' smart_resize: the middle part with the result's proportions.
    const auto part = [](std::int64_t side, std::int64_t other, std::int64_t target,
                         std::int64_t other_target) {
      const double length = static_cast<double>(other) * static_cast<double>(target) /
                            static_cast<double>(other_target);
      return static_cast<std::int64_t>(
          std::max(std::min(static_cast<double>(side), std::trunc(length)), 1.0));
    };
    const std::int64_t rows = part(height, width, height_, width_);
    const std::int64_t columns = part(width, height, width_, height_);
    const ValueId middle =
        crop(builder, x, row, (height - rows) / 2, rows, (width - columns) / 2, columns);
    return {builder.add1(resize_, {middle})};
  }

  void add_config(Config& config) const override {
    config.set("data_format", name_of(format_));
    config.set("height", height_);
    config.set("width", width_);
  }

 private:
  static ValueId crop(Builder& builder, ValueId x, int row, std::int64_t top, std::int64_t height,
                      std::int64_t left, std::int64_t width) {
    const Shape& shape = builder.shape(x);
    if (shape[row] == height && shape[row + 1] == width) return x;
    return builder.add1(
        graph::make_slice({{row, top, top + height, 1}, {row + 1, left, left + width, 1}}), {x});
  }

  std::int64_t height_, width_;
  DataFormat format_;
  graph::OpPtr resize_;
};

class MaskingImpl final : public LayerImpl {
 public:
  explicit MaskingImpl(const layers::MaskingOptions& o)
      : LayerImpl("Masking", o.name, o.dtype, o.trainable), mask_value_(o.mask_value) {}

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    const ValueId x = inputs[0];
    const Spec& spec = builder.spec(x);
    // All zeros become zeros.
    if (mask_value_ == 0.0 || spec.shape.rank() == 0) return {x};
    const ValueId value = builder.constant(full(Shape{}, mask_value_, spec.dtype));
    const ValueId zero = builder.constant(zeros(Shape{}, spec.dtype));
    const ValueId differs =
        builder.add1(graph::make_binary(graph::BinaryFunction::not_equal), {x, value});
    const ValueId kept =
        builder.add1(graph::make_reduce(graph::Reduction::any, {-1}, true), {differs});
    return {builder.add1(graph::make_select(), {kept, x, zero})};
  }

  void add_config(Config& config) const override { config.set("mask_value", mask_value_); }

 private:
  double mask_value_;
};

layers::EmbeddingOptions embedding_options(const ConfigReader& reader) {
  for (const char* key : {"quantization_config", "lora_rank"}) {
    if (reader.has(key)) reader.fail(key, "null: quantised and LoRA embeddings are not supported");
  }
  return {reader.integer("input_dim", 0),
          reader.integer("output_dim", 0),
          reader.boolean("mask_zero", false),
          reader.name(),
          reader.dtype(),
          reader.trainable()};
}

LayerPtr embedding_from(const Config& config) {
  const ConfigReader reader("Embedding", config);
  return std::make_shared<EmbeddingImpl>(embedding_options(reader), embedding_keys(&config));
}

LayerPtr reversible_embedding_from(const Config& config) {
  const ConfigReader reader("ReversibleEmbedding", config);
  const bool tied = reader.boolean("tie_weights", true);
  std::optional<double> soft_cap;
  if (reader.has("logit_soft_cap")) soft_cap = reader.number("logit_soft_cap", 0.0);
  Config reverse;
  reverse.set("tie_weights", tied);
  for (const char* key : {"reverse_dtype", "logit_soft_cap"}) {
    reverse.set(key, reader.has(key) ? *reader.value(key) : Config::Value());
  }
  return std::make_shared<EmbeddingImpl>(embedding_options(reader), embedding_keys(&config),
                                         std::move(reverse), tied, soft_cap);
}

LayerPtr center_crop_from(const Config& config) {
  const ConfigReader reader("CenterCrop", config);
  return std::make_shared<CenterCropImpl>(layers::CenterCropOptions{
      reader.integer("height", 0), reader.integer("width", 0), reader.data_format(), reader.name(),
      reader.dtype(), reader.trainable()});
}

LayerPtr masking_from(const Config& config) {
  const ConfigReader reader("Masking", config);
  return std::make_shared<MaskingImpl>(layers::MaskingOptions{
      reader.number("mask_value", 0.0), reader.name(), reader.dtype(), reader.trainable()});
}

}  // namespace

std::span<const LayerRow> embedding_rows() {
  static constexpr std::array kRows = {
      LayerRow{"Embedding", embedding_from},
      LayerRow{"ReversibleEmbedding", reversible_embedding_from},
      LayerRow{"CenterCrop", center_crop_from},
      LayerRow{"Masking", masking_from},
  };
  return kRows;
}

namespace layers {

Embedding::Embedding(EmbeddingOptions options)
    : GraphLayer(std::make_shared<EmbeddingImpl>(options, embedding_keys(nullptr))) {}
CenterCrop::CenterCrop(CenterCropOptions options)
    : GraphLayer(std::make_shared<CenterCropImpl>(options)) {}
Masking::Masking(MaskingOptions options) : GraphLayer(std::make_shared<MaskingImpl>(options)) {}

}  // namespace layers
}  // namespace halfpixel::keras
