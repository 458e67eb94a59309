// layers::GraphLayer: the public face of LayerImpl.
#include <halfpixel/error.hpp>
#include <halfpixel/keras/tensor.hpp>

#include "core/checked.hpp"
#include "model/execute.hpp"
#include "model/record.hpp"

namespace halfpixel::keras::layers {
namespace {

Tensor only(std::vector<Tensor> results, const LayerImpl& layer) {
  if (results.size() != 1) {
    fail(ErrorCode::invalid_argument, "[", layer.class_name(), " '", layer.name(),
         "'] one output was expected; got ", results.size());
  }
  return std::move(results[0]);
}

}  // namespace

const std::string& GraphLayer::name() const noexcept {
  return impl_->name();
}
const std::string& GraphLayer::class_name() const noexcept {
  return impl_->class_name();
}
Config GraphLayer::get_config() const {
  return impl_->get_config();
}

Shape GraphLayer::compute_output_shape(const Shape& input_shape) const {
  const Spec spec{input_shape, DType::float32};
  return impl_->infer(std::span(&spec, 1)).at(0).shape;
}

std::int64_t GraphLayer::count_params() const {
  if (!impl_->built()) {
    fail(
        ErrorCode::invalid_argument, "[", impl_->class_name(),
        "] You tried to call `count_params` on layer '", name(),
        "', but the layer isn't built. You can build it manually via: `layer.build(input_shape)`.");
  }
  return impl_->count_params();
}

std::vector<Shape> GraphLayer::build_shapes() const {
  return impl_->build_shapes();
}

std::vector<Tensor> GraphLayer::get_weights() const {
  const std::shared_lock values(variables_mutex());
  std::vector<Tensor> weights;
  for (const VariableRef variable : all_variables(*impl_)) {
    weights.push_back(variable->value.clone());
  }
  return weights;
}

void GraphLayer::set_weights(const std::vector<Tensor>& weights) {
  const std::lock_guard values(variables_mutex());
  const std::vector<VariableRef> variables = all_variables(*impl_);
  if (weights.size() != variables.size()) {
    fail(ErrorCode::invalid_argument, "[", class_name(),
         "] You called `set_weights(weights)` on layer '", name(),
         "' with a weight list of length ", weights.size(), ", but the layer was expecting ",
         variables.size(), " weights.");
  }
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i].shape() != variables[i]->value.shape()) {
      fail(ErrorCode::invalid_argument, "[", class_name(), "] Layer '", name(), "' weight shape ",
           variables[i]->value.shape().str(), " of '", variables[i]->name,
           "' is not compatible with provided weight shape ", weights[i].shape().str());
    }
  }
  for (std::size_t i = 0; i < weights.size(); ++i) {
    variables[i].assign(weights[i].astype(variables[i]->value.dtype()));
  }
}

KerasTensor GraphLayer::operator()(const KerasTensor& x) const {
  return record(Access::pointer(impl_), {x});
}
KerasTensor GraphLayer::operator()(std::initializer_list<KerasTensor> xs) const {
  return record(Access::pointer(impl_), xs);
}
KerasTensor GraphLayer::operator()(const std::vector<KerasTensor>& xs) const {
  return record(Access::pointer(impl_), xs);
}

Tensor GraphLayer::operator()(const ConstTensorView& x) const {
  return only(execute(*impl_, std::span(&x, 1)), *impl_);
}
Tensor GraphLayer::operator()(std::initializer_list<Tensor> xs) const {
  return only(execute(*impl_, std::vector<ConstTensorView>(xs.begin(), xs.end())), *impl_);
}
Tensor GraphLayer::operator()(const std::vector<Tensor>& xs) const {
  return only(execute(*impl_, std::vector<ConstTensorView>(xs.begin(), xs.end())), *impl_);
}

}  // namespace halfpixel::keras::layers
