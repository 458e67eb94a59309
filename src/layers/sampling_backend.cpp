// UpSampling2D and Resizing with the numbers of Keras on torch or jax.
#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "frontends/keras_sampling_options.hpp"
#include "layers/sampling.hpp"

namespace halfpixel::keras {
namespace {

using graph::BackendResize;

class BackendSampling final : public LayerImpl {
 public:
  // `own`: its configuration, which says nothing of a backend.
  BackendSampling(const layers::Layer& own, const Config& config, const BackendResize& resize)
      : LayerImpl(std::string(own.class_name()), own.name(), own.dtype_policy(), own.trainable()),
        config_(config) {
    try {
      op_ = graph::make_backend_resize(resize);
    } catch (const Error& error) {
      fail(error.code(), "[", class_name(), " '", name(), "'] ", error.what());
    }
    if (size_of(policy().compute_dtype()) != 4) {
      fail(ErrorCode::unsupported, "[", class_name(), " '", name(),
           "'] another backend's numbers are float32's; got dtype ", policy().compute_dtype());
    }
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    require_rank(builder.spec(inputs[0]), 4);
    return {builder.add1(op_, {inputs[0]})};
  }

  void add_config(Config& config) const override { add_own_keys(config_, config); }

 private:
  Config config_;
  graph::OpPtr op_;
};

}  // namespace

LayerPtr make_backend_sampling(std::string_view class_name, const Config& config,
                               BackendResize::Engine engine) {
  const ConfigReader reader(class_name, config);
  if (class_name == "UpSampling2D") {
    const layers::UpSampling2D layer(up_sampling_2d_options(reader));
    if (layer.interpolation() == Interpolation::nearest) return nullptr;  // repetition everywhere
    return std::make_shared<BackendSampling>(layer, layer.get_config(),
                                             BackendResize{.engine = engine,
                                                           .size = layer.size(),
                                                           .multiplies = true,
                                                           .interpolation = layer.interpolation(),
                                                           .data_format = layer.data_format()});
  }
  const layers::Resizing layer(resizing_options(reader));
  const layers::ResizingOptions& options = layer.options();
  if (options.crop_to_aspect_ratio || options.pad_to_aspect_ratio) {
    fail(ErrorCode::unsupported, "[Resizing '", layer.name(),
         "'] crop_to_aspect_ratio and pad_to_aspect_ratio have TensorFlow's numbers alone");
  }
  return std::make_shared<BackendSampling>(layer, layer.get_config(),
                                           BackendResize{.engine = engine,
                                                         .size = {options.height, options.width},
                                                         .interpolation = options.interpolation,
                                                         .antialias = options.antialias,
                                                         .data_format = *options.data_format});
}

}  // namespace halfpixel::keras
