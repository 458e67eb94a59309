// Embedding, CenterCrop and Masking.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include <halfpixel/keras/layers/preprocessing.hpp>

#include "graph/ops/binary.hpp"
#include "graph/ops/cast.hpp"
#include "graph/ops/gather.hpp"
#include "graph/ops/matmul.hpp"
#include "graph/ops/reduce.hpp"
#include "graph/ops/resample.hpp"
#include "graph/ops/select.hpp"
#include "graph/ops/slice.hpp"
#include "graph/ops/unary.hpp"
#include "layers/fields.hpp"
#include "layers/quantization.hpp"
#include "model/emit.hpp"

namespace halfpixel::keras {
namespace {

// Initializer, regularizers and constraint have no effect; they are kept for files.
struct KeptOptions : layers::EmbeddingOptions {
  KeptOptions(const layers::EmbeddingOptions& options = {}) : EmbeddingOptions(options) {
    Config uniform;
    uniform.set("seed", nullptr);
    uniform.set("minval", -0.05);
    uniform.set("maxval", 0.05);
    initializer = initializer_value("RandomUniform", std::move(uniform));
  }
  Config::Value initializer, regularizer, activity_regularizer, constraint;
};

template <class Impl, class O>
class EmbeddingLayer : public LayerOf<Impl, O> {
 public:
  EmbeddingLayer(std::string_view class_name, const O& o) : LayerOf<Impl, O>(class_name, o) {
    if (o.input_dim < 1) this->refuse("input_dim must be positive; got ", o.input_dim);
    if (o.output_dim < 1) this->refuse("output_dim must be positive; got ", o.output_dim);
  }

  static void fields(auto& v, auto& o) {
    v("input_dim", o.input_dim);
    v("output_dim", o.output_dim);
    v("embeddings_initializer", o.initializer);
    v("embeddings_regularizer", o.regularizer);
    v("activity_regularizer", o.activity_regularizer);
    v("embeddings_constraint", o.constraint);
    v("mask_zero", o.mask_zero);
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    const ValueId table = builder.constant(this->table());
    const ValueId y = builder.add1(graph::make_gather(0), {table, inputs[0]});
    if (this->options_.mask_zero) {
      const ValueId zero = builder.constant(zeros(Shape{}, builder.spec(inputs[0]).dtype));
      builder.set_mask(
          y, builder.add1(graph::make_binary(graph::BinaryFunction::not_equal), {inputs[0], zero}));
    }
    return {y};
  }
  bool casts_inputs() const override { return false; }

 protected:
  virtual Tensor table() const { return this->variables()[0].value; }
  void build(BuildContext& context, std::span<const Spec>) override {
    this->add_variable(context, "embeddings", {this->options_.input_dim, this->options_.output_dim},
                       Initializer::uniform);
  }
};

class EmbeddingImpl final : public EmbeddingLayer<EmbeddingImpl, Quantizable<KeptOptions>> {
 public:
  EmbeddingImpl(std::string_view class_name, const Options& o)
      : EmbeddingLayer(class_name, o),
        quantization_(class_name, o.quantized_policy, o.quantization_config) {}

  static void fields(auto& v, auto& o) {
    EmbeddingLayer::fields(v, o);
    quantized_fields(v, o);
  }

 protected:
  Tensor table() const override {
    if (!quantization_) return EmbeddingLayer::table();
    const auto value = [&](std::size_t i) { return variables()[i].value; };
    const bool packed = quantization_.mode() == QuantizationMode::int4;
    Tensor table =
        packed ? unpack_int4(value(0), options_.output_dim) : value(0).astype(DType::float32);
    if (quantization_.block() > 0) return dequantize_groups(table, value(1), value(2), value(3), 1);
    for (std::int64_t i = 0; i < table.size(); ++i)
      table.data<float>()[i] /= value(1).data<float>()[i / options_.output_dim];
    return table;
  }

