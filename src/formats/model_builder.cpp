// Calls are recorded as soon as what they need is there (Kahn's algorithm): files need not be in
// order, and one whose calls wait for each other is refused.
#include "formats/model_builder.hpp"
#include "core/checked.hpp"

#include <algorithm>
#include <deque>
#include <limits>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "formats/file_error.hpp"
#include "formats/json_config.hpp"
#include "layers/wrapper.hpp"
#include "model/record.hpp"
#include "operations/operations.hpp"

namespace halfpixel::formats {
namespace {

using keras::KerasTensor;
using keras::LayerPtr;
using keras::ModelImpl;
using keras::models::LoadOptions;

std::string shown(const LayerEntry& entry) {
  return concat("layer \"", printable(entry.name), "\" (", printable(entry.class_name), ")");
}

template <class Work>
auto naming(const LayerEntry& entry, Work work) {
  try {
    return work();
  } catch (const Error& error) {
    const std::string prefix = shown(entry) + ": ";
    const std::string_view what = error.what();
    fail(error.code(), what.starts_with(prefix) ? std::string(what) : prefix + error.what());
  }
}

// Keras 2 allowed slashes in names.
std::string usable_name(std::string name, std::unordered_set<std::string>& taken) {
  std::replace(name.begin(), name.end(), '/', '_');
  while (!taken.insert(name).second) name += '_';
  return name;
}

struct Item {
  const LayerEntry* entry = nullptr;
  std::string name;
  LayerPtr layer;                                 // of operations: none, each call has its own
  int first_node = 0;                             // the node that its first call has: 0 or 1
  int first_output = 0;                           // the same in the list of outputs
  std::vector<std::vector<KerasTensor>> results;  // by call
  WeightTarget weights;
};

class FunctionalBuilder {
 public:
  FunctionalBuilder(const ModelDescription& description, const LoadOptions& options,
                    keras::BuildContext& context)
      : description_(description), options_(options), context_(context) {}
  ~FunctionalBuilder() {
    // Last calls first: each holds the one before it, and a long chain must not unwind in one
    // recursion.
    while (!recorded_.empty()) recorded_.pop_back();
  }

  BuiltModel build() {
    make_items();
    find_first_nodes();
    record_calls();
    BuiltModel built;
    const keras::Ports inputs = ports(description_.inputs), outputs = ports(description_.outputs);
    check_inputs(inputs);
    for (Item& item : items_) item.results.clear();
    built.model = std::make_shared<ModelImpl>(inputs, outputs, description_.name);
    built.weights.layer = built.model;
    built.weights.class_name = "Functional";
    built.weights.name = description_.name;
    built.weights.is_model = true;
    for (Item& item : items_) {
      // tf_keras' TFOpLambda are layers with a place in weight files, Keras 3's operations are not.
      if (item.entry->kind == EntryKind::operation) continue;
      built.weights.layers.push_back(std::move(item.weights));
    }
    return built;
  }

 private:
  struct Call {
    std::size_t item;
    std::size_t number;
    std::size_t waiting = 0;
    std::vector<std::size_t> users;
  };

  void make_items() {
    std::unordered_set<std::string> taken;
    for (const LayerEntry& entry : description_.layers) {
      Item item;
      item.entry = &entry;
      item.name = usable_name(entry.name, taken);
      by_name_.emplace(entry.name, items_.size());
      items_.push_back(std::move(item));
    }
    // Inputs last: a layer that is refused says more than its input of a strange dtype.
    for (const bool inputs : {false, true}) {
      for (Item& item : items_) {
        if ((item.entry->kind == EntryKind::input) == inputs) make_item(item);
      }
    }
  }

  void make_item(Item& item) {
    const LayerEntry& entry = *item.entry;
    item.weights = {nullptr, entry.class_name, entry.name, false, {}};
    if (entry.kind == EntryKind::operation) return;
    item.weights = naming(entry, [&] { return make_target(entry, item.name, options_, context_); });
    item.layer = item.weights.layer;
  }

  // Node 0 of a nested model may be the inner model's own, so that its calls begin with node 1:
  // everywhere in tf_keras' files, and for Functional models in Keras 3's list of outputs, though
  // not in its calls.
  void find_first_nodes() {
    struct Range {
      int least = std::numeric_limits<int>::max();
      int most = -1;
    };
    std::unordered_map<std::string_view, Range> in_calls, in_outputs;
    const auto note = [](std::unordered_map<std::string_view, Range>& ranges,
                         const TensorRef& ref) {
      Range& range = ranges[ref.layer];
      range = {std::min(range.least, ref.node), std::max(range.most, ref.node)};
    };
    for (const Item& item : items_) {
      for (const InboundCall& call : item.entry->calls) {
        for (const TensorRef& ref : call.inputs) note(in_calls, ref);
      }
    }
    for (const TensorRef& ref : description_.outputs.tensors) note(in_outputs, ref);
    for (Item& item : items_) {
      const bool functional = item.entry->kind == EntryKind::functional;
      if (!functional && item.entry->kind != EntryKind::sequential) continue;
      const auto first_node = [&](const Range& range, bool usual) {
        if (range.least == 0 || range.most < 0) return 0;
        return range.most >= static_cast<int>(item.entry->calls.size()) || usual ? 1 : 0;
      };
      item.first_node = first_node(in_calls[item.entry->name], description_.keras2);
      item.first_output =
          first_node(in_outputs[item.entry->name], description_.keras2 || functional);
    }
  }

