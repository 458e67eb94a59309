#include "model/execute.hpp"

#include <optional>
#include <utility>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "core/convert.hpp"
#include "model/model_impl.hpp"

namespace halfpixel::keras {
namespace {

// Graphs know float32 alone of the floating dtypes.
DType in_graph(DType dtype) {
  return is_floating(dtype) ? DType::float32 : dtype;
}

// What Keras casts the inputs to before the layer sees them.
std::vector<DType> declared_inputs(const LayerImpl& layer, std::span<const Spec> given) {
  const auto* const model = dynamic_cast<const ModelImpl*>(&layer);
  std::vector<DType> declared;
  for (std::size_t i = 0; i < given.size(); ++i) {
    DType dtype = given[i].dtype;
    if (model != nullptr && model->connected() && i < model->inputs().tensors.size()) {
      dtype = model->inputs().tensors[i].dtype();
    } else if (is_floating(dtype) && layer.casts_inputs()) {
      dtype = layer.policy().compute_dtype();
    }
    declared.push_back(dtype);
  }
  return declared;
}

bool is_cast(DType graph, DType declared) {
  return graph == DType::float32 && is_floating(declared) && declared != DType::float32;
}

}  // namespace

CompiledCall::CompiledCall(LayerImpl& layer, std::span<const Spec> given,
                           const graph::CompileOptions& options) {
  const auto lock = layer.lock();  // a Sequential may be connected by its first call
  declared_ = declared_inputs(layer, given);
  std::vector<Spec> specs;
  for (std::size_t i = 0; i < given.size(); ++i) specs.push_back({given[i].shape, declared_[i]});
  executable_ = layer.executable(specs, options);
  outputs_ = executable_->outputs();
  const auto* const model = dynamic_cast<const ModelImpl*>(&layer);
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    const DType said =
        model != nullptr ? model->outputs().tensors[i].dtype() : layer.output_dtype(specs);
    if (!is_cast(outputs_[i].dtype, said)) continue;
    outputs_[i].dtype = said;
    casts_outputs_ = true;
  }
}

void CompiledCall::run(std::span<const ConstTensorView> inputs, std::span<const TensorView> outputs,
                       std::span<double> seconds) const {
  if (inputs.size() != declared_.size() || outputs.size() != outputs_.size()) {
    fail(ErrorCode::invalid_argument, "[model] ", declared_.size(), " inputs and ", outputs_.size(),
         " outputs are needed; got ", inputs.size(), " and ", outputs.size());
  }
  // What the graph reads where it is.
  const auto is_direct = [&](std::size_t i) {
    return inputs[i].is_contiguous() && inputs[i].dtype() == declared_[i] &&
           declared_[i] == in_graph(declared_[i]);
  };
  bool all_direct = !casts_outputs_;
  for (std::size_t i = 0; all_direct && i < inputs.size(); ++i) all_direct = is_direct(i);
  if (all_direct) {
    executable_->run(inputs, outputs, seconds);
    return;
  }
  std::vector<Tensor> made;  // what could not be read or written in place
  made.reserve(inputs.size() + outputs.size());
  std::vector<ConstTensorView> in;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (is_direct(i)) {
      in.push_back(inputs[i]);
      continue;
    }
    Tensor& value = made.emplace_back(inputs[i].shape(), in_graph(declared_[i]));
    convert_elements(inputs[i], declared_[i], value.dtype(), value.data());
    in.push_back(value.view());
  }
  std::vector<TensorView> out;
  std::vector<std::pair<const Tensor*, std::size_t>> casts;
  const std::vector<Spec> computed = executable_->outputs();
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (computed[i].dtype == outputs_[i].dtype) {
      out.push_back(outputs[i]);
      continue;
    }
    if (outputs[i].shape() != outputs_[i].shape || outputs[i].dtype() != outputs_[i].dtype ||
        !outputs[i].is_contiguous()) {
      fail(ErrorCode::invalid_argument, "[model] out ", i, " must be contiguous with shape ",
           outputs_[i].shape.str(), " and dtype ", outputs_[i].dtype, "; got shape ",
           outputs[i].shape().str(), " and dtype ", outputs[i].dtype());
    }
    Tensor& value = made.emplace_back(computed[i].shape, computed[i].dtype);
    out.push_back(value.view());
    casts.emplace_back(&value, i);
  }
  executable_->run(in, out, seconds);
  for (const auto& [value, i] : casts) {
    convert_elements(value->view(), outputs_[i].dtype, outputs[i].data());
  }
}

std::vector<Tensor> CompiledCall::operator()(std::span<const ConstTensorView> inputs) const {
  std::vector<Tensor> results;
  for (const Spec& spec : outputs_) results.emplace_back(spec.shape, spec.dtype);
  run(inputs, std::vector<TensorView>(results.begin(), results.end()));
  return results;
}

std::vector<Tensor> execute(LayerImpl& layer, std::span<const ConstTensorView> inputs) {
  std::vector<Spec> given;
  for (const ConstTensorView& x : inputs) given.push_back({x.shape(), x.dtype()});
  return CompiledCall(layer, given)(inputs);
}

std::vector<VariableRef> all_variables(LayerImpl& layer) {
  std::vector<VariableRef> result;
  for (std::size_t i = 0; i < layer.variables().size(); ++i) {
    if (!layer.variables()[i].alias) result.push_back({&layer, i});
  }
  for (const auto& [key, inner] : layer.sublayers()) {
    for (const VariableRef variable : all_variables(*inner)) result.push_back(variable);
  }
  return result;
}

}  // namespace halfpixel::keras
