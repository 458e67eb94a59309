// Rescaling, Normalization and AutoContrast.
#include <algorithm>
#include <array>
#include <optional>

#include <halfpixel/keras/config.hpp>
#include <halfpixel/keras/layers/preprocessing.hpp>

#include "graph/ops/binary.hpp"
#include "graph/ops/broadcast.hpp"
#include "graph/ops/reduce.hpp"
#include "graph/ops/select.hpp"
#include "graph/ops/unary.hpp"
#include "layers/fields.hpp"
#include "model/emit.hpp"

namespace halfpixel::keras {
namespace {

using graph::BinaryFunction;

// Numbers in nested lists, or wrapped as {"class_name": "__numpy__", "config": {"value": …}}.
struct NumberReader {
  const ConfigReader& reader;
  std::string_view key;
  std::vector<float> values;
  std::vector<std::int64_t> extents;

  void read(const Config::Value& value, std::size_t depth = 0) {
    if (const auto* wrapped = value.get_if<Config>()) {
      const auto* config = wrapped->find<Config>("config");
      const Config::Value* number = config != nullptr ? config->find("value") : nullptr;
      if (number == nullptr || depth > 0 || number->get_if<Config>() != nullptr)
        reader.refuse(key, "numbers");
      return read(*number, depth);
    }
    if (const auto* list = value.get_if<Config::List>()) {
      if (depth >= kMaxRank) reader.refuse(key, "numbers in lists of at most eight levels");
      const auto extent = static_cast<std::int64_t>(list->size());
      if (depth == extents.size() && values.empty()) extents.push_back(extent);
      if (depth >= extents.size() || extents[depth] != extent)
        reader.refuse(key, "numbers in lists of equal lengths");
      for (const Config::Value& element : *list) read(element, depth + 1);
      return;
    }
    if (depth != extents.size()) reader.refuse(key, "numbers in lists of equal lengths");
    const auto number = value.number();
    if (!number) reader.refuse(key, "numbers");
    values.push_back(static_cast<float>(*number));
  }
};

// One number or nested lists of them, and how they are written.
struct Numbers {
  Numbers() = default;
  explicit Numbers(std::span<const double> values) {
    if (values.empty()) return;
    const std::vector<float> floats(values.begin(), values.end());
    const bool one = values.size() == 1;
    tensor = Tensor(one ? Shape{} : Shape{static_cast<std::int64_t>(values.size())},
                    std::span<const float>(floats));
    written = one ? Config::Value(values[0]) : Config::list_of(values);
  }
  bool given() const { return !written.is_none(); }
  Tensor tensor;
  Config::Value written;
};

void read_field(const ConfigReader& reader, std::string_view key, Numbers& field) {
  const Config::Value* const value = reader.value(key);
  if (value == nullptr) return;
  NumberReader numbers{reader, key, {}, {}};
  numbers.read(*value);
  field.tensor = Tensor(Shape(std::span<const std::int64_t>(numbers.extents)),
                        std::span<const float>(numbers.values));
  field.written = *value;
}
const Config::Value& field_value(const Numbers& field) {
  return field.written;
}

struct RescalingNumbers {
  RescalingNumbers() = default;
  explicit RescalingNumbers(const layers::RescalingOptions& o)
      : scale(o.scale), offset(o.offset), name(o.name), dtype(o.dtype), trainable(o.trainable) {}
  Numbers scale;
  Numbers offset{layers::RescalingOptions().offset};
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};

class RescalingImpl final : public LayerOf<RescalingImpl, RescalingNumbers> {
 public:
  RescalingImpl(std::string_view class_name, const Options& o) : LayerOf(class_name, o) {
    if (!o.scale.given() || !o.offset.given()) {
      refuse("scale and offset must be a number or a list of numbers; got ", o.scale.written.json(),
             " and ", o.offset.written.json());
    }
  }
  static void fields(auto& v, auto& o) {
    v("scale", o.scale);
    v("offset", o.offset);
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    Tensor scale = options_.scale.tensor;
    // As Keras, which looks at the global setting.
    if (scale.rank() > 0 && config::image_data_format() == DataFormat::channels_first) {
      Shape shape = scale.shape();
      while (shape.rank() < 3) shape.push_back(1);
      scale = scale.reshape(shape);
    }
    const ValueId x = as_float32(builder, inputs[0]);
    const ValueId scaled =
        builder.add1(graph::make_binary(BinaryFunction::multiply), {x, builder.constant(scale)});
    return {builder.add1(graph::make_binary(BinaryFunction::add),
                         {scaled, builder.constant(options_.offset.tensor)})};
  }
};

struct NormalizationNumbers {
  NormalizationNumbers() = default;
  explicit NormalizationNumbers(const layers::NormalizationOptions& o)
      : axis(o.axis),
        mean(o.mean),
        variance(o.variance),
        invert(o.invert),
        name(o.name),
        dtype(o.dtype),
        trainable(o.trainable) {}
  std::vector<int> axis = layers::NormalizationOptions().axis;
  Numbers mean, variance;
  bool invert = false;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};

class NormalizationImpl final : public LayerOf<NormalizationImpl, NormalizationNumbers> {
 public:
  NormalizationImpl(std::string_view class_name, const Options& o) : LayerOf(class_name, o) {
    const Shape& mean = o.mean.tensor.shape();
    const Shape& variance = o.variance.tensor.shape();
    if (o.mean.given() != o.variance.given()) {
      refuse("When setting values directly, both `mean` and `variance` must be set; got mean=",
             o.mean.written.json(), " and variance=", o.variance.written.json());
    }
    if (!o.mean.given()) return;
    if (mean != variance) {
      refuse("When setting values directly, `mean` and `variance` must have the same shape; got ",
             "mean shape ", mean, " and variance shape ", variance);
    }
    if (mean.rank() > static_cast<int>(o.axis.size())) {
      refuse("The rank of `mean` must be less than or equal to the number of axes (", o.axis.size(),
             "); got mean shape ", mean);
    }
  }

