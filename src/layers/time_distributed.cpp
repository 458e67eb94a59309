// TimeDistributed: a layer for each step of axis 1. Steps are independent, so they become part of
// the batch.
#include <array>
#include <cstring>
#include <memory>

#include "graph/ops/reduce.hpp"
#include "graph/ops/reshape.hpp"
#include "layers/wrapper.hpp"

namespace halfpixel::keras {
namespace {

using graph::Extent;

class Unfold final : public graph::Op {
 public:
  std::string_view kind() const noexcept override { return "unfold_steps"; }
  bool in_place(int input) const override { return input == 0; }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    const Shape& from = inputs[0].shape;
    Shape shape = {inputs[1].shape[0], inputs[1].shape[1]};
    if (from.rank() + 1 > kMaxRank) {
      fail(ErrorCode::unsupported, "[TimeDistributed] at most ", kMaxRank,
           " axes are possible; got ", from.rank() + 1);
    }
    for (int i = 1; i < from.rank(); ++i) shape.push_back(from[i]);
    return {{shape, inputs[0].dtype}};
  }

  std::unique_ptr<graph::Kernel> prepare(const graph::PrepareArgs& args) const override {
    const Spec& from = args.inputs[0];
    if (from.shape.num_elements() != args.outputs[0].shape.num_elements()) {
      fail(ErrorCode::invalid_argument, "[TimeDistributed] the layer must keep the batch; got ",
           from.shape, " for ", args.outputs[0].shape);
    }
    return std::make_unique<Copy>(static_cast<std::size_t>(from.shape.num_elements()) *
                                  size_of(from.dtype));
  }

 private:
  struct Copy final : graph::Kernel {
    explicit Copy(std::size_t count) : bytes(count) {}
    void run(State*, const void* const* in, void* const* out, void*) const noexcept override {
      if (in[0] != out[0] && bytes > 0) std::memcpy(out[0], in[0], bytes);
    }
    std::size_t bytes;
  };
};

struct TimeDistributedOptions {
  Wrapped wrapped = {};
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};

class TimeDistributedImpl final : public LayerOf<TimeDistributedImpl, TimeDistributedOptions> {
 public:
  using LayerOf::LayerOf;
  static void fields(auto& v, auto& o) { v("layer", o.wrapped); }

  bool takes_several() const override { return true; }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    require_inputs(inputs.size(), false);
    return at_each_step(builder, inputs[0], builder.agreed_mask(inputs[0]));
  }
  std::vector<ValueId> call_with_arguments(Builder& builder, std::span<const ValueId> inputs,
                                           const Config& arguments) const override {
    if (arguments.items().empty()) return call(builder, inputs);
    if (arguments.find("mask") == nullptr || arguments.items().size() != 1 || inputs.size() != 2)
      refuse("unknown argument of the call; got " + arguments.json());
    return at_each_step(builder, inputs[0], inputs[1]);
  }

  std::vector<std::pair<std::string, LayerPtr>> sublayers() const override {
    return {{"layer", options_.wrapped.layer}};
  }

 protected:
  void build(BuildContext& context, std::span<const Spec> inputs) override {
    const Shape& shape = inputs[0].shape;
    if (shape.rank() < 3) {
      refuse(
          "`TimeDistributed` Layer should be passed an `input_shape` with at least 3 "
          "dimensions, received: ",
          shape);
    }
    Spec step = inputs[0];
    step.shape = {kUnknown};
    for (int i = 2; i < shape.rank(); ++i) step.shape.push_back(shape[i]);
    options_.wrapped.layer->ensure_built(std::span(&step, 1), context);
  }

 private:
  static ValueId fold(Builder& builder, ValueId x) {
    std::vector<Extent> folded = {Extent::rest()};
    for (int i = 2; i < builder.shape(x).rank(); ++i) folded.push_back(Extent::same_as(i));
    return builder.add1(graph::make_reshape(std::move(folded)), {x});
  }

  // A mask of (N, T) says nothing to the layer inside, one of more axes is that of its steps.
  std::vector<ValueId> at_each_step(Builder& builder, ValueId input,
                                    std::optional<ValueId> mask) const {
    const int mask_rank = mask ? builder.shape(*mask).rank() : 0;
    const ValueId x = fold(builder, input);
    std::optional<ValueId> inner;
    if (mask_rank > 2) builder.set_mask(x, *(inner = fold(builder, *mask)));
    const std::vector<ValueId> results = options_.wrapped.layer->invoke(builder, std::span(&x, 1));
    if (results.size() != 1) refuse("the layer must have one result; got ", results.size());
    const ValueId result = builder.add1(make_unfold_steps(), {results[0], input});
    if (mask_rank > 2) hand_on(builder, input, results[0], result, *mask, *inner);
    return {result};
  }

  // tf_keras: the mask that the layer inside gives its result, else the steps of which anything is
  // seen. Keras 3: the mask of the input, as far as it can be one.
  static void hand_on(Builder& builder, ValueId input, ValueId step, ValueId result, ValueId mask,
                      ValueId inner) {
    const std::optional<ValueId> of_step = builder.mask(step);
    const int rank = builder.shape(mask).rank();
    const bool fits = rank < builder.shape(result).rank();
    if (builder.of_tf_keras() && of_step) {
      mask = builder.add1(make_unfold_steps(), {*of_step, input});
    } else if (builder.of_tf_keras() || !fits) {
      std::vector<int> axes;
      for (int i = 2; i < rank; ++i) axes.push_back(i);
      mask = builder.add1(graph::make_reduce(graph::Reduction::any, axes), {mask});
    }
    builder.set_mask(result, mask);
    if (!builder.of_tf_keras() && fits && of_step != inner) builder.disagree(result);
  }
};

}  // namespace

graph::OpPtr make_unfold_steps() {
  return std::make_shared<Unfold>();
}

LayerPtr make_time_distributed(const Config& config, LayerPtr inner) {
  const ConfigReader reader("TimeDistributed", config);
  return std::make_shared<TimeDistributedImpl>(
      "TimeDistributed", TimeDistributedOptions{.wrapped = {std::move(inner)},
                                                .name = reader.name(),
                                                .dtype = reader.dtype(),
                                                .trainable = reader.trainable()});
}

std::span<const LayerRow> wrapper_rows() {
  static constexpr std::array kRows = {row<"TimeDistributed", TimeDistributedImpl>()};
  return kRows;
}

}  // namespace halfpixel::keras
