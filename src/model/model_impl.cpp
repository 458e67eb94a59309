#include "model/model_impl.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"

namespace halfpixel::keras {
namespace {

using NodePtr = std::shared_ptr<const CallNode>;

// Keras' map_graph: depth of each call counted from the outputs, layers at their deepest call.
struct Traversal {
  std::vector<NodePtr> calls;                             // inputs before users
  std::unordered_map<const LayerImpl*, int> layer_order;  // order of discovery

  // Depth first without recursion: models from files may be as deep as their layer count.
  void visit(const NodePtr& root, const std::unordered_set<const CallNode*>& stop) {
    struct Frame {
      NodePtr node;
      std::size_t next = 0;
    };
    std::vector<Frame> stack;
    const auto enter = [&](const NodePtr& node) {
      if (!seen.insert(node.get()).second) return;
      layer_order.emplace(node->layer.get(), static_cast<int>(layer_order.size()));
      stack.push_back({node});
    };
    enter(root);
    while (!stack.empty()) {
      Frame& frame = stack.back();
      if (stop.count(frame.node.get()) == 0 && frame.next < frame.node->inputs.size()) {
        enter(node_of(frame.node->inputs[frame.next++]));
      } else {
        calls.push_back(frame.node);
        stack.pop_back();
      }
    }
  }

 private:
  std::unordered_set<const CallNode*> seen;
};

int position(const std::vector<std::string>& names, const std::vector<std::string>& keys,
             const std::string& wanted) {
  for (const auto* list : {&keys, &names}) {
    const auto found = std::find(list->begin(), list->end(), wanted);
    if (found != list->end()) return static_cast<int>(found - list->begin());
  }
  return -1;
}

// Dictionaries are flattened by sorted key, as Keras does.
Ports sorted(Ports ports) {
  std::vector<std::size_t> order(ports.keys.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return ports.keys[a] < ports.keys[b]; });
  Ports result = ports;
  for (std::size_t i = 0; i < order.size(); ++i) {
    result.keys[i] = ports.keys[order[i]];
    result.tensors[i] = ports.tensors[order[i]];
  }
  return result;
}

// Whether `wanted` is this layer or stands inside it.
bool holds(const LayerImpl& layer, const LayerImpl& wanted) {
  if (&layer == &wanted) return true;
  const auto inner = layer.sublayers();
  return std::any_of(inner.begin(), inner.end(),
                     [&](const auto& entry) { return holds(*entry.second, wanted); });
}

}  // namespace

ModelImpl::ModelImpl(Ports inputs, Ports outputs, std::string name)
    : LayerImpl("Functional", std::move(name), DTypePolicy("float32"), true),
      inputs_(sorted(std::move(inputs))),
      outputs_(sorted(std::move(outputs))) {
  if (inputs_.tensors.empty() || outputs_.tensors.empty())
    refuse("inputs and outputs must not be empty");
  sort();
  built_ = true;
}

ModelImpl::ModelImpl(std::vector<LayerPtr> items, std::string name, bool trainable,
                     BuildContext& context)
    : LayerImpl("Sequential", std::move(name), DTypePolicy("float32"), trainable),
      sequential_(true) {
  for (LayerPtr& item : items) add(std::move(item), context);
}

ModelImpl::~ModelImpl() {
  // Last calls first: each holds the one before it, and a long chain must not unwind in one
  // recursion.
  inputs_ = outputs_ = {};
  while (!calls_.empty()) calls_.pop_back();
}

