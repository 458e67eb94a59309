// Rescaling and Normalization.
#include <algorithm>
#include <array>
#include <optional>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/config.hpp>
#include <halfpixel/keras/layers/preprocessing.hpp>

#include "core/checked.hpp"
#include "frontends/keras_config_reader.hpp"
#include "graph/ops/binary.hpp"
#include "graph/ops/broadcast.hpp"
#include "graph/ops/cast.hpp"
#include "graph/ops/unary.hpp"
#include "layers/reshaping.hpp"
#include "model/config_keys.hpp"
#include "model/layer_impl.hpp"
#include "model/layer_rows.hpp"

namespace halfpixel::keras {
namespace {

using graph::BinaryFunction;

ValueId as_float(Builder& builder, ValueId x) {
  return builder.spec(x).dtype == DType::float32
             ? x
             : builder.add1(graph::make_cast(DType::float32), {x});
}

// Numbers in nested lists, or wrapped as {"class_name": "__numpy__", "config": {"value": …}}.
struct NumberReader {
  const ConfigReader& reader;
  std::string_view key;
  std::vector<float> values;
  std::vector<std::int64_t> extents;

  void read(const Config::Value& value, std::size_t depth = 0) {
    if (const auto* wrapped = value.get_if<Config>()) {
      const Config::Value* inner = wrapped->find("config");
      const auto* config = inner != nullptr ? inner->get_if<Config>() : nullptr;
      const Config::Value* number = config != nullptr ? config->find("value") : nullptr;
      if (number == nullptr || depth > 0 || number->get_if<Config>() != nullptr)
        reader.fail(key, "numbers");
      return read(*number, depth);
    }
    if (const auto* list = value.get_if<Config::List>()) {
      if (depth >= kMaxRank) reader.fail(key, "numbers in lists of at most eight levels");
      const auto extent = static_cast<std::int64_t>(list->size());
      if (depth == extents.size() && values.empty()) extents.push_back(extent);
      if (depth >= extents.size() || extents[depth] != extent)
        reader.fail(key, "numbers in lists of equal lengths");
      for (const Config::Value& element : *list) read(element, depth + 1);
      return;
    }
    if (depth != extents.size()) reader.fail(key, "numbers in lists of equal lengths");
    if (const auto* d = value.get_if<double>()) return values.push_back(static_cast<float>(*d));
    if (const auto* i = value.get_if<std::int64_t>())
      return values.push_back(static_cast<float>(*i));
    reader.fail(key, "numbers");
  }
};

std::optional<Tensor> read_numbers(const ConfigReader& reader, std::string_view key) {
  const Config::Value* const value = reader.value(key);
  if (value == nullptr) return std::nullopt;
  NumberReader numbers{reader, key, {}, {}};
  numbers.read(*value);
  return Tensor(Shape(std::span<const std::int64_t>(numbers.extents)),
                std::span<const float>(numbers.values));
}

// One number has shape (), more are a list.
Tensor tensor_of(const std::vector<double>& values) {
  const std::vector<float> floats(values.begin(), values.end());
  const Shape shape =
      values.size() == 1 ? Shape{} : Shape{static_cast<std::int64_t>(values.size())};
  return Tensor(shape, std::span<const float>(floats));
}

Config::Value value_of(const std::vector<double>& values) {
  return values.size() == 1 ? Config::Value(values[0]) : Config::list_of(values);
}

class RescalingImpl final : public LayerImpl {
 public:
  struct Factor {
    Tensor tensor;
    Config::Value written;
  };
  RescalingImpl(Factor scale, Factor offset, std::string name, DTypePolicy policy, bool trainable)
      : LayerImpl("Rescaling", std::move(name), std::move(policy), trainable),
        scale_(std::move(scale)),
        offset_(std::move(offset)) {}

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    Tensor scale = scale_.tensor;
    // As Keras, which looks at the global setting.
    if (scale.rank() > 0 && config::image_data_format() == DataFormat::channels_first) {
      Shape shape = scale.shape();
      while (shape.rank() < 3) shape.push_back(1);
      scale = scale.reshape(shape);
    }
    const ValueId x = as_float(builder, inputs[0]);
    const ValueId scaled =
        builder.add1(graph::make_binary(BinaryFunction::multiply), {x, builder.constant(scale)});
    return {builder.add1(graph::make_binary(BinaryFunction::add),
                         {scaled, builder.constant(offset_.tensor)})};
  }
  void add_config(Config& config) const override {
    config.set("scale", scale_.written);
    config.set("offset", offset_.written);
  }

