// keras::Model and keras::Sequential: the public face of ModelImpl.
#include <halfpixel/keras/model.hpp>

#include <algorithm>
#include <utility>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "model/execute.hpp"
#include "model/model_impl.hpp"

namespace halfpixel::keras {
namespace {

Ports ports_of(const TensorList& list) {
  return {list.tensors, list.keys, list.single};
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "'" : ", '") + name + "'";
  return text;
}

}  // namespace

TensorList::TensorList(KerasTensor tensor) : tensors{std::move(tensor)}, single(true) {}
TensorList::TensorList(std::initializer_list<KerasTensor> list) : tensors(list) {}
TensorList::TensorList(std::vector<KerasTensor> list) : tensors(std::move(list)) {}
TensorList::TensorList(std::initializer_list<std::pair<std::string, KerasTensor>> list) {
  for (const auto& [key, tensor] : list) {
    keys.push_back(key);
    tensors.push_back(tensor);
  }
}

Model::Model(const TensorList& inputs, const TensorList& outputs, const ModelOptions& options)
    : Model(std::make_shared<ModelImpl>(ports_of(inputs), ports_of(outputs), options.name)) {}
Model::Model(detail::Shared<LayerImpl> impl) noexcept : GraphLayer(std::move(impl)) {}

std::vector<Tensor> Model::call(const std::vector<Tensor>& inputs) const {
  return execute(impl_of(*this), std::vector<ConstTensorView>(inputs.begin(), inputs.end()));
}

std::map<std::string, Tensor> Model::call(const std::map<std::string, Tensor>& inputs) const {
  const ModelImpl& model = impl_of(*this);
  std::vector<ConstTensorView> views;
  const std::vector<std::string> names = input_names();
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto found = std::find_if(inputs.begin(), inputs.end(), [&](const auto& entry) {
      return model.find_input(entry.first) == static_cast<int>(i);
    });
    if (found == inputs.end()) {
      fail(ErrorCode::invalid_argument, "[", name(), "] input '", names[i],
           "' is missing; the inputs are ", listed(names));
    }
    views.push_back(found->second.view());
  }
  for (const auto& [key, value] : inputs) {
    if (model.find_input(key) < 0) {
      fail(ErrorCode::invalid_argument, "[", name(), "] there is no input '", key,
           "'; the inputs are ", listed(names));
    }
  }
  const std::vector<Tensor> results = execute(impl_of(*this), views);
  const std::vector<std::string> keys =
      model.outputs().keys.empty() ? output_names() : model.outputs().keys;
  std::map<std::string, Tensor> named;
  for (std::size_t i = 0; i < results.size(); ++i) named.emplace(keys[i], results[i]);
  return named;
}

std::vector<layers::GraphLayer> Model::layers() const {
  std::vector<layers::GraphLayer> result;
  for (const LayerPtr& layer : impl_of(*this).layers())
    result.push_back(Access::make<layers::GraphLayer>(layer));
  return result;
}

namespace {

std::vector<std::shared_ptr<const CallNode>> calls_of(const Model& model,
                                                      const std::string& wanted) {
  std::vector<std::shared_ptr<const CallNode>> found;
  for (const auto& call : impl_of(model).calls()) {
    if (call->layer->name() == wanted) found.push_back(call);
  }
  if (found.empty()) {
    fail(ErrorCode::invalid_argument, "[", model.name(), "] The layer ", wanted,
         " has never been called in this model and thus has no defined input or output.");
  }
  return found;
}

}  // namespace

layers::GraphLayer Model::get_layer(const std::string& wanted) const {
  std::vector<std::string> names;
  for (const LayerPtr& layer : impl_of(*this).layers()) {
    if (layer->name() == wanted) return Access::make<layers::GraphLayer>(layer);
    names.push_back(layer->name());
  }
  fail(ErrorCode::invalid_argument, "[", name(), "] No such layer: ", wanted,
       ". Existing layers are: ", listed(names), ".");
}

std::vector<KerasTensor> Model::layer_inputs(const std::string& wanted) const {
  std::vector<KerasTensor> tensors;
  for (const auto& call : calls_of(*this, wanted))
    tensors.insert(tensors.end(), call->inputs.begin(), call->inputs.end());
  return tensors;
}
std::vector<KerasTensor> Model::layer_outputs(const std::string& wanted) const {
  std::vector<KerasTensor> tensors;
  for (const auto& call : calls_of(*this, wanted)) {
    for (std::size_t i = 0; i < call->outputs.size(); ++i)
      tensors.push_back(Access::make<KerasTensor>(call, static_cast<int>(i)));
  }
  return tensors;
}

std::vector<KerasTensor> Model::inputs() const {
  return impl_of(*this).inputs().tensors;
}
std::vector<KerasTensor> Model::outputs() const {
  return impl_of(*this).outputs().tensors;
}
std::vector<std::string> Model::input_names() const {
  return impl_of(*this).input_names();
}
std::vector<std::string> Model::output_names() const {
  return impl_of(*this).output_names();
}
std::vector<std::string> Model::input_keys() const {
  return impl_of(*this).inputs().keys;
}
std::vector<std::string> Model::output_keys() const {
  return impl_of(*this).outputs().keys;
}

namespace {

Shape only_shape(const layers::GraphLayer& model, const char* what,
                 const std::vector<KerasTensor>& tensors) {
  if (tensors.size() != 1) {
    fail(ErrorCode::invalid_argument, "[", model.name(), "] the model has ", tensors.size(), " ",
         what, "s, not one");
  }
  return tensors[0].shape();
}

}  // namespace

Shape Model::input_shape() const {
  return only_shape(*this, "input", inputs());
}
Shape Model::output_shape() const {
  return only_shape(*this, "output", outputs());
}

SequentialItem::SequentialItem(const KerasTensor& input) : impl_(call_of(input).layer) {
  if (input_spec(*impl_) == nullptr) {
    fail(ErrorCode::invalid_argument,
         "[Sequential] only keras::Input may be added as a tensor; got an output of '",
         impl_->name(), "'");
  }
}
SequentialItem::SequentialItem(const layers::GraphLayer& item) : impl_(Access::share(item)) {}

Sequential::Sequential(std::initializer_list<SequentialItem> items, const ModelOptions& options)
    : Sequential(std::vector<SequentialItem>(items), options) {}

Sequential::Sequential(const std::vector<SequentialItem>& items, const ModelOptions& options)
    : Model(std::make_shared<ModelImpl>(std::vector<LayerPtr>{}, options.name)) {
  for (const SequentialItem& item : items) add(item);
}

Sequential::Sequential(const Model& model) : Model(model) {
  if (impl_of(model).is_sequential()) return;
  fail(ErrorCode::invalid_argument, "[Sequential] model must be a Sequential; got '", model.name(),
       "', whose layers are a graph");
}

void Sequential::add(const SequentialItem& item) {
  impl_of(*this).add(Access::share(item));
}

layers::GraphLayer Sequential::pop() {
  return Access::make<layers::GraphLayer>(impl_of(*this).pop());
}

}  // namespace halfpixel::keras