void ModelImpl::add(LayerPtr item, BuildContext& context) {
  if (input_spec(*item) != nullptr) {
    if (input_layer_ != nullptr || !layers_.empty()) {
      refuse("an Input must stand first in a Sequential, and only there; got '" + item->name() +
             "'");
    }
    changed();
    input_layer_ = std::move(item);
    return;
  }
  for (const LayerPtr& layer : layers_) {
    if (layer->name() == item->name()) {
      refuse("All layers added to a Sequential model should have unique names. Name '" +
             item->name() + "' is already the name of a layer in this model.");
    }
  }
  if (holds(*item, *this)) refuse("a model must not be added to itself; got '", item->name(), "'");
  // A layer that does not fit behind the others leaves the model as it was.
  const auto before = std::tuple(inputs_, outputs_, calls_, built_.load());
  outputs_ = {};
  built_ = false;
  layers_.push_back(std::move(item));
  try {
    if (input_layer_ != nullptr) connect(context);
  } catch (...) {
    layers_.pop_back();
    bool built = false;
    std::tie(inputs_, outputs_, calls_, built) = before;
    built_ = built;
    throw;
  }
  changed();
}

LayerPtr ModelImpl::pop(BuildContext& context) {
  if (layers_.empty()) refuse("pop() must find a layer; got a Sequential that has none");
  LayerPtr last = layers_.back();
  layers_.pop_back();
  inputs_ = outputs_ = {};
  while (!calls_.empty()) calls_.pop_back();
  built_ = false;
  if (input_layer_ != nullptr && !layers_.empty()) connect(context);
  changed();
  return last;
}

void ModelImpl::connect(BuildContext& context) {
  const KerasTensor start = record_input(input_layer_);
  KerasTensor x = start;
  calls_ = {node_of(start)};
  for (const LayerPtr& layer : layers_) {
    x = record(layer, {x}, context);
    calls_.push_back(node_of(x));
  }
  inputs_ = {{start}, {}, true};
  outputs_ = {{x}, {}, true};
  built_ = true;
}

void ModelImpl::build(BuildContext& context, std::span<const Spec> inputs) {
  if (inputs.size() != 1) refuse("one input is needed; got ", inputs.size());
  if (layers_.empty()) refuse("Sequential model has no layers to call");
  Spec spec = inputs[0];
  if (spec.shape.rank() > 0) spec.shape[0] = kUnknown;
  input_layer_ = make_input_layer(spec.shape, spec.dtype, "input_layer");
  connect(context);
}

void ModelImpl::sort() {
  std::unordered_set<const CallNode*> starts;
  for (const KerasTensor& input : inputs_.tensors) starts.insert(&call_of(input));
  Traversal traversal;
  for (const KerasTensor& output : outputs_.tensors) traversal.visit(node_of(output), starts);
  for (const KerasTensor& input : inputs_.tensors) traversal.visit(node_of(input), starts);
  std::unordered_map<const CallNode*, int> depth;
  std::unordered_map<const LayerImpl*, int> layer_depth;
  for (auto call = traversal.calls.rbegin(); call != traversal.calls.rend(); ++call) {
    int& own = depth[call->get()];
    int& layer = layer_depth[(*call)->layer.get()];
    own = layer = std::max(own, layer);
    const int above = own + 1;
    if (starts.count(call->get()) != 0) continue;
    for (const KerasTensor& input : (*call)->inputs) {
      int& below = depth[&call_of(input)];
      below = std::max(below, above);
    }
  }
  calls_ = traversal.calls;
  for (const auto& call : calls_) {
    if (input_spec(*call->layer) != nullptr && starts.count(call.get()) == 0) {
      refuse("`inputs` not connected to `outputs`: layer '" + call->layer->name() +
             "' is an input that was not given");
    }
    if (std::find(layers_.begin(), layers_.end(), call->layer) == layers_.end())
      layers_.push_back(call->layer);
  }
  std::stable_sort(layers_.begin(), layers_.end(), [&](const LayerPtr& a, const LayerPtr& b) {
    const int da = layer_depth[a.get()], db = layer_depth[b.get()];
    return da != db ? da > db : traversal.layer_order[a.get()] < traversal.layer_order[b.get()];
  });
  std::set<std::string> names;
  for (const LayerPtr& layer : layers_) {
    if (!names.insert(layer->name()).second) {
      refuse("The name '" + layer->name() +
             "' is used more than once in the model; all layer names must be unique");
    }
  }
}

