// Add, Subtract, Multiply, Average, Maximum, Minimum, Concatenate; Dot is in merging_dot.cpp.
#include <halfpixel/keras/layers/merging.hpp>

#include <array>
#include <memory>
#include <optional>
#include <set>

#include "graph/ops/binary.hpp"
#include "graph/ops/broadcast.hpp"
#include "graph/ops/concat.hpp"
#include "graph/ops/reshape.hpp"
#include "graph/ops/select.hpp"
#include "layers/fields.hpp"
#include "model/emit.hpp"

namespace halfpixel::keras {
namespace {

using graph::BinaryFunction;

std::string shapes_of(std::span<const Spec> inputs) {
  std::string text = "[";
  for (const Spec& spec : inputs) text += (text.size() > 1 ? ", " : "") + spec.shape.str();
  return text + "]";
}

class MergeImpl final : public LayerOf<MergeImpl, layers::MergeOptions> {
 public:
  MergeImpl(std::string_view class_name, BinaryFunction function, const Options& options)
      : LayerOf(class_name, options), function_(function) {}
  bool takes_several() const override { return true; }
  static void fields(auto&, auto&) {}

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    std::vector<Spec> specs;
    for (const ValueId id : inputs) {
      specs.push_back(builder.spec(id));
      // An array of the program's serves every batch.
      Shape& shape = specs.back().shape;
      const bool repeats = builder.is_constant(id) || !builder.only_infers();
      if (repeats && shape.rank() > 0 && shape[0] == 1) shape[0] = kUnknown;
    }
    check(specs);
    if (const auto result = masked(builder, inputs)) return {*result};
    const std::vector<ValueId> values = of_one_rank(builder, inputs);
    ValueId result = values[0];
    for (std::size_t i = 1; i < values.size(); ++i) {
      result = builder.add1(graph::make_binary(function_), {result, values[i]});
    }
    if (class_name() == "Average") {  // the sum by the number of tensors
      result = as_float32(builder, result);
      const ValueId count = builder.scalar(static_cast<float>(values.size()));
      result = builder.add1(graph::make_binary(BinaryFunction::divide), {result, count});
    }
    return {result};
  }

 private:
  // Keras 3's Multiply, Maximum and Minimum pass over what is masked. Nothing where no mask is.
  std::optional<ValueId> masked(Builder& builder, std::span<const ValueId> inputs) const {
    const bool multiplies = class_name() == "Multiply";
    if (builder.of_tf_keras() ||
        !(multiplies || class_name() == "Maximum" || class_name() == "Minimum"))
      return std::nullopt;
    std::vector<std::optional<ValueId>> masks;
    bool any = false, all = true;
    for (const ValueId x : inputs) {
      masks.push_back(builder.agreed_mask(x));
      if (!masks.back()) {
        all = false;
        continue;
      }
      any = true;
      const int rank = builder.shape(x).rank();
      if (builder.shape(*masks.back()).rank() + 1 != rank ||
          rank != builder.shape(inputs[0]).rank() || builder.spec(x).dtype != DType::float32) {
        refuse("tensors with masks must be floating and have as many axes as the others");
      }
      masks.back() = builder.add1(graph::make_expand_dims(rank - 1, rank - 1), {*masks.back()});
    }
    if (!any) return std::nullopt;
    const auto choose = [&](ValueId mask, ValueId a, ValueId b) {
      return builder.add1(graph::make_select(), {mask, a, b});
    };
    ValueId result = inputs[0];
    std::optional<ValueId> seen = masks[0];
    if (multiplies && seen) result = choose(*seen, result, builder.scalar(1.0F));
    for (std::size_t i = 1; i < inputs.size(); ++i) {
      ValueId x = inputs[i];
      if (masks[i]) x = choose(*masks[i], x, multiplies ? builder.scalar(1.0F) : result);
      if (!multiplies && seen) result = choose(*seen, result, x);
      seen = seen && masks[i]
                 ? std::optional(builder.add1(graph::make_binary(BinaryFunction::logical_or),
                                              {*seen, *masks[i]}))
                 : std::nullopt;
      result = builder.add1(graph::make_binary(function_), {result, x});
    }
    if (multiplies && all) result = choose(*seen, result, builder.scalar(0.0F));
    return result;
  }

