// SpectralNormalization: training rescales the wrapped layer's kernel; inference uses it as saved.
#include <array>
#include <memory>

#include <halfpixel/keras/layers/normalization.hpp>

#include "layers/wrapper.hpp"

namespace halfpixel::keras {
namespace {

struct SpectralOptions : layers::SpectralNormalizationOptions {
  Wrapped wrapped;
};

class SpectralNormalizationImpl final : public LayerOf<SpectralNormalizationImpl, SpectralOptions> {
 public:
  SpectralNormalizationImpl(std::string_view class_name, const Options& o)
      : LayerOf(class_name, o) {
    if (o.power_iterations <= 0) {
      refuse("`power_iterations` should be greater than zero; got power_iterations=",
             o.power_iterations);
    }
  }

  static void fields(auto& v, auto& o) {
    v("layer", o.wrapped);
    v("power_iterations", o.power_iterations);
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    return options_.wrapped.layer->invoke(builder, inputs);
  }
  std::vector<std::pair<std::string, LayerPtr>> sublayers() const override {
    return {{"layer", options_.wrapped.layer}};
  }

 protected:
  // Keras' files list the wrapped kernel here a second time, before the vector of the power
  // iteration.
  void build(BuildContext& context, std::span<const Spec> inputs) override {
    LayerImpl& layer = *options_.wrapped.layer;
    layer.ensure_built(inputs, context);
    for (const Variable& variable : layer.variables()) {
      if (variable.name != "kernel" && variable.name != "embeddings") continue;
      variables_.push_back(variable);
      variables_.back().alias = true;
      const Shape& shape = variable.value.shape();
      // tensorflow_addons' class is the same, but for this name
      add_variable(context, class_name().starts_with("Addons>") ? "sn_u" : "vector_u",
                   {1, shape[shape.rank() - 1]}, Initializer::uniform, false);
      return;
    }
    refuse(layer.class_name(), " object has no attribute 'kernel' nor 'embeddings'; got layer '",
           layer.name(), "'");
  }
};

}  // namespace

namespace layers {
SpectralNormalization::SpectralNormalization(const GraphLayer& layer,
                                             const SpectralNormalizationOptions& o)
    : GraphLayer(std::make_shared<SpectralNormalizationImpl>(
          "SpectralNormalization", SpectralOptions{o, {Access::share(layer)}})) {}
}  // namespace layers

std::span<const LayerRow> spectral_normalization_rows() {
  static constexpr std::array kRows = {
      row<"SpectralNormalization", SpectralNormalizationImpl>(),
      row<"Addons>SpectralNormalization", SpectralNormalizationImpl>(),
  };
  return kRows;
}

}  // namespace halfpixel::keras