  // The item and the number of the call that a tensor comes from.
  std::pair<std::size_t, std::size_t> resolve(const TensorRef& ref, bool output = false) const {
    const auto found = by_name_.find(ref.layer);
    if (found == by_name_.end())
      malformed("there is no layer \"", printable(ref.layer), "\" to take a tensor from");
    const Item& item = items_[found->second];
    const int number = ref.node - (output ? item.first_output : item.first_node);
    const auto calls =
        item.entry->kind == EntryKind::input ? 1 : static_cast<int>(item.entry->calls.size());
    if (number < 0 || number >= calls) {
      malformed("a tensor of call ", ref.node, " of ", shown(*item.entry),
                " is needed, which is called ", calls, " times");
    }
    return {found->second, static_cast<std::size_t>(number)};
  }

  const KerasTensor& tensor(const TensorRef& ref, bool output = false) const {
    const auto [item, number] = resolve(ref, output);
    const auto& results = items_[item].results;
    if (number >= results.size() || ref.tensor >= static_cast<int>(results[number].size())) {
      malformed("output ", ref.tensor, " of ", shown(*items_[item].entry),
                " is needed, which does not exist");
    }
    return results[number][static_cast<std::size_t>(ref.tensor)];
  }

  void record_calls() {
    std::vector<Call> calls;
    std::vector<std::size_t> first(items_.size());  // of each item's calls
    for (std::size_t i = 0; i < items_.size(); ++i) {
      first[i] = calls.size();
      const bool input = items_[i].entry->kind == EntryKind::input;
      const std::size_t count = input ? 1 : items_[i].entry->calls.size();
      items_[i].results.resize(count);
      for (std::size_t k = 0; k < count; ++k) calls.push_back({i, k, 0, {}});
    }
    for (std::size_t c = 0; c < calls.size(); ++c) {
      const LayerEntry& entry = *items_[calls[c].item].entry;
      if (entry.kind == EntryKind::input) continue;
      naming(entry, [&] {
        for (const TensorRef& ref : entry.calls[calls[c].number].inputs) {
          const auto [item, number] = resolve(ref);
          calls[first[item] + number].users.push_back(c);
          ++calls[c].waiting;
        }
      });
    }
    std::deque<std::size_t> ready;
    for (std::size_t c = 0; c < calls.size(); ++c) {
      if (calls[c].waiting == 0) ready.push_back(c);
    }
    std::size_t done = 0;
    for (; !ready.empty(); ++done) {
      const Call& call = calls[ready.front()];
      ready.pop_front();
      record(items_[call.item], call.number);
      for (const std::size_t user : call.users) {
        if (--calls[user].waiting == 0) ready.push_back(user);
      }
    }
    if (done == calls.size()) return;
    for (const Call& call : calls) {
      if (call.waiting != 0)
        malformed(shown(*items_[call.item].entry), ": its input depends on its own output");
    }
  }

  void record(Item& item, std::size_t number) {
    const LayerEntry& entry = *item.entry;
    naming(entry, [&] {
      if (entry.kind == EntryKind::input) {
        item.results[number] = {keras::record_input(item.layer)};
      } else if (entry.kind == EntryKind::operation) {
        record_operation(item, number);
      } else {
        const InboundCall& call = entry.calls[number];
        std::vector<KerasTensor> inputs;
        LayerArguments arguments = layer_arguments(entry, call);
        for (const TensorRef& ref : arguments.tensors) inputs.push_back(tensor(ref));
        const auto* const model = dynamic_cast<const ModelImpl*>(item.layer.get());
        const bool keyed =
            !call.keys.empty() || (model != nullptr && !model->inputs().keys.empty());
        if (!arguments.constants.empty() && model != nullptr &&
            (keyed || arguments.others.find(keras::kMasksOfInputs) != nullptr))
          unsupported(
              "it is called on a constant array in a dict or beside masks: give it an input ",
              "of its own, or a list without masks");
        order_by_key(item, call, inputs);
        item.results[number] = keras::record_all(item.layer, inputs, std::move(arguments.others),
                                                 context_, std::move(arguments.constants));
      }
      recorded_.insert(recorded_.end(), item.results[number].begin(), item.results[number].end());
    });
  }