std::vector<std::string> ModelImpl::input_names() const {
  std::vector<std::string> names;
  for (const KerasTensor& tensor : inputs_.tensors) names.push_back(call_of(tensor).layer->name());
  return names;
}

std::vector<std::string> ModelImpl::output_names() const {
  std::vector<std::string> names;
  for (const KerasTensor& tensor : outputs_.tensors) {
    const std::string& layer = call_of(tensor).layer->name();
    std::string name = layer;
    for (int k = 1; std::find(names.begin(), names.end(), name) != names.end(); ++k) {
      name = concat(layer, "_", k);
    }
    names.push_back(std::move(name));
  }
  return names;
}

int ModelImpl::find_input(const std::string& name) const {
  return position(input_names(), inputs_.keys, name);
}
int ModelImpl::find_output(const std::string& name) const {
  return position(output_names(), outputs_.keys, name);
}

std::vector<ValueId> ModelImpl::call(Builder& builder, std::span<const ValueId> inputs) const {
  if (inputs.size() != inputs_.tensors.size()) {
    refuse("Layer \"", name(), "\" expects ", inputs_.tensors.size(), " input(s), but it received ",
           inputs.size(), " input tensors.");
  }
  std::unordered_map<const CallNode*, std::vector<ValueId>> values;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Shape& wanted = inputs_.tensors[i].shape();
    const Shape& got = builder.shape(inputs[i]);
    bool fits = wanted.rank() == got.rank();
    for (int a = 0; fits && a < got.rank(); ++a) {
      fits = wanted[a] == kUnknown || got[a] == kUnknown || wanted[a] == got[a];
    }
    if (!fits) {
      refuse("Input " + std::to_string(i) + " '" + call_of(inputs_.tensors[i]).layer->name() +
             "' is incompatible with the model: expected shape=" + wanted.str() +
             ", found shape=" + got.str());
    }
    values[&call_of(inputs_.tensors[i])].push_back(inputs[i]);
  }
  const auto value_of = [&](const KerasTensor& tensor) {
    return values.at(&call_of(tensor)).at(static_cast<std::size_t>(Access::index(tensor)));
  };
  for (const auto& node : calls_) {
    if (values.count(node.get()) != 0) continue;
    std::vector<ValueId> arguments;
    for (const KerasTensor& input : node->inputs) arguments.push_back(value_of(input));
    values[node.get()] = node->layer->invoke(builder, arguments, node->arguments, node->constants);
  }
  std::vector<ValueId> results;
  for (const KerasTensor& output : outputs_.tensors) results.push_back(value_of(output));
  return results;
}

std::vector<ValueId> ModelImpl::call_with_arguments(Builder& builder,
                                                    std::span<const ValueId> inputs,
                                                    const Config& arguments) const {
  const auto* const masks = arguments.find<Config::List>(kMasksOfInputs);
  if (masks == nullptr || arguments.items().size() != 1 || masks->size() > inputs.size())
    return LayerImpl::call_with_arguments(builder, inputs, arguments);
  std::deque<Builder::OtherMask> set;
  std::size_t next = masks->size();
  for (std::size_t i = 0; i < masks->size(); ++i) {
    const bool* const given = (*masks)[i].get_if<bool>();
    if (given == nullptr || !*given) continue;
    if (next == inputs.size()) refuse("fewer masks than are said");
    set.emplace_back(builder, inputs[i], inputs[next++]);
  }
  return call(builder, inputs.first(masks->size()));
}

std::vector<std::pair<std::string, LayerPtr>> ModelImpl::sublayers() const {
  std::vector<std::pair<std::string, LayerPtr>> result;
  for (const LayerPtr& layer : layers_) result.emplace_back(layer->name(), layer);
  return result;
}

DType ModelImpl::output_dtype(std::span<const Spec>) const {
  return connected() ? outputs_.tensors[0].dtype() : DType::float32;
}

}  // namespace halfpixel::keras
