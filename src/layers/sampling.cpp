#include "layers/sampling.hpp"

#include <array>
#include <atomic>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/model.hpp>

#include "core/checked.hpp"
#include "frontends/keras_config_reader.hpp"
#include "frontends/keras_recorded.hpp"
#include "frontends/keras_sampling_options.hpp"
#include "graph/ops/cast.hpp"
#include "graph/ops/resample.hpp"
#include "model/layer_rows.hpp"
#include "model/record.hpp"

namespace halfpixel::keras {
namespace {

// Keras casts a floating input at a layer's entry, and gives results of its dtype; values here are
// float32, with the bits that they have in 16.
ValueId rounded(Builder& builder, ValueId x, const LayerImpl& layer) {
  const DType dtype = layer.policy().compute_dtype();
  if (size_of(dtype) != 2 || builder.spec(x).dtype != DType::float32) return x;
  const ValueId narrow = builder.add1(graph::make_cast(dtype), {x});
  return builder.add1(graph::make_cast(DType::float32), {narrow});
}

// tf_keras' manner with integers. Keras 3 has no layer for that.
class FloatsFirst {
 public:
  explicit FloatsFirst(bool wanted) : wanted_(wanted) {}
  ValueId operator()(Builder& builder, ValueId x) const {
    if (!wanted_ || is_floating(builder.spec(x).dtype)) return x;
    used_ = true;
    return builder.add1(graph::make_cast(DType::float32), {x});
  }
  void refuse_saving(const LayerImpl& layer) const {
    if (!used_) return;
    fail(ErrorCode::unsupported, "[", layer.class_name(), " '", layer.name(), "'] Keras 3 has no ",
         "operation for resizing integers to floating results, as tf_keras does, so that a model ",
         "with it cannot be saved");
  }

 private:
  bool wanted_;
  mutable std::atomic<bool> used_ = false;
};

class UpSamplingImpl final : public LayerImpl {
 public:
  explicit UpSamplingImpl(const layers::UpSampling& layer, bool floats = false)
      : LayerImpl(std::string(layer.class_name()), layer.name(), layer.dtype_policy(),
                  layer.trainable()),
        rank_(layer.size().rank() + 2),
        floats_(floats && layer.interpolation() != Interpolation::nearest),
        op_(graph::make_up_sampling({.spatial_rank = layer.size().rank(),
                                     .size = layer.size(),
                                     .data_format = layer.data_format(),
                                     .interpolation = layer.interpolation()})) {
    add_own_keys(layer.get_config(), config_);
  }
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    // Before the op does, because Keras' message names the layer.
    require_rank(builder.spec(inputs[0]), rank_);
    const ValueId x = rounded(builder, floats_(builder, inputs[0]), *this);
    return {rounded(builder, builder.add1(op_, {x}), *this)};
  }
  void add_config(Config& config) const override {
    floats_.refuse_saving(*this);
    add_own_keys(config_, config);
  }

 private:
  int rank_;
  FloatsFirst floats_;
  graph::OpPtr op_;
  Config config_;
};

class ResizingImpl final : public LayerImpl {
 public:
  explicit ResizingImpl(const layers::Resizing& layer, bool floats)
      : LayerImpl("Resizing", layer.name(), layer.dtype_policy(), layer.trainable()),
        floats_(floats),
        op_(graph::make_resizing(layer.options())) {
    add_own_keys(layer.get_config(), config_);
  }
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    const ValueId x = rounded(builder, floats_(builder, inputs[0]), *this);
    return {rounded(builder, builder.add1(op_, {x}), *this)};
  }
  void add_config(Config& config) const override {
    floats_.refuse_saving(*this);
    add_own_keys(config_, config);
  }

 private:
  FloatsFirst floats_;
  graph::OpPtr op_;
  Config config_;
};

LayerPtr up_sampling_1d(const Config& config) {
  const ConfigReader reader("UpSampling1D", config);
  return make_up_sampling_layer(layers::UpSampling1D(up_sampling_1d_options(reader)));
}

LayerPtr up_sampling_2d(const Config& config) {
  const ConfigReader reader("UpSampling2D", config);
  if (LayerPtr legacy = make_legacy_interpolation("UpSampling2D", reader)) return legacy;
  return std::make_shared<UpSamplingImpl>(layers::UpSampling2D(up_sampling_2d_options(reader)),
                                          reader.boolean(kFloatsKey, false));
}

LayerPtr up_sampling_3d(const Config& config) {
  const ConfigReader reader("UpSampling3D", config);
  return make_up_sampling_layer(layers::UpSampling3D(up_sampling_3d_options(reader)));
}

LayerPtr resizing(const Config& config) {
  const ConfigReader reader("Resizing", config);
  if (LayerPtr legacy = make_legacy_interpolation("Resizing", reader)) return legacy;
  return make_resizing_layer(layers::Resizing(resizing_options(reader)),
                             reader.boolean(kFloatsKey, false));
}

// The same one for each copy of `layer`.
template <class CoreLayer>
layers::GraphLayer recorded(const CoreLayer& layer, LayerPtr (*make)(const CoreLayer&)) {
  RecordedLayer& slot = Access::impl<layers::Layer>(layer);
  const std::lock_guard lock(slot.mutex);
  if (slot.layer == nullptr) slot.layer = make(layer);
  return Access::make<layers::GraphLayer>(std::static_pointer_cast<LayerImpl>(slot.layer));
}

}  // namespace

void add_own_keys(const Config& whole, Config& config) {
  for (const auto& [key, value] : whole.items()) {
    if (key != "name" && key != "trainable" && key != "dtype") config.set(key, value);
  }
}

LayerPtr make_up_sampling_layer(const layers::UpSampling& layer) {
  return std::make_shared<UpSamplingImpl>(layer);
}
LayerPtr make_resizing_layer(const layers::Resizing& layer, bool floats) {
  return std::make_shared<ResizingImpl>(layer, floats);
}

layers::GraphLayer as_graph_layer(const layers::UpSampling& layer) {
  return recorded(layer, make_up_sampling_layer);
}
layers::GraphLayer as_graph_layer(const layers::Resizing& layer) {
  return recorded<layers::Resizing>(
      layer, [](const layers::Resizing& same) { return make_resizing_layer(same, false); });
}

std::span<const LayerRow> sampling_rows() {
  static constexpr std::array kRows = {
      LayerRow{"UpSampling1D", up_sampling_1d},
      LayerRow{"UpSampling2D", up_sampling_2d},
      LayerRow{"UpSampling3D", up_sampling_3d},
      LayerRow{"Resizing", resizing},
  };
  return kRows;
}

}  // namespace halfpixel::keras