  void record_operation(Item& item, std::size_t number) {
    const InboundCall& call = item.entry->calls[number];
    if (call.inputs.empty() && call.keras2)
      unsupported(
          "the file does not say what tensors it is called with: tf_keras writes none where ",
          "the first argument is no tensor. Save the model with Keras 3, or with a layer ",
          "(Dot, EinsumDense) in its place");
    if (call.inputs.empty()) malformed("it is called without a tensor");
    if (item.entry->class_name == "Resize" &&
        options_.backend != keras::models::Backend::tensorflow) {
      unsupported("ops.image.resize has TensorFlow's numbers alone, whatever ",
                  "LoadOptions{.backend} or --backend say");
    }
    keras::OperationCall operation{item.entry->config, call.args, call.kwargs};
    const std::string name = number == 0 ? item.name : concat(item.name, "_", number);
    const LayerPtr layer = keras::make_operation(item.entry->class_name, operation, name);
    std::vector<KerasTensor> inputs;
    for (const TensorRef& ref : call.inputs) inputs.push_back(tensor(ref));
    item.results[number] = keras::record_all(layer, inputs, {}, context_);
  }

  // A nested model that has keys, or is called with some. Keras sorts a dict by key: that is the
  // order of a list that a model with keys is called with.
  static void order_by_key(const Item& item, const InboundCall& call,
                           std::vector<KerasTensor>& inputs) {
    const auto* model = dynamic_cast<const ModelImpl*>(item.layer.get());
    std::vector<std::string> keys = call.keys;
    const bool keyed = model != nullptr && !model->inputs().keys.empty();
    if (keyed && inputs.size() != model->inputs().keys.size())
      unsupported("it is called with masks beside a dict");
    if (keys.empty()) {
      if (model == nullptr || model->inputs().keys.size() != inputs.size()) return;
      keys = model->inputs().keys;
      std::sort(keys.begin(), keys.end());
    }
    if (model == nullptr || keys.size() != inputs.size()) unsupported("it is called with a dict");
    std::vector<std::pair<int, KerasTensor>> order;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const int place = model->find_input(keys[i]);
      if (place < 0) malformed("there is no input \"", printable(keys[i]), "\"");
      order.emplace_back(place, inputs[i]);
    }
    std::stable_sort(order.begin(), order.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i] = order[i].second;
  }

  keras::Ports ports(const ModelPorts& described) const {
    keras::Ports ports;
    for (const TensorRef& ref : described.tensors) ports.tensors.push_back(tensor(ref, true));
    ports.keys = described.keys;
    ports.single = described.single;
    return ports;
  }

  static void check_inputs(const keras::Ports& inputs) {
    std::unordered_set<const keras::CallNode*> seen;
    for (const KerasTensor& input : inputs.tensors) {
      if (keras::input_spec(*keras::call_of(input).layer) == nullptr) {
        malformed("the model's input \"", printable(keras::call_of(input).layer->name()),
                  "\" is not an InputLayer");
      }
      if (!seen.insert(&keras::call_of(input)).second) {
        malformed("the model's input \"", printable(keras::call_of(input).layer->name()),
                  "\" is listed twice");
      }
    }
  }

  const ModelDescription& description_;
  const LoadOptions& options_;
  keras::BuildContext& context_;
  std::vector<Item> items_;
  std::unordered_map<std::string, std::size_t> by_name_;
  std::vector<KerasTensor> recorded_;
};

}  // namespace

WeightTarget make_target(const LayerEntry& entry, const std::string& name,
                         const LoadOptions& options, keras::BuildContext& context) {
  WeightTarget target{nullptr, entry.class_name, entry.name, false, {}};
  if (entry.kind == EntryKind::functional || entry.kind == EntryKind::sequential) {
    ModelDescription nested = describe_nested(entry);
    nested.name = name;
    BuiltModel inner = build_model(nested, options, context);
    target = std::move(inner.weights);
    target.layer = inner.model;
    target.name = entry.name;
    return target;
  }
  const Config::Value* wrapped = entry.config.find("layer");
  if (entry.class_name != "TimeDistributed" || wrapped == nullptr) {
    target.layer = make_layer(entry, name, options);
    return target;
  }
  const LayerEntry within = describe_inner(*wrapped);
  WeightTarget inner = naming(within, [&] {
    return make_target(within, within.name.empty() ? name + "_layer" : within.name, options,
                       context);
  });
  Config config = entry.config;
  config.set("name", name);
  target.layer = keras::make_time_distributed(config, inner.layer);
  if (!inner.layers.empty()) target.layers.push_back(std::move(inner));
  return target;
}

BuiltModel build_model(const ModelDescription& description, const LoadOptions& options,
                       keras::BuildContext& context) {
  return description.sequential ? build_sequential(description, options, context)
                                : FunctionalBuilder(description, options, context).build();
}

}  // namespace halfpixel::formats
