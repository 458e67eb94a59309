// SpectralNormalization: training rescales the wrapped layer's kernel; inference uses it as saved.
#include "core/checked.hpp"
#include "layers/normalization.hpp"

namespace halfpixel::keras {
namespace {

class SpectralNormalizationImpl final : public LayerImpl {
 public:
  SpectralNormalizationImpl(LayerPtr layer, const layers::SpectralNormalizationOptions& o)
      : LayerImpl("SpectralNormalization", o.name, o.dtype, o.trainable),
        layer_(std::move(layer)),
        power_iterations_(o.power_iterations) {
    if (power_iterations_ <= 0) {
      fail(concat("`power_iterations` should be greater than zero; got power_iterations=",
                  power_iterations_));
    }
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    return layer_->invoke(builder, inputs);
  }
  void add_config(Config& config) const override {
    Config layer;
    layer.set("module", "keras.layers");
    layer.set("class_name", layer_->class_name());
    layer.set("config", layer_->get_config());
    layer.set("registered_name", nullptr);
    config.set("layer", std::move(layer));
    config.set("power_iterations", power_iterations_);
  }
  std::vector<std::pair<std::string, LayerPtr>> sublayers() const override {
    return {{"layer", layer_}};
  }

 protected:
  // Keras' files list the wrapped kernel here a second time, before the vector of the power
  // iteration.
  void build(std::span<const Spec> inputs) override {
    layer_->ensure_built(inputs);
    for (const Variable& variable : layer_->variables()) {
      if (variable.name != "kernel" && variable.name != "embeddings") continue;
      variables_.push_back(variable);
      variables_.back().alias = true;
      const Shape& shape = variable.value.shape();
      add_variable("vector_u", {1, shape[shape.rank() - 1]}, Initializer::uniform, false);
      return;
    }
    fail(layer_->class_name() + " object has no attribute 'kernel' nor 'embeddings'; got layer '" +
         layer_->name() + "'");
  }

 private:
  LayerPtr layer_;
  std::int64_t power_iterations_;
};

}  // namespace

LayerPtr make_spectral_normalization(const LayerPtr& layer,
                                     const layers::SpectralNormalizationOptions& options) {
  return std::make_shared<SpectralNormalizationImpl>(layer, options);
}

}  // namespace halfpixel::keras