  void build(BuildContext& context, std::span<const Spec> inputs) override {
    if (!quantization_) return EmbeddingLayer::build(context, inputs);
    const std::int64_t rows = options_.input_dim, columns = options_.output_dim;
    const bool packed = quantization_.mode() == QuantizationMode::int4;
    add_variable(context, "embeddings", {rows, packed ? (columns + 1) / 2 : columns},
                 Initializer::zeros, false, DType::int8);
    const bool grouped = quantization_.block() > 0;
    Shape scale = {rows};
    if (grouped) scale = {rows, quantization_.groups(columns)};
    add_variable(context, "embeddings_scale", scale, Initializer::ones, false);
    if (!grouped) return;
    add_variable(context, "embeddings_zero", scale, Initializer::zeros, false, DType::int8);
    add_variable(context, "g_idx", {columns}, Initializer::zeros, false);
  }

 private:
  Quantization quantization_;
};

struct ReversibleOptions : KeptOptions {
  bool tie_weights = true;  // the way back takes the same matrix; else one of its own
  Config::Value reverse_dtype, logit_soft_cap;
};

class ReversibleEmbeddingImpl final
    : public EmbeddingLayer<ReversibleEmbeddingImpl, ReversibleOptions> {
 public:
  ReversibleEmbeddingImpl(std::string_view class_name, const Options& o)
      : EmbeddingLayer(class_name, o), soft_cap_(o.logit_soft_cap.number()) {
    if (!soft_cap_ && !o.logit_soft_cap.is_none()) {
      refuse("logit_soft_cap must be a number; got ", o.logit_soft_cap.json());
    }
  }

  static void fields(auto& v, auto& o) {
    EmbeddingLayer::fields(v, o);
    v.unsupported("quantization_config");
    v("tie_weights", o.tie_weights);
    v("reverse_dtype", o.reverse_dtype);
    v("logit_soft_cap", o.logit_soft_cap);
  }

  // Called with reverse=True: from vectors to one number for each integer.
  std::vector<ValueId> call_with_arguments(Builder& builder, std::span<const ValueId> inputs,
                                           const Config& arguments) const override {
    const bool* const reverse = arguments.find<bool>("reverse");
    if (reverse == nullptr || !*reverse || arguments.items().size() != 1) {
      return LayerImpl::call_with_arguments(builder, inputs, arguments);
    }
    ValueId x = inputs[0];
    x = as_float32(builder, x);
    const auto product = graph::make_matmul({.transpose_b = options_.tie_weights});
    x = builder.add1(product, {x, builder.constant(variables().back().value)});
    if (!soft_cap_) return {x};
    const ValueId cap = builder.scalar(static_cast<float>(*soft_cap_));
    x = builder.add1(graph::make_binary(graph::BinaryFunction::divide), {x, cap});
    x = builder.add1(graph::make_unary(graph::Function::tanh), {x});
    return {builder.add1(graph::make_binary(graph::BinaryFunction::multiply), {x, cap})};
  }

 protected:
  void build(BuildContext& context, std::span<const Spec> inputs) override {
    EmbeddingLayer::build(context, inputs);
    if (options_.tie_weights) return;
    add_variable(context, "reverse_embeddings", {options_.output_dim, options_.input_dim},
                 Initializer::uniform);
  }

 private:
  std::optional<double> soft_cap_;
};

class CenterCropImpl final : public LayerOf<CenterCropImpl, layers::CenterCropOptions> {
 public:
  CenterCropImpl(std::string_view class_name, const Options& o) : LayerOf(class_name, o) {
    constexpr std::int64_t kMost = 2147483647;
    if (o.height < 1 || o.width < 1 || o.height > kMost || o.width > kMost) {
      refuse("height and width must be positive 32-bit integers; got (", o.height, ", ", o.width,
             ")");
    }
    layers::ResizingOptions resizing;
    resizing.height = o.height;
    resizing.width = o.width;
    resizing.data_format = options_.data_format;
    resizing.name = "resizing";
    resize_ = graph::make_resizing(resizing);
  }

