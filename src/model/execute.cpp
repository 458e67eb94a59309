#include "model/execute.hpp"

#include <utility>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "model/model_impl.hpp"

namespace halfpixel::keras {

Tensor as_graph_input(const ConstTensorView& x, DType declared) {
  const bool floats = is_floating(declared);
  if (x.dtype() == declared && (declared == DType::float32 || !floats)) return Tensor(x);
  Tensor value = Tensor(x).astype(declared);
  return floats && declared != DType::float32 ? value.astype(DType::float32) : value;
}

std::vector<Tensor> as_declared(std::vector<Tensor> results, const std::vector<DType>& declared) {
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i].dtype() == DType::float32 && is_floating(declared[i]) &&
        declared[i] != DType::float32) {
      results[i] = results[i].astype(declared[i]);
    }
  }
  return results;
}

std::vector<Tensor> execute(LayerImpl& layer, const std::vector<ConstTensorView>& inputs) {
  const auto* const model = dynamic_cast<const ModelImpl*>(&layer);
  std::vector<Tensor> values;
  std::vector<Spec> specs;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    DType declared = inputs[i].dtype();
    if (model != nullptr && model->connected() && i < model->inputs().tensors.size()) {
      declared = model->inputs().tensors[i].dtype();
    } else if (is_floating(declared) && layer.casts_inputs()) {
      declared = layer.policy().compute_dtype();
    }
    values.push_back(as_graph_input(inputs[i], declared));
    specs.push_back({values.back().shape(), declared});
  }
  const auto executable = layer.executable(specs);
  std::vector<DType> declared;
  if (model != nullptr) {
    for (const KerasTensor& tensor : model->outputs().tensors) declared.push_back(tensor.dtype());
  } else {
    declared.assign(executable->outputs().size(), layer.output_dtype(specs));
  }
  return as_declared((*executable)(values), declared);
}

std::vector<Variable*> all_variables(LayerImpl& layer) {
  std::vector<Variable*> result;
  for (Variable& variable : layer.variables()) {
    if (!variable.alias) result.push_back(&variable);
  }
  for (const auto& [key, inner] : layer.sublayers()) {
    for (Variable* variable : all_variables(*inner)) result.push_back(variable);
  }
  return result;
}

}  // namespace halfpixel::keras