  static void fields(auto& v, auto& o) {
    v.nullable("axis", o.axis);
    v("invert", o.invert);
    v("mean", o.mean);
    v("variance", o.variance);
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    const Shape& shape = builder.shape(inputs[0]);
    const ValueId mean = builder.constant(
        placed(options_.mean.given() ? options_.mean.tensor : variables()[0].value, shape));
    const ValueId variance = builder.constant(
        placed(options_.mean.given() ? options_.variance.tensor : variables()[1].value, shape));
    const auto binary = [&](BinaryFunction f, ValueId a, ValueId b) {
      return builder.add1(graph::make_binary(f), {a, b});
    };
    const ValueId x = as_float32(builder, inputs[0]);
    // Keras' epsilon keeps constant features finite.
    const ValueId root = builder.add1(graph::make_unary(graph::Function::sqrt), {variance});
    const ValueId deviation = binary(BinaryFunction::maximum, root, builder.scalar(1e-7F));
    if (options_.invert)
      return {binary(BinaryFunction::add, mean, binary(BinaryFunction::multiply, x, deviation))};
    return {binary(BinaryFunction::divide, binary(BinaryFunction::subtract, x, mean), deviation)};
  }

 protected:
  void build(BuildContext& context, std::span<const Spec> inputs) override {
    const Shape& shape = inputs[0].shape;
    Shape kept;
    for (const int axis : kept_axes(shape)) {
      if (shape[axis] == kUnknown) {
        refuse("All `axis` values to be kept must have a known shape; got inputs.shape=" +
               shape.str() + concat(", with unknown axis at index ", axis));
      }
      kept.push_back(shape[axis]);
    }
    if (options_.mean.given()) return;
    add_variable(context, "mean", kept, Initializer::zeros, false);
    add_variable(context, "variance", kept, Initializer::ones, false);
    add_variable(context, "count", Shape{}, Initializer::zeros, false, DType::int64);
  }

 private:
  std::vector<int> kept_axes(const Shape& shape) const {
    std::vector<int> axes;
    for (const int axis : options_.axis) {
      if (axis < -shape.rank() || axis >= shape.rank()) {
        refuse("All `axis` values must be in the range [-ndim, ndim); got inputs with ndim=",
               shape.rank(), ", while axis=", axis);
      }
      axes.push_back(axis < 0 ? axis + shape.rank() : axis);
    }
    std::sort(axes.begin(), axes.end());
    return axes;
  }