  static void fields(auto& v, auto& o) {
    v("data_format", o.data_format);
    v("height", o.height);
    v("width", o.width);
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    ValueId x = inputs[0];
    const Shape shape = builder.shape(x);
    const int rank = shape.rank();
    if (rank != 3 && rank != 4) refuse("images must have 3 or 4 axes; got shape " + shape.str());
    x = as_float32(builder, x);
    const int row = rank - (*options_.data_format == DataFormat::channels_last ? 3 : 2);
    const std::int64_t height = shape[row], width = shape[row + 1];
    // While shapes are only inferred, the result's is all that counts.
    if (height == kUnknown || width == kUnknown) return {builder.add1(resize_, {x})};
    if (height >= options_.height && width >= options_.width) {
      return {crop(builder, x, row, (height - options_.height) / 2, options_.height,
                   (width - options_.width) / 2, options_.width)};
    }
    if (height == 0 || width == 0) refuse("images must not be empty; got shape " + shape.str());
    // Keras' smart_resize: the middle part with the result's proportions.
    const auto part = [](std::int64_t side, std::int64_t other, std::int64_t target,
                         std::int64_t other_target) {
      const double length = static_cast<double>(other) * static_cast<double>(target) /
                            static_cast<double>(other_target);
      return static_cast<std::int64_t>(
          std::max(std::min(static_cast<double>(side), std::trunc(length)), 1.0));
    };
    const std::int64_t rows = part(height, width, options_.height, options_.width);
    const std::int64_t columns = part(width, height, options_.width, options_.height);
    const ValueId middle =
        crop(builder, x, row, (height - rows) / 2, rows, (width - columns) / 2, columns);
    return {builder.add1(resize_, {middle})};
  }

 private:
  static ValueId crop(Builder& builder, ValueId x, int row, std::int64_t top, std::int64_t height,
                      std::int64_t left, std::int64_t width) {
    const Shape& shape = builder.shape(x);
    if (shape[row] == height && shape[row + 1] == width) return x;
    return builder.add1(
        graph::make_slice({{row, top, top + height, 1}, {row + 1, left, left + width, 1}}), {x});
  }

  graph::OpPtr resize_;
};

class MaskingImpl final : public LayerOf<MaskingImpl, layers::MaskingOptions> {
 public:
  using LayerOf::LayerOf;
  static void fields(auto& v, auto& o) { v("mask_value", o.mask_value); }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    const ValueId x = inputs[0];
    const Spec& spec = builder.spec(x);
    if (spec.shape.rank() == 0) return {x};
    const ValueId value = builder.constant(full(Shape{}, options_.mask_value, spec.dtype));
    const ValueId zero = builder.constant(zeros(Shape{}, spec.dtype));
    const ValueId differs =
        builder.add1(graph::make_binary(graph::BinaryFunction::not_equal), {x, value});
    const ValueId kept =
        builder.add1(graph::make_reduce(graph::Reduction::any, {-1}, true), {differs});
    // All zeros become zeros. A value of its own carries the mask.
    const ValueId y = options_.mask_value == 0.0
                          ? builder.add1(graph::make_cast(spec.dtype), {x})
                          : builder.add1(graph::make_select(), {kept, x, zero});
    builder.set_mask(y, builder.add1(graph::make_reduce(graph::Reduction::any, {-1}), {differs}));
    return {y};
  }
};

}  // namespace

std::span<const LayerRow> embedding_rows() {
  static constexpr std::array kRows = {
      row<"Embedding", EmbeddingImpl>(),
      row<"ReversibleEmbedding", ReversibleEmbeddingImpl>(),
      row<"CenterCrop", CenterCropImpl>(),
      row<"Masking", MaskingImpl>(),
  };
  return kRows;
}

namespace layers {
Embedding::Embedding(EmbeddingOptions o)
    : GraphLayer(std::make_shared<EmbeddingImpl>("Embedding", o)) {}
CenterCrop::CenterCrop(CenterCropOptions o)
    : GraphLayer(std::make_shared<CenterCropImpl>("CenterCrop", o)) {}
Masking::Masking(MaskingOptions o) : GraphLayer(std::make_shared<MaskingImpl>("Masking", o)) {}
}  // namespace layers
}  // namespace halfpixel::keras
