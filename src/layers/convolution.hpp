// What Keras' convolution layers have in common: their window, and the keys that configurations end
// in.
#pragma once

#include <string>
#include <string_view>

#include "layers/activations.hpp"
#include "layers/spatial.hpp"

namespace halfpixel::keras {

template <class Impl, class O>
class ConvBase : public SpatialLayer<Impl, WithActivation<O>> {
 public:
  using Options = WithActivation<O>;
  ConvBase(std::string_view class_name, int rank, Options options)
      : SpatialLayer<Impl, Options>(class_name, rank, std::move(options)) {
    const Options& o = this->options_;
    this->require_positive("kernel_size", o.kernel_size);
    this->require_positive("strides", o.strides);
    this->require_positive("dilation_rate", o.dilation_rate);
    if constexpr (requires { o.groups; }) {
      if (o.groups <= 0) {
        this->refuse("The number of groups must be a positive integer. Received: groups=",
                     o.groups);
      }
    }
    if constexpr (requires { o.depth_multiplier; })
      require_value("depth_multiplier", o.depth_multiplier);
    if constexpr (requires { o.filters; }) require_value("filters", o.filters);
    if (o.padding == Padding::causal && (rank != 1 || !Impl::kCausal)) {
      this->refuse(
          "Causal padding is only supported for `Conv1D` and `SeparableConv1D`; got 'causal'");
    }
  }

 protected:
  static constexpr bool kCausal = false;  // causal padding in one dimension

  // Extent of the channel axis, which must be known.
  std::int64_t channels_of(const Spec& input) const {
    this->check_input(input);
    const std::int64_t channels = input.shape.at(this->channels_first() ? 1 : -1);
    if (channels == kUnknown || channels == 0) {
      this->refuse("The channel dimension of the inputs should be defined. Received input_shape=",
                   input.shape);
    }
    return channels;
  }
  // (…kernel_size…, a, b)
  Shape kernel_shape(std::int64_t a, std::int64_t b) const {
    Shape kernel;
    for (int i = 0; i < this->rank(); ++i) kernel.push_back(this->options_.kernel_size[i]);
    kernel.push_back(a);
    kernel.push_back(b);
    return kernel;
  }
  graph::WindowMove move() const {
    const Options& o = this->options_;
    graph::WindowMove move;
    move.spatial_rank = this->rank();
    move.strides = per_axis(o.strides);
    move.dilation = per_axis(o.dilation_rate);
    move.same = o.padding == Padding::same;
    if (o.padding == Padding::causal) move.low[0] = (o.kernel_size[0] - 1) * o.dilation_rate[0];
    return move;
  }
  // x and the layer's variables.
  std::vector<ValueId> with_variables(Builder& builder, ValueId x) const {
    std::vector<ValueId> ids = {x};
    for (const Variable& variable : this->variables()) {
      ids.push_back(builder.constant(variable.value));
    }
    return ids;
  }
  // Activation, and back to the layer's data format.
  ValueId finish(Builder& builder, ValueId y) const {
    // Functions of one element come first, so that they stay beside the convolution.
    const ActivationFunction& activation = this->options_.function;
    const bool first = activation.unary().has_value();
    if (first) y = activation.emit(builder, y);
    y = this->from_channels_last(builder, y);
    return first ? y : activation.emit(builder, y);
  }

  static void window_fields(auto& v, auto& o) {
    v("kernel_size", o.kernel_size);
    v("strides", o.strides);
    v("padding", o.padding);
  }
  // activation … bias_constraint; kernels: "kernel", or the names of two
  static void last_fields(auto& v, auto& o, auto... kernels) {
    const auto each = [&](const char* what, auto use) { (use(std::string(kernels) + what), ...); };
    v("activation", o.function);
    v("use_bias", o.use_bias);
    each("_initializer", [&](const std::string& key) { v.initializer(key, "GlorotUniform"); });
    v.initializer("bias_initializer", "Zeros");
    each("_regularizer", [&](const std::string& key) { v.none(key); });
    v.none("bias_regularizer", "activity_regularizer");
    each("_constraint", [&](const std::string& key) { v.none(key); });
    v.none("bias_constraint");
    v.unsupported("quantization_config");
  }

 private:
  void require_value(const char* argument, std::int64_t value) const {
    if (value > 0) return;
    this->refuse("Invalid value for argument `", argument,
                 "`. Expected a strictly positive value. Received ", argument, "=", value);
  }
};

}  // namespace halfpixel::keras
