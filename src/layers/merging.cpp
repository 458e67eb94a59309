// Add, Subtract, Multiply, Average, Maximum, Minimum, Concatenate; Dot is in merging_dot.cpp.
#include "layers/merging.hpp"

#include <array>
#include <set>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "frontends/keras_config_reader.hpp"
#include "graph/ops/binary.hpp"
#include "graph/ops/broadcast.hpp"
#include "graph/ops/cast.hpp"
#include "graph/ops/concat.hpp"
#include "graph/ops/reshape.hpp"
#include "model/layer_rows.hpp"

namespace halfpixel::keras {
namespace {

using graph::BinaryFunction;

std::string shapes_of(std::span<const Spec> inputs) {
  std::string text = "[";
  for (const Spec& spec : inputs) text += (text.size() > 1 ? ", " : "") + spec.shape.str();
  return text + "]";
}

class MergeImpl final : public LayerImpl {
 public:
  MergeImpl(std::string class_name, BinaryFunction function, const layers::MergeOptions& o)
      : LayerImpl(std::move(class_name), o.name, o.dtype, o.trainable), function_(function) {}

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    std::vector<Spec> specs;
    for (const ValueId id : inputs) specs.push_back(builder.spec(id));
    check(specs);
    const std::vector<ValueId> values = of_one_rank(builder, inputs);
    ValueId result = values[0];
    for (std::size_t i = 1; i < values.size(); ++i) {
      result = builder.add1(graph::make_binary(function_), {result, values[i]});
    }
    if (class_name() == "Average") {  // the sum by the number of tensors
      if (builder.spec(result).dtype != DType::float32)
        result = builder.add1(graph::make_cast(DType::float32), {result});
      const ValueId count = builder.scalar(static_cast<float>(values.size()));
      result = builder.add1(graph::make_binary(BinaryFunction::divide), {result, count});
    }
    return {result};
  }
  void add_config(Config&) const override {}

 private:
  void check(std::span<const Spec> inputs) const {
    if (inputs.empty() || (class_name() == "Subtract" && inputs.size() != 2)) {
      fail(concat("A `", class_name(), "` layer should be called on ",
                  inputs.empty() ? "a list of at least 1 input" : "exactly 2 inputs", "; got ",
                  inputs.size()));
    }
    std::set<std::int64_t> batches;
    for (const Spec& spec : inputs) {
      if (spec.shape.rank() > 0 && spec.shape[0] != kUnknown) batches.insert(spec.shape[0]);
    }
    if (batches.size() > 1) {
      fail("Cannot merge tensors with different batch sizes. Received tensors with shapes " +
           shapes_of(inputs));
    }
    const auto without_batch = [](const Shape& shape) {
      Shape rest;
      for (int axis = 1; axis < shape.rank(); ++axis) rest.push_back(shape[axis]);
      return rest;
    };
    Shape all = without_batch(inputs[0].shape);
    for (const Spec& spec : inputs.subspan(1)) {
      all = graph::broadcast_shapes(concat(class_name(), " '", name(), "'"), all,
                                    without_batch(spec.shape));
    }
  }

  // Tensors of lower rank get axes of 1 behind the batch.
  static std::vector<ValueId> of_one_rank(Builder& builder, std::span<const ValueId> inputs) {
    int most = 0;
    for (const ValueId id : inputs) most = std::max(most, builder.shape(id).rank());
    std::vector<ValueId> result;
    for (ValueId id : inputs) {
      for (int rank = builder.shape(id).rank(); rank > 0 && rank < most; ++rank) {
        id = builder.add1(graph::make_expand_dims(1, rank), {id});
      }
      result.push_back(id);
    }
    return result;
  }

  BinaryFunction function_;
};

class ConcatenateImpl final : public LayerImpl {
 public:
  explicit ConcatenateImpl(const layers::ConcatenateOptions& o)
      : LayerImpl("Concatenate", o.name, o.dtype, o.trainable), axis_(o.axis) {}
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    std::vector<Spec> specs;
    for (const ValueId id : inputs) specs.push_back(builder.spec(id));
    check(specs);
    if (inputs.size() == 1) return {inputs[0]};
    return builder.add(graph::make_concat(axis_), inputs);
  }
  void add_config(Config& config) const override { config.set("axis", axis_); }

