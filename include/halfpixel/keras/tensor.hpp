// KerasTensor: a symbolic tensor, what layers record on. Component halfpixel::model.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include <halfpixel/dtype.hpp>
#include <halfpixel/export.hpp>
#include <halfpixel/keras/layer.hpp>
#include <halfpixel/shape.hpp>
#include <halfpixel/shared.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel::keras {

struct CallNode;  // one call of a layer: the layer, its inputs, its outputs
class LayerImpl;

// Immutable; copies are the same tensor, and == says whether two are.
class HALFPIXEL_EXPORT KerasTensor {
 public:
  const Shape& shape() const noexcept;  // batch first; unknown extents are kUnknown
  DType dtype() const noexcept;
  std::string name() const;  // "keras_tensor_3"
  friend bool operator==(const KerasTensor&, const KerasTensor&) = default;

 private:
  friend struct halfpixel::Access;
  KerasTensor(detail::Shared<const CallNode> call, int index) noexcept
      : impl_(std::move(call)), index_(index) {}
  detail::Shared<const CallNode> impl_;
  int index_ = 0;  // among the call's outputs
};

struct InputOptions {
  Shape shape = {};  // without the batch; kUnknown where it may vary
  std::int64_t batch_size = kUnknown;
  DType dtype = DType::float32;
  std::string name = {};  // "input_layer" when empty
};
// The start of a functional model, or of a Sequential.
HALFPIXEL_EXPORT KerasTensor Input(InputOptions options);

namespace layers {

// Base of the layers with variables or ops of their own: Conv2D, Dense, Concatenate … A handle:
// copies are the same layer and share its variables. Thread-safe: any number of threads may call
// one at once, the first time too, and, once it is built, set weights while others call or read
// them; a call sees all of the new ones or none.
class HALFPIXEL_EXPORT GraphLayer {
 public:
  const std::string& name() const noexcept;
  const std::string& class_name() const noexcept;
  Config get_config() const;
  Shape compute_output_shape(const Shape& input_shape) const;
  // Number of elements of all variables. Throws Error before the layer is built, as Keras.
  std::int64_t count_params() const;
  // Shapes of the inputs that its variables were made for; empty before.
  std::vector<Shape> build_shapes() const;
  // In Keras' order; empty before the layer is built.
  std::vector<Tensor> get_weights() const;
  // Throws Error when number or shapes differ.
  void set_weights(const std::vector<Tensor>& weights);

  // Records.
  KerasTensor operator()(const KerasTensor& x) const;
  KerasTensor operator()(std::initializer_list<KerasTensor> xs) const;
  KerasTensor operator()(const std::vector<KerasTensor>& xs) const;
  // Computes now; variables are made by the first call.
  Tensor operator()(const ConstTensorView& x) const;
  Tensor operator()(std::initializer_list<Tensor> xs) const;
  Tensor operator()(const std::vector<Tensor>& xs) const;

 protected:
  explicit GraphLayer(detail::Shared<LayerImpl> impl) noexcept : impl_(std::move(impl)) {}

 private:
  friend struct halfpixel::Access;
  detail::Shared<LayerImpl> impl_;
};

class UpSampling;
class Resizing;

}  // namespace layers

// UpSampling and Resizing, which compute without a graph, as layers of models: for all copies of
// one the same. Thread-safe.
HALFPIXEL_EXPORT layers::GraphLayer as_graph_layer(const layers::UpSampling& layer);
HALFPIXEL_EXPORT layers::GraphLayer as_graph_layer(const layers::Resizing& layer);
// What they do when called on a symbolic tensor.
template <class CoreLayer>
  requires requires(const CoreLayer& layer) { as_graph_layer(layer); }
KerasTensor record_call(const CoreLayer& layer, const KerasTensor& x) {
  return as_graph_layer(layer)(x);
}

}  // namespace halfpixel::keras