 private:
  Factor scale_, offset_;
};

class NormalizationImpl final : public LayerImpl {
 public:
  // mean and variance: both or neither.
  NormalizationImpl(std::vector<int> axis, std::optional<Tensor> mean,
                    std::optional<Tensor> variance, Config::Value mean_written,
                    Config::Value variance_written, bool invert, std::string name,
                    DTypePolicy policy, bool trainable)
      : LayerImpl("Normalization", std::move(name), std::move(policy), trainable),
        axis_(std::move(axis)),
        mean_(std::move(mean)),
        variance_(std::move(variance)),
        mean_written_(std::move(mean_written)),
        variance_written_(std::move(variance_written)),
        invert_(invert) {
    if (mean_.has_value() != variance_.has_value()) {
      fail("When setting values directly, both `mean` and `variance` must be set; got mean=" +
           mean_written_.json() + " and variance=" + variance_written_.json());
    }
    if (mean_ && mean_->shape() != variance_->shape()) {
      fail(
          "When setting values directly, `mean` and `variance` must have the same shape; got mean "
          "shape " +
          mean_->shape().str() + " and variance shape " + variance_->shape().str());
    }
    if (mean_ && mean_->rank() > static_cast<int>(axis_.size())) {
      fail(concat("The rank of `mean` must be less than or equal to the number of axes (",
                  axis_.size(), "); got mean shape ", mean_->shape().str()));
    }
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    const Shape& shape = builder.shape(inputs[0]);
    const ValueId mean = builder.constant(placed(mean_ ? *mean_ : variables()[0].value, shape));
    const ValueId variance =
        builder.constant(placed(mean_ ? *variance_ : variables()[1].value, shape));
    const auto binary = [&](BinaryFunction f, ValueId a, ValueId b) {
      return builder.add1(graph::make_binary(f), {a, b});
    };
    const ValueId x = as_float(builder, inputs[0]);
    // Keras' epsilon keeps constant features finite.
    const ValueId root = builder.add1(graph::make_unary(graph::Function::sqrt), {variance});
    const ValueId deviation = binary(BinaryFunction::maximum, root, builder.scalar(1e-7F));
    if (invert_)
      return {binary(BinaryFunction::add, mean, binary(BinaryFunction::multiply, x, deviation))};
    return {binary(BinaryFunction::divide, binary(BinaryFunction::subtract, x, mean), deviation)};
  }

  void add_config(Config& config) const override {
    config.set("axis", Config::list_of(axis_));
    config.set("invert", invert_);
    config.set("mean", mean_written_);
    config.set("variance", variance_written_);
  }

 protected:
  void build(std::span<const Spec> inputs) override {
    const Shape& shape = inputs[0].shape;
    Shape kept;
    for (const int axis : kept_axes(shape)) {
      if (shape[axis] == kUnknown) {
        fail("All `axis` values to be kept must have a known shape; got inputs.shape=" +
             shape.str() + concat(", with unknown axis at index ", axis));
      }
      kept.push_back(shape[axis]);
    }
    if (mean_) return;
    add_variable("mean", kept, Initializer::zeros, false);
    add_variable("variance", kept, Initializer::ones, false);
    add_variable("count", Shape{}, Initializer::zeros, false, DType::int64);
  }

