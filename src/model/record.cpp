#include "model/record.hpp"

#include <atomic>
#include <utility>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "core/enumerator.hpp"
#include "model/config_keys.hpp"

namespace halfpixel::keras {
namespace {

std::atomic<std::uint64_t> serials{0};

class InputLayer final : public LayerImpl {
 public:
  InputLayer(Spec spec, const std::string& name)
      : LayerImpl("InputLayer", name,
                  is_floating(spec.dtype) ? DTypePolicy(spec.dtype) : DTypePolicy("float32"), true),
        spec_(std::move(spec)) {}

  const Spec& spec() const { return spec_; }
  std::vector<ValueId> call(Builder&, std::span<const ValueId> inputs) const override {
    return {inputs.begin(), inputs.end()};
  }
  void add_config(Config& config) const override {
    Config own;  // Keras writes no `trainable` here
    own.set("batch_shape", shape_value(spec_.shape));
    own.set("dtype", name_of(spec_.dtype));
    own.set("sparse", false);
    own.set("ragged", false);
    own.set("name", name());
    config = std::move(own);
  }

 private:
  Spec spec_;
};

}  // namespace

LayerPtr make_input_layer(const Shape& batch_shape, DType dtype, const std::string& name) {
  return std::make_shared<InputLayer>(Spec{batch_shape, dtype}, name);
}

const Spec* input_spec(const LayerImpl& layer) {
  const auto* const input = dynamic_cast<const InputLayer*>(&layer);
  return input != nullptr ? &input->spec() : nullptr;
}

KerasTensor record_input(const LayerPtr& input_layer) {
  auto node = std::make_shared<CallNode>();
  node->layer = input_layer;
  node->outputs = {*input_spec(*input_layer)};
  node->serial = ++serials;
  return Access::make<KerasTensor>(std::move(node), 0);
}

std::vector<KerasTensor> record_all(const LayerPtr& layer, const std::vector<KerasTensor>& inputs,
                                    Config arguments, BuildContext& context,
                                    CallConstants constants) {
  std::vector<Spec> specs;
  std::vector<std::optional<KnownValue>> known;
  for (const KerasTensor& input : inputs) {
    specs.push_back({input.shape(), input.dtype()});
    const auto& of_call = call_of(input).known;
    known.push_back(of_call.empty() ? std::nullopt
                                    : of_call[static_cast<std::size_t>(Access::index(input))]);
  }
  auto node = std::make_shared<CallNode>();
  node->layer = layer;
  node->inputs = inputs;
  LayerImpl::Inferred inferred = layer->infer_known(specs, known, arguments, context, constants);
  node->outputs = std::move(inferred.specs);
  node->known = std::move(inferred.known);
  node->arguments = std::move(arguments);
  node->constants = std::move(constants);
  node->serial = ++serials;
  std::vector<KerasTensor> results;
  for (std::size_t i = 0; i < node->outputs.size(); ++i)
    results.push_back(Access::make<KerasTensor>(node, static_cast<int>(i)));
  return results;
}

KerasTensor record(const LayerPtr& layer, const std::vector<KerasTensor>& inputs,
                   BuildContext& context) {
  const std::vector<KerasTensor> results = record_all(layer, inputs, {}, context);
  if (results.size() != 1) {
    fail(ErrorCode::invalid_argument, "[", layer->class_name(), " '", layer->name(),
         "'] one output was expected; got ", results.size());
  }
  return results[0];
}

const Shape& KerasTensor::shape() const noexcept {
  return impl_->outputs[static_cast<std::size_t>(index_)].shape;
}
DType KerasTensor::dtype() const noexcept {
  return impl_->outputs[static_cast<std::size_t>(index_)].dtype;
}
std::string KerasTensor::name() const {
  return concat("keras_tensor_", impl_->serial);
}

KerasTensor Input(InputOptions options) {
  require_enumerator("Input", "dtype", options.dtype, DType::boolean);
  Shape shape{options.batch_size};
  for (const std::int64_t extent : options.shape) shape.push_back(extent);
  return record_input(make_input_layer(shape, options.dtype, options.name));
}

}  // namespace halfpixel::keras