  void check(std::span<const Spec> inputs) const {
    if (inputs.empty() || (class_name() == "Subtract" && inputs.size() != 2)) {
      refuse("A `", class_name(), "` layer should be called on ",
             inputs.empty() ? "a list of at least 1 input" : "exactly 2 inputs", "; got ",
             inputs.size());
    }
    std::set<std::int64_t> batches;
    for (const Spec& spec : inputs) {
      if (spec.shape.rank() > 0 && spec.shape[0] != kUnknown) batches.insert(spec.shape[0]);
    }
    if (batches.size() > 1) {
      refuse("Cannot merge tensors with different batch sizes. Received tensors with shapes " +
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

class ConcatenateImpl final : public LayerOf<ConcatenateImpl, layers::ConcatenateOptions> {
 public:
  using LayerOf::LayerOf;
  bool takes_several() const override { return true; }
  static void fields(auto& v, auto& o) { v("axis", o.axis); }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    std::vector<Spec> specs;
    for (const ValueId id : inputs) specs.push_back(builder.spec(id));
    check(specs);
    if (inputs.size() == 1) return {inputs[0]};
    return builder.add(graph::make_concat(options_.axis), inputs);
  }

 private:
  void check(std::span<const Spec> inputs) const {
    if (inputs.empty())
      refuse("A `Concatenate` layer should be called on a list of at least 1 input; got 0");
    const Shape& first = inputs[0].shape;
    const int rank = first.rank();
    if (options_.axis < -rank || options_.axis >= rank)
      refuse("axis must name an axis of ", first, "; got ", options_.axis);
    const int joined = options_.axis < 0 ? options_.axis + rank : options_.axis;
    for (const Spec& spec : inputs) {
      bool fits = spec.shape.rank() == rank;
      for (int axis = 0; fits && axis < rank; ++axis) {
        const std::int64_t a = spec.shape[axis], b = first[axis];
        fits = axis == joined || a == b || a == kUnknown || b == kUnknown;
      }
      if (!fits) {
        refuse(
            "A `Concatenate` layer requires inputs with matching shapes except for the "
            "concatenation axis. "
            "Received: input_shape=" +
            shapes_of(inputs));
      }
    }
  }
};

LayerPtr make(std::string_view class_name, BinaryFunction function,
              const layers::MergeOptions& options) {
  return std::make_shared<MergeImpl>(class_name, function, options);
}

}  // namespace

namespace layers {
Add::Add(const MergeOptions& o) : GraphLayer(make("Add", BinaryFunction::add, o)) {}
Subtract::Subtract(const MergeOptions& o)
    : GraphLayer(make("Subtract", BinaryFunction::subtract, o)) {}
Multiply::Multiply(const MergeOptions& o)
    : GraphLayer(make("Multiply", BinaryFunction::multiply, o)) {}
Average::Average(const MergeOptions& o) : GraphLayer(make("Average", BinaryFunction::add, o)) {}
Maximum::Maximum(const MergeOptions& o) : GraphLayer(make("Maximum", BinaryFunction::maximum, o)) {}
Minimum::Minimum(const MergeOptions& o) : GraphLayer(make("Minimum", BinaryFunction::minimum, o)) {}
Concatenate::Concatenate(const ConcatenateOptions& o)
    : GraphLayer(std::make_shared<ConcatenateImpl>("Concatenate", o)) {}
}  // namespace layers

std::span<const LayerRow> merge_rows() {
  static constexpr std::array kRows = {
      row<"Add", MergeImpl, BinaryFunction::add>(),
      row<"Subtract", MergeImpl, BinaryFunction::subtract>(),
      row<"Multiply", MergeImpl, BinaryFunction::multiply>(),
      row<"Average", MergeImpl, BinaryFunction::add>(),
      row<"Maximum", MergeImpl, BinaryFunction::maximum>(),
      row<"Minimum", MergeImpl, BinaryFunction::minimum>(),
      row<"Concatenate", ConcatenateImpl>(),
  };
  return kRows;
}

}  // namespace halfpixel::keras
