// Classes that are not in keras.layers but in files that many have: those of keras.applications and
// tensorflow_addons, as at inference.
#include <array>
#include <memory>

#include "graph/ops/binary.hpp"
#include "layers/fields.hpp"

namespace halfpixel::keras {
namespace {

using graph::BinaryFunction;

struct LayerScaleOptions {
  double init_values = 1e-6;
  std::int64_t projection_dim = 0;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};

// ConvNeXt: x * gamma.
class LayerScaleImpl final : public LayerOf<LayerScaleImpl, LayerScaleOptions> {
 public:
  LayerScaleImpl(std::string_view class_name, const Options& o) : LayerOf(class_name, o) {
    if (o.projection_dim < 1) refuse("projection_dim must be positive; got ", o.projection_dim);
  }
  static void fields(auto& v, auto& o) {
    v("init_values", o.init_values);
    v("projection_dim", o.projection_dim);
  }
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    return {builder.add1(graph::make_binary(BinaryFunction::multiply),
                         {inputs[0], builder.constant(variables()[0].value)})};
  }

 protected:
  void build(BuildContext& context, std::span<const Spec>) override {
    add_variable(context, "gamma", {options_.projection_dim}, Initializer::zeros);
    if (context.initial_values()) {
      variables_[0].value = full({options_.projection_dim}, options_.init_values, DType::float32);
    }
  }
};

// x[0] + x[1] * factor, and its configuration.
template <class Options>
class SecondScaledImpl final : public LayerOf<SecondScaledImpl<Options>, Options> {
 public:
  using LayerOf<SecondScaledImpl, Options>::LayerOf;
  bool takes_several() const override { return true; }
  static void fields(auto& v, auto& o) { v(Options::kKey, o.factor); }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    if (inputs.size() != 2) this->refuse("two tensors are needed; got ", inputs.size());
    const ValueId factor = builder.scalar(static_cast<float>(this->options_.factor));
    const ValueId scaled =
        builder.add1(graph::make_binary(BinaryFunction::multiply), {inputs[1], factor});
    return {builder.add1(graph::make_binary(BinaryFunction::add), {inputs[0], scaled})};
  }
};

struct CustomScaleOptions {  // InceptionResNetV2
  static constexpr std::string_view kKey = "scale";
  double factor = 1.0;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
struct SurvivalOptions {  // tensorflow_addons' StochasticDepth: the branch weighs its probability
  static constexpr std::string_view kKey = "survival_probability";
  double factor = 0.5;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};

// tensorflow_addons' normalisations are Keras' by other names.
LayerPtr group_normalization(const Config& config) {
  return find_layer("GroupNormalization")->from_config(config);
}
LayerPtr instance_normalization(const Config& config) {
  Config changed = config;
  changed.set("groups", -1);  // the file says how many channels there were
  return group_normalization(changed);
}

}  // namespace

std::span<const LayerRow> application_rows() {
  static constexpr std::array kRows = {
      told_row<"LayerScale", LayerScaleImpl, "projection_dim", "keras.applications">(),
      told_row<"CustomScaleLayer", SecondScaledImpl<CustomScaleOptions>, "scale",
               "keras.applications">("Custom>CustomScaleLayer"),
      row<"Addons>StochasticDepth", SecondScaledImpl<SurvivalOptions>>(),
      LayerRow{"Addons>GroupNormalization", group_normalization},
      LayerRow{"Addons>InstanceNormalization", instance_normalization},
  };
  return kRows;
}

}  // namespace halfpixel::keras
