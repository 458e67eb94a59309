// tf::function: what lies behind the templates of tf_function.hpp.
#include <halfpixel/tf_function.hpp>

#include <cstring>
#include <sstream>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/model.hpp>

#include "core/checked.hpp"
#include "model/execute.hpp"
#include "model/model_impl.hpp"

namespace halfpixel::tf {

struct ConcreteFunction::Impl {
  std::shared_ptr<const graph::Executable> executable;
  std::vector<TensorSpec> inputs;  // as the caller sees them
  std::vector<TensorSpec> outputs;
};

namespace {

ConcreteFunction compile_model(keras::ModelImpl& model, const std::vector<TensorSpec>& specs) {
  auto impl = std::make_shared<ConcreteFunction::Impl>();
  std::vector<graph::Spec> inputs;
  for (const TensorSpec& spec : specs) {
    if (!spec.shape.is_known()) {
      halfpixel::fail(ErrorCode::invalid_argument,
                      "[tf.function] a concrete function needs known extents; got shape ",
                      spec.shape.str());
    }
    inputs.push_back({spec.shape, spec.dtype});
  }
  impl->executable = model.executable(inputs);
  impl->inputs = specs;
  const std::vector<graph::Spec> outputs = impl->executable->outputs();
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const DType declared = model.outputs().tensors[i].dtype();
    const bool cast = is_floating(declared) && outputs[i].dtype == DType::float32;
    impl->outputs.push_back({outputs[i].shape, cast ? declared : outputs[i].dtype});
  }
  return ConcreteFunction(std::move(impl));
}

// Tensors that the executable takes as they are.
bool direct(const std::vector<TensorSpec>& specs, const std::vector<graph::Spec>& compiled) {
  for (std::size_t i = 0; i < specs.size(); ++i) {
    if (specs[i].dtype != compiled[i].dtype) return false;
  }
  return true;
}

}  // namespace

Tensor ConcreteFunction::operator()(const ConstTensorView& x) const {
  std::vector<Tensor> results = (*this)(std::vector<Tensor>{Tensor(x)});
  return std::move(results.at(0));
}

std::vector<Tensor> ConcreteFunction::operator()(const std::vector<Tensor>& inputs) const {
  if (inputs.size() != impl_->inputs.size()) {
    halfpixel::fail(ErrorCode::invalid_argument, "[tf.function] ", impl_->inputs.size(),
                    " inputs are needed; got ", inputs.size());
  }
  const std::vector<graph::Spec> compiled = impl_->executable->inputs();
  std::vector<Tensor> values;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    values.push_back(inputs[i].dtype() == compiled[i].dtype
                         ? inputs[i]
                         : keras::as_graph_input(inputs[i], impl_->inputs[i].dtype));
  }
  std::vector<DType> declared;
  for (const TensorSpec& spec : impl_->outputs) declared.push_back(spec.dtype);
  return keras::as_declared((*impl_->executable)(values), declared);
}

void ConcreteFunction::run(const std::vector<ConstTensorView>& inputs,
                           const std::vector<TensorView>& outputs) const {
  if (direct(impl_->inputs, impl_->executable->inputs()) &&
      direct(impl_->outputs, impl_->executable->outputs())) {
    impl_->executable->run(inputs, outputs);
    return;
  }
  const std::vector<Tensor> results = (*this)(std::vector<Tensor>(inputs.begin(), inputs.end()));
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (i >= outputs.size() || outputs[i].shape() != results[i].shape() ||
        outputs[i].dtype() != results[i].dtype() || !outputs[i].is_contiguous()) {
      halfpixel::fail(ErrorCode::invalid_argument, "[tf.function] out ", i, " must have shape ",
                      results[i].shape().str(), " and dtype ", results[i].dtype());
    }
    if (results[i].size() > 0) {
      std::memcpy(outputs[i].data(), results[i].data(),
                  static_cast<std::size_t>(results[i].size_bytes()));
    }
  }
}

