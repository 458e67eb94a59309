// tf::function: a C++ callable traced once per signature into a compiled graph. Component halfpixel::model.
//
//   auto up = tf::function([](auto x, Size size) { return tf::image::resize(x, size); });
//   Tensor y = up(image, Size{64, 64});   // traced for this shape, dtype and size; the next call just runs
#pragma once

#include <any>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <halfpixel/export.hpp>
#include <halfpixel/keras/tensor.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel::keras {
class Model;
}

namespace halfpixel::tf {

// Shape (unknown extents allowed) and dtype of an argument.
struct TensorSpec {
  Shape shape;
  DType dtype = DType::float32;
  friend bool operator==(const TensorSpec&, const TensorSpec&) = default;
};

// One compiled signature. Immutable; any number of threads may call it at once.
class HALFPIXEL_EXPORT ConcreteFunction {
 public:
  Tensor operator()(const ConstTensorView& x) const;                       // one input, one output
  std::vector<Tensor> operator()(const std::vector<Tensor>& inputs) const;
  // Into the caller's memory: allocates nothing once it has run as often at once as it does now.
  void run(const std::vector<ConstTensorView>& inputs, const std::vector<TensorView>& outputs) const;
  std::vector<TensorSpec> inputs() const;
  std::vector<TensorSpec> outputs() const;
  std::size_t arena_bytes() const;   // memory planned for intermediate values
  std::string describe() const;      // the optimised graph and what each pass did, line by line

  struct Impl;
  explicit ConcreteFunction(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

 private:
  std::shared_ptr<const Impl> impl_;
};

namespace detail {
// Compiles what `record` builds on symbolic tensors of these specs.
HALFPIXEL_EXPORT ConcreteFunction compile(
    const std::vector<TensorSpec>& specs,
    const std::function<std::vector<keras::KerasTensor>(const std::vector<keras::KerasTensor>&)>& record);

template <class T>
inline constexpr bool is_tensor = std::is_convertible_v<const T&, ConstTensorView>;
}  // namespace detail

}  // namespace halfpixel::tf