 private:
  std::vector<int> kept_axes(const Shape& shape) const {
    std::vector<int> axes;
    for (const int axis : axis_) {
      if (axis < -shape.rank() || axis >= shape.rank()) {
        fail(concat("All `axis` values must be in the range [-ndim, ndim); got inputs with ndim=",
                    shape.rank(), ", while axis=", axis));
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
        fail("mean and variance must fit the input; got shape " + values.shape().str() +
             " for input shape " + shape.str());
      }
      extents[axis] = values.shape()[i];
    }
    return values.reshape(Shape(std::span<const std::int64_t>(extents)));
  }

  std::vector<int> axis_;
  std::optional<Tensor> mean_, variance_;
  Config::Value mean_written_, variance_written_;
  bool invert_;
};

LayerPtr rescaling(const Config& config) {
  const ConfigReader r("Rescaling", config);
  const auto factor = [&](std::string_view key, double otherwise) -> RescalingImpl::Factor {
    if (const auto numbers = read_numbers(r, key)) return {*numbers, *r.value(key)};
    return {tensor_of({otherwise}), otherwise};
  };
  if (!r.has("scale")) r.fail("scale", "a number or a list of numbers");
  return std::make_shared<RescalingImpl>(factor("scale", 1.0), factor("offset", 0.0), r.name(),
                                         r.dtype(), r.trainable());
}

LayerPtr normalization(const Config& config) {
  const ConfigReader r("Normalization", config);
  // null: one mean for everything.
  const bool none = config.find("axis") != nullptr && !r.has("axis");
  const std::vector<std::int64_t> axis =
      none ? std::vector<std::int64_t>() : r.integers("axis", 0, {-1});
  const auto written = [&](std::string_view key) {
    return r.has(key) ? *r.value(key) : Config::Value();
  };
  return std::make_shared<NormalizationImpl>(
      std::vector<int>(axis.begin(), axis.end()), read_numbers(r, "mean"),
      read_numbers(r, "variance"), written("mean"), written("variance"), r.boolean("invert", false),
      r.name(), r.dtype(), r.trainable());
}

LayerPtr make_rescaling(const layers::RescalingOptions& o) {
  if (o.scale.empty() || o.offset.empty()) {
    fail(ErrorCode::invalid_argument,
         "[Rescaling] scale and offset must be a number or a list; got an empty list");
  }
  return std::make_shared<RescalingImpl>(
      RescalingImpl::Factor{tensor_of(o.scale), value_of(o.scale)},
      RescalingImpl::Factor{tensor_of(o.offset), value_of(o.offset)}, o.name, o.dtype, o.trainable);
}

LayerPtr make_normalization(const layers::NormalizationOptions& o) {
  const auto given = [](const std::vector<double>& v) {
    return v.empty() ? std::nullopt : std::optional(tensor_of(v));
  };
  const auto written = [](const std::vector<double>& v) {
    return v.empty() ? Config::Value() : value_of(v);
  };
  return std::make_shared<NormalizationImpl>(o.axis, given(o.mean), given(o.variance),
                                             written(o.mean), written(o.variance), o.invert, o.name,
                                             o.dtype, o.trainable);
}

}  // namespace

namespace layers {
Rescaling::Rescaling(const RescalingOptions& o) : GraphLayer(make_rescaling(o)) {}
Normalization::Normalization(const NormalizationOptions& o) : GraphLayer(make_normalization(o)) {}
}  // namespace layers

std::span<const LayerRow> preprocessing_rows() {
  static const std::vector<LayerRow> kRows = [] {
    std::vector<LayerRow> rows = {{"Rescaling", rescaling}, {"Normalization", normalization}};
    const auto others = embedding_rows();
    rows.insert(rows.end(), others.begin(), others.end());
    return rows;
  }();
  return kRows;
}

}  // namespace halfpixel::keras
