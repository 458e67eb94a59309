// tf::function: a model compiled for its shapes, and running it.
#include <halfpixel/tf_function.hpp>

#include <mutex>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/model.hpp>

#include "core/checked.hpp"
#include "core/enumerator.hpp"
#include "graph/passes/pass.hpp"
#include "model/concrete_function.hpp"
#include "model/model_impl.hpp"

namespace halfpixel::tf {

graph::CompileOptions compile_options(const FunctionOptions& options) {
  require_enumerator("tf.function", "precision", options.precision, Precision::fast);
  graph::check_pass_names(options.without);
  return {.keep_rounding = options.precision == Precision::exact,
          .fast = options.precision == Precision::fast,
          .without = options.without};
}

namespace {

ConcreteFunction compile_model(keras::ModelImpl& model, const std::vector<TensorSpec>& specs,
                               const graph::CompileOptions& options) {
  std::vector<graph::Spec> inputs;
  for (const TensorSpec& spec : specs) {
    if (!spec.shape.is_known()) {
      fail(ErrorCode::invalid_argument,
           "[tf.function] a concrete function needs known extents; got shape ", spec.shape.str());
    }
    inputs.push_back({spec.shape, spec.dtype});
  }
  keras::CompiledCall call(model, inputs, options);
  std::vector<TensorSpec> outputs;
  for (const graph::Spec& spec : call.outputs()) outputs.push_back({spec.shape, spec.dtype});
  return Access::make_impl<ConcreteFunction>(std::move(call), specs, std::move(outputs));
}

void check_count(const char* what, const std::vector<TensorSpec>& wanted, std::size_t given) {
  if (given == wanted.size()) return;
  fail(ErrorCode::invalid_argument, "[tf.function] ", wanted.size(), " ", what,
       "s are needed; got ", given);
}

}  // namespace

Tensor ConcreteFunction::operator()(const ConstTensorView& x) const {
  std::vector<Tensor> results = call({x});
  return std::move(results.at(0));
}

std::vector<Tensor> ConcreteFunction::operator()(const std::vector<Tensor>& inputs) const {
  return call({inputs.begin(), inputs.end()});
}

std::vector<Tensor> ConcreteFunction::call(const std::vector<ConstTensorView>& inputs) const {
  check_count("input", impl_->inputs, inputs.size());
  return impl_->call(inputs);
}

void ConcreteFunction::run(const std::vector<ConstTensorView>& inputs,
                           const std::vector<TensorView>& outputs) const {
  check_count("input", impl_->inputs, inputs.size());
  check_count("output", impl_->outputs, outputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].dtype() != impl_->inputs[i].dtype) {
      fail(ErrorCode::invalid_argument, "[tf.function] input ", i, " must have dtype ",
           impl_->inputs[i].dtype, "; got ", inputs[i].dtype());
    }
  }
  impl_->call.run(inputs, outputs);
}

std::vector<TensorSpec> ConcreteFunction::inputs() const {
  return impl_->inputs;
}
std::vector<TensorSpec> ConcreteFunction::outputs() const {
  return impl_->outputs;
}
std::vector<PassInfo> passes() {
  std::vector<PassInfo> list;
  for (const graph::Pass& pass : graph::passes())
    list.push_back(
        {std::string(pass.name), std::string(pass.what), pass.changes_rounding, pass.fast_only});
  return list;
}

std::string_view name_of(Precision precision) noexcept {
  switch (precision) {
    case Precision::exact:
      return "exact";
    case Precision::fast:
      return "fast";
    default:
      return "relaxed";
  }
}

Precision to_precision(std::string_view name) {
  for (const Precision precision : {Precision::relaxed, Precision::exact, Precision::fast}) {
    if (name == name_of(precision)) return precision;
  }
  fail(ErrorCode::invalid_argument, "[tf.function] precision must be relaxed, exact or fast; got ",
       name);
}

struct ModelFunction::Impl {
  Impl(const keras::Model& m, graph::CompileOptions o) : model(m), options(std::move(o)) {}
  keras::Model model;
  graph::CompileOptions options;
  std::mutex mutex;
  struct Compiled {
    std::vector<TensorSpec> specs;
    keras::LayerImpl::Snapshot seen;
    ConcreteFunction function;
  };
  std::vector<Compiled> compiled;
};

ModelFunction::ModelFunction(const keras::Model& model, const FunctionOptions& options)
    : impl_(std::make_shared<Impl>(model, compile_options(options))) {}
ModelFunction function(const keras::Model& model, const FunctionOptions& options) {
  return ModelFunction(model, options);
}

ConcreteFunction ModelFunction::get_concrete_function(const std::vector<TensorSpec>& specs) const {
  const std::lock_guard lock(impl_->mutex);
  keras::ModelImpl& model = impl_of(impl_->model);
  for (Impl::Compiled& known : impl_->compiled) {
    if (known.specs != specs) continue;
    if (!known.seen.holds()) {  // weights were set since
      known.seen = keras::LayerImpl::Snapshot(model);
      known.function = compile_model(model, specs, impl_->options);
    }
    return known.function;
  }
  keras::LayerImpl::Snapshot seen(model);
  impl_->compiled.push_back({specs, std::move(seen), compile_model(model, specs, impl_->options)});
  return impl_->compiled.back().function;
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
  const std::lock_guard lock(impl_->mutex);
  return static_cast<int>(impl_->compiled.size());
}

}  // namespace halfpixel::tf