std::vector<TensorSpec> ConcreteFunction::inputs() const {
  return impl_->inputs;
}
std::vector<TensorSpec> ConcreteFunction::outputs() const {
  return impl_->outputs;
}
std::size_t ConcreteFunction::arena_bytes() const {
  return impl_->executable->arena_bytes();
}

std::string ConcreteFunction::describe() const {
  std::ostringstream out;
  const graph::Graph& graph = impl_->executable->graph();
  for (const graph::Node& node : graph.nodes) {
    out << node.op->kind();
    if (const std::string attributes = node.op->attributes(); !attributes.empty())
      out << " (" << attributes << ")";
    for (const graph::ValueId id : node.inputs) out << ' ' << graph.spec(id).shape;
    out << " -> " << graph.spec(node.outputs[0]).shape;
    if (!node.name.empty()) out << "  # " << node.name;
    out << '\n';
  }
  for (const graph::PassReport& pass : impl_->executable->report()) {
    if (pass.changes > 0) out << "pass " << pass.pass << ": " << pass.changes << '\n';
  }
  out << "arena " << arena_bytes() << " bytes, without sharing "
      << impl_->executable->unplanned_bytes() << '\n';
  return out.str();
}

namespace detail {

ModelFunction trace(
    const std::vector<TensorSpec>& specs,
    const std::function<std::vector<keras::KerasTensor>(const std::vector<keras::KerasTensor>&)>&
        record) {
  std::vector<keras::KerasTensor> symbols;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    symbols.push_back(keras::record_input(
        keras::make_input_layer(specs[i].shape, specs[i].dtype, "argument_" + std::to_string(i))));
  }
  const std::vector<keras::KerasTensor> results = record(symbols);
  return ModelFunction(keras::Model(std::make_shared<keras::ModelImpl>(
      keras::Ports{symbols, {}, false}, keras::Ports{results, {}, false}, "traced")));
}

void check_signature(const TensorSpec& spec, const TensorSpec& given, std::size_t index) {
  bool fits = spec.dtype == given.dtype && spec.shape.rank() == given.shape.rank();
  for (int i = 0; fits && i < spec.shape.rank(); ++i) {
    fits = spec.shape[i] == kUnknown || spec.shape[i] == given.shape[i];
  }
  if (!fits) {
    halfpixel::fail(ErrorCode::invalid_argument, "[tf.function] argument ", index,
                    " must fit input_signature ", spec.shape.str(), " ", spec.dtype, "; got ",
                    given.shape.str(), " ", given.dtype);
  }
}

}  // namespace detail

struct ModelFunction::Shared {
  explicit Shared(const keras::Model& m) : model(m) {}
  keras::Model model;
  std::mutex mutex;
  std::vector<std::pair<std::vector<TensorSpec>, ConcreteFunction>> traces;
};

ModelFunction::ModelFunction(const keras::Model& model)
    : shared_(std::make_shared<Shared>(model)) {}
ModelFunction function(const keras::Model& model) {
  return ModelFunction(model);
}

ConcreteFunction ModelFunction::get_concrete_function(const std::vector<TensorSpec>& specs) const {
  const std::lock_guard lock(shared_->mutex);
  for (const auto& [known, function] : shared_->traces) {
    if (known == specs) return function;
  }
  shared_->traces.emplace_back(specs, compile_model(*shared_->model.model_impl(), specs));
  return shared_->traces.back().second;
}

std::vector<Tensor> ModelFunction::operator()(const std::vector<Tensor>& inputs) const {
  std::vector<TensorSpec> specs;
  for (const Tensor& input : inputs) specs.push_back({input.shape(), input.dtype()});
  return get_concrete_function(specs)(inputs);
}

Tensor ModelFunction::operator()(const ConstTensorView& x) const {
  return get_concrete_function({{x.shape(), x.dtype()}})(x);
}

int ModelFunction::tracing_count() const {
  const std::lock_guard lock(shared_->mutex);
  return static_cast<int>(shared_->traces.size());
}

}  // namespace halfpixel::tf
