// KerasTensor: a symbolic tensor, what layers record on. Component halfpixel::model.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include <halfpixel/dtype.hpp>
#include <halfpixel/export.hpp>
#include <halfpixel/keras/layer.hpp>
#include <halfpixel/shape.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel::keras {

struct CallNode;  // one call of a layer: the layer, its inputs, its outputs
class LayerImpl;

class HALFPIXEL_EXPORT KerasTensor {
 public:
  const Shape& shape() const noexcept;  // batch first; unknown extents are kUnknown
  DType dtype() const noexcept;
  std::string name() const;  // "keras_tensor_3"

  // For the library itself.
  KerasTensor(std::shared_ptr<const CallNode> node, int index)
      : node_(std::move(node)), index_(index) {}
  const std::shared_ptr<const CallNode>& node() const noexcept { return node_; }
  int index() const noexcept { return index_; }
  friend bool operator==(const KerasTensor&, const KerasTensor&) = default;  // the same tensor

 private:
  std::shared_ptr<const CallNode> node_;
  int index_ = 0;
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
// copies are the same layer and share its variables.
class HALFPIXEL_EXPORT GraphLayer {
 public:
  const std::string& name() const noexcept;
  const std::string& class_name() const noexcept;
  Config get_config() const;
  Shape compute_output_shape(const Shape& input_shape) const;
  // Number of elements of all variables. Throws Error before the layer is built, as Keras.
  std::int64_t count_params() const;
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

  explicit GraphLayer(std::shared_ptr<LayerImpl> impl) : impl_(std::move(impl)) {}
  const std::shared_ptr<LayerImpl>& impl() const noexcept { return impl_; }

 private:
  std::shared_ptr<LayerImpl> impl_;
};

class UpSampling;
class Resizing;

}  // namespace layers

// What UpSampling and Resizing do when called on a symbolic tensor.
HALFPIXEL_EXPORT KerasTensor record_call(const layers::UpSampling& layer, const KerasTensor& x);
HALFPIXEL_EXPORT KerasTensor record_call(const layers::Resizing& layer, const KerasTensor& x);

}  // namespace halfpixel::keras