  // The values where the input's kept axes are, 1 elsewhere; of lower rank: the last kept axes.
  Tensor placed(const Tensor& values, const Shape& shape) const {
    const std::vector<int> axes = kept_axes(shape);
    std::vector<std::int64_t> extents(shape.size(), 1);
    for (int i = 0; i < values.rank(); ++i) {
      const auto axis =
          static_cast<std::size_t>(axes[axes.size() - static_cast<std::size_t>(values.rank() - i)]);
      const std::int64_t wanted = shape[static_cast<int>(axis)];
      if (values.shape()[i] != 1 && wanted != kUnknown && values.shape()[i] != wanted) {
        refuse("mean and variance must fit the input; got shape " + values.shape().str() +
               " for input shape " + shape.str());
      }
      extents[axis] = values.shape()[i];
    }
    return values.reshape(Shape(std::span<const std::int64_t>(extents)));
  }
};

struct AutoContrastNumbers {
  AutoContrastNumbers() = default;
  explicit AutoContrastNumbers(const layers::AutoContrastOptions& o)
      : value_range(o.value_range),
        data_format(o.data_format),
        name(o.name),
        dtype(o.dtype),
        trainable(o.trainable) {}
  Numbers value_range{layers::AutoContrastOptions().value_range};
  std::optional<DataFormat> data_format = {};
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};

class AutoContrastImpl final : public LayerOf<AutoContrastImpl, AutoContrastNumbers> {
 public:
  AutoContrastImpl(std::string_view class_name, const Options& o) : LayerOf(class_name, o) {
    const Tensor& range = o.value_range.tensor;
    if (range.shape() != Shape{2} || range.span<float>()[0] >= range.span<float>()[1]) {
      refuse("value_range must be two numbers, the smaller one first; got ",
             o.value_range.written.json());
    }
    low_ = range.span<float>()[0];
    high_ = range.span<float>()[1];
  }
  static void fields(auto& v, auto& o) {
    v("data_format", o.data_format);
    v("value_range", o.value_range);
  }

  // In Keras' order: to 0 … 255, stretched, and back.
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    require_rank(builder.spec(inputs[0]), 4);
    const auto binary = [&](BinaryFunction f, ValueId a, ValueId b) {
      return builder.add1(graph::make_binary(f), {a, b});
    };
    const auto number = [&](float value) { return builder.scalar(value); };
    const ValueId original = as_float32(builder, inputs[0]);
    const bool is_byte = low_ == 0.0F && high_ == 255.0F;
    ValueId x = original;
    if (!is_byte) {
      x = binary(BinaryFunction::subtract, x, number(low_));
      x = binary(BinaryFunction::divide, x, number(high_ - low_));
      x = binary(BinaryFunction::multiply, x, number(255.0F));
    }
    const ValueId least =
        builder.add1(graph::make_reduce(graph::Reduction::min, {1, 2}, true), {x});
    const ValueId most = builder.add1(graph::make_reduce(graph::Reduction::max, {1, 2}, true), {x});
    const ValueId scale = binary(BinaryFunction::divide, number(255.0F),
                                 binary(BinaryFunction::subtract, most, least));
    const ValueId negative = builder.add1(graph::make_unary(graph::Function::neg), {least});
    x = binary(BinaryFunction::add, binary(BinaryFunction::multiply, x, scale),
               binary(BinaryFunction::multiply, negative, scale));
    x = builder.add1(graph::make_unary({graph::Function::clip, {.low = 0.0F, .high = 255.0F}}),
                     {x});
    if (!is_byte) {
      x = binary(BinaryFunction::divide, x, number(255.0F));
      x = binary(BinaryFunction::multiply, x, number(high_ - low_));
      x = binary(BinaryFunction::add, x, number(low_));
    }
    const ValueId is_nan = binary(BinaryFunction::not_equal, x, x);
    return {builder.add1(graph::make_select(), {is_nan, original, x})};
  }

 private:
  float low_ = 0, high_ = 0;
};

}  // namespace

namespace layers {
AutoContrast::AutoContrast(const AutoContrastOptions& o)
    : GraphLayer(std::make_shared<AutoContrastImpl>("AutoContrast", AutoContrastNumbers(o))) {}
Rescaling::Rescaling(const RescalingOptions& o)
    : GraphLayer(std::make_shared<RescalingImpl>("Rescaling", RescalingNumbers(o))) {}
Normalization::Normalization(const NormalizationOptions& o)
    : GraphLayer(std::make_shared<NormalizationImpl>("Normalization", NormalizationNumbers(o))) {}
}  // namespace layers

std::span<const LayerRow> preprocessing_rows() {
  static constexpr std::array kRows = {
      row<"Rescaling", RescalingImpl>(),
      row<"Normalization", NormalizationImpl>(),
      row<"AutoContrast", AutoContrastImpl>(),
  };
  return kRows;
}

}  // namespace halfpixel::keras
