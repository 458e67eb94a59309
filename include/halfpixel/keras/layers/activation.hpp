// Activations, by name and as layers. Component halfpixel::model.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <halfpixel/keras/tensor.hpp>

namespace halfpixel::keras {

// keras.activations with their default arguments. Other arguments: the layers below.
enum class Activation {
  linear,
  relu,
  relu6,
  leaky_relu,  // negative_slope 0.2
  elu,
  selu,
  celu,
  gelu,
  sigmoid,
  hard_sigmoid,
  sparse_sigmoid,
  silu,
  swish = silu,
  hard_silu,
  hard_swish = hard_silu,
  mish,
  softplus,
  softsign,
  softmax,
  log_softmax,
  sparsemax,
  glu,
  tanh,
  tanh_shrink,
  hard_tanh,
  soft_shrink,
  hard_shrink,
  squareplus,
  sparse_plus,
  log_sigmoid,
  exponential,
};
HALFPIXEL_EXPORT std::string_view name_of(Activation activation) noexcept;
HALFPIXEL_EXPORT Activation to_activation(std::string_view name);  // Keras' names; throws Error

namespace layers {

struct ActivationOptions {
  keras::Activation activation = keras::Activation::linear;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// One of Keras' activation functions as a layer.
class HALFPIXEL_EXPORT Activation : public GraphLayer {
 public:
  explicit Activation(const ActivationOptions& options);
  explicit Activation(keras::Activation activation)
      : Activation(ActivationOptions{.activation = activation}) {}
  explicit Activation(std::string_view activation) : Activation(to_activation(activation)) {}
  explicit Activation(const char* activation) : Activation(std::string_view(activation)) {}
};

struct ReLUOptions {
  std::optional<double> max_value = {};
  double negative_slope = 0.0;
  double threshold = 0.0;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// max(x, 0), with Keras' max_value, negative_slope and threshold.
class HALFPIXEL_EXPORT ReLU : public GraphLayer {
 public:
  explicit ReLU(const ReLUOptions& options = {});
};

struct LeakyReLUOptions {
  double negative_slope = 0.3;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// x where positive, negative_slope * x elsewhere.
class HALFPIXEL_EXPORT LeakyReLU : public GraphLayer {
 public:
  explicit LeakyReLU(const LeakyReLUOptions& options = {});
};

struct PReLUOptions {
  std::vector<int> shared_axes = {};  // {1, 2}: one alpha for all positions of an image
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// x where positive, alpha * x elsewhere; alpha is a variable, zeros at first.
class HALFPIXEL_EXPORT PReLU : public GraphLayer {
 public:
  explicit PReLU(const PReLUOptions& options = {});
};

struct ELUOptions {
  double alpha = 1.0;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// x where positive, alpha * (exp(x) - 1) elsewhere.
class HALFPIXEL_EXPORT ELU : public GraphLayer {
 public:
  explicit ELU(const ELUOptions& options = {});
};

struct SoftmaxOptions {
  std::vector<int> axis = {-1};  // several: one distribution over all of them
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// exp(x) over its sum along the axes.
class HALFPIXEL_EXPORT Softmax : public GraphLayer {
 public:
  explicit Softmax(const SoftmaxOptions& options = {});
};

}  // namespace layers
}  // namespace halfpixel::keras