 private:
  void check(std::span<const Spec> inputs) const {
    if (inputs.empty())
      fail("A `Concatenate` layer should be called on a list of at least 1 input; got 0");
    const Shape& first = inputs[0].shape;
    const int rank = first.rank();
    if (axis_ < -rank || axis_ >= rank)
      fail(concat("axis must name an axis of ", first.str(), "; got ", axis_));
    const int joined = axis_ < 0 ? axis_ + rank : axis_;
    for (const Spec& spec : inputs) {
      bool fits = spec.shape.rank() == rank;
      for (int axis = 0; fits && axis < rank; ++axis) {
        const std::int64_t a = spec.shape[axis], b = first[axis];
        fits = axis == joined || a == b || a == kUnknown || b == kUnknown;
      }
      if (!fits) {
        fail(
            "A `Concatenate` layer requires inputs with matching shapes except for the "
            "concatenation axis. "
            "Received: input_shape=" +
            shapes_of(inputs));
      }
    }
  }
  int axis_;
};

layers::MergeOptions merge_options(const ConfigReader& r) {
  return {.name = r.name(), .dtype = r.dtype(), .trainable = r.trainable()};
}

LayerPtr make_merge(const char* class_name, BinaryFunction function,
                    const layers::MergeOptions& options) {
  return std::make_shared<MergeImpl>(class_name, function, options);
}

LayerPtr add(const Config& c) {
  return make_merge("Add", BinaryFunction::add, merge_options({"Add", c}));
}
LayerPtr subtract(const Config& c) {
  return make_merge("Subtract", BinaryFunction::subtract, merge_options({"Subtract", c}));
}
LayerPtr multiply(const Config& c) {
  return make_merge("Multiply", BinaryFunction::multiply, merge_options({"Multiply", c}));
}
LayerPtr average(const Config& c) {
  return make_merge("Average", BinaryFunction::add, merge_options({"Average", c}));
}
LayerPtr maximum(const Config& c) {
  return make_merge("Maximum", BinaryFunction::maximum, merge_options({"Maximum", c}));
}
LayerPtr minimum(const Config& c) {
  return make_merge("Minimum", BinaryFunction::minimum, merge_options({"Minimum", c}));
}

LayerPtr concatenate(const Config& config) {
  const ConfigReader r("Concatenate", config);
  return std::make_shared<ConcatenateImpl>(
      layers::ConcatenateOptions{.axis = static_cast<int>(r.integer("axis", -1)),
                                 .name = r.name(),
                                 .dtype = r.dtype(),
                                 .trainable = r.trainable()});
}

LayerPtr dot(const Config& config) {
  const ConfigReader r("Dot", config);
  const std::vector<std::int64_t> axes = r.integers("axes", 0, {-1});
  return make_dot({.axes = {axes.begin(), axes.end()},
                   .normalize = r.boolean("normalize", false),
                   .name = r.name(),
                   .dtype = r.dtype(),
                   .trainable = r.trainable()});
}

}  // namespace

namespace layers {
Add::Add(const MergeOptions& o) : GraphLayer(make_merge("Add", BinaryFunction::add, o)) {}
Subtract::Subtract(const MergeOptions& o)
    : GraphLayer(make_merge("Subtract", BinaryFunction::subtract, o)) {}
Multiply::Multiply(const MergeOptions& o)
    : GraphLayer(make_merge("Multiply", BinaryFunction::multiply, o)) {}
Average::Average(const MergeOptions& o)
    : GraphLayer(make_merge("Average", BinaryFunction::add, o)) {}
Maximum::Maximum(const MergeOptions& o)
    : GraphLayer(make_merge("Maximum", BinaryFunction::maximum, o)) {}
Minimum::Minimum(const MergeOptions& o)
    : GraphLayer(make_merge("Minimum", BinaryFunction::minimum, o)) {}
Concatenate::Concatenate(const ConcatenateOptions& o)
    : GraphLayer(std::make_shared<ConcatenateImpl>(o)) {}
Dot::Dot(const DotOptions& o) : GraphLayer(make_dot(o)) {}
}  // namespace layers

std::span<const LayerRow> merge_rows() {
  static constexpr std::array kRows = {
      LayerRow{"Add", add},           LayerRow{"Subtract", subtract},
      LayerRow{"Multiply", multiply}, LayerRow{"Average", average},
      LayerRow{"Maximum", maximum},   LayerRow{"Minimum", minimum},
      LayerRow{"Dot", dot},           LayerRow{"Concatenate", concatenate},
  };
  return kRows;
}

}  // namespace halfpixel::keras
