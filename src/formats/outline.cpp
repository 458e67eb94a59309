// What a file says of a model that may not load: each layer is made by itself, and what cannot be
// made leaves a gap.
#include <algorithm>
#include <functional>
#include <unordered_map>

#include "core/checked.hpp"
#include "formats/container.hpp"
#include "formats/file_error.hpp"
#include "formats/formats.hpp"
#include "formats/model_builder.hpp"
#include "formats/weight_store.hpp"
#include "frontends/keras_names.hpp"
#include "model/layer_table.hpp"
#include "model/record.hpp"
#include "model/text_table.hpp"
#include "operations/operations.hpp"

namespace halfpixel::formats {
namespace {

using keras::KerasTensor;
using keras::LayerInfo;
using keras::models::LoadOptions;
using keras::models::Outline;

// Elements of all datasets in a group and below it.
std::int64_t stored_elements(const WeightSource& source, const std::string& group, int depth = 0) {
  constexpr int kMostDepth = 64;
  if (depth > kMostDepth) malformed("groups lie too deep");
  std::int64_t sum = 0;
  for (const std::string& member : source.members(group)) {
    const std::string path = concat(group, group.empty() ? "" : "/", member);
    sum += source.has_group(path)
               ? stored_elements(source, path, depth + 1)
               : std::max<std::int64_t>(source.info(path).shape.num_elements(), 0);
  }
  return sum;
}

// Where the file keeps a layer's weights; empty: it does not say.
std::unordered_map<std::string, std::string> weight_groups(const WeightSource& source,
                                                           const std::vector<LayerEntry>& layers) {
  std::unordered_map<std::string, std::string> groups;
  const WeightLayout layout = find_layout(source);
  if (layout == WeightLayout::legacy) {
    const std::string root = source.has_group("model_weights") ? "model_weights" : "";
    for (const std::string& name :
         source.texts(root, "layer_names").value_or(std::vector<std::string>{}))
      groups[name] = root.empty() ? name : root + "/" + name;
  } else if (layout == WeightLayout::keras3) {
    std::unordered_map<std::string, int> used;
    for (const LayerEntry& entry : layers) {  // as the writer counts classes
      if (entry.kind == EntryKind::operation) continue;
      const std::string snake = keras::to_snake_case(entry.class_name);
      const int number = used[snake]++;
      groups[entry.name] = number == 0 ? "layers/" + snake : concat("layers/", snake, "_", number);
    }
    for (const std::string& member : source.members("layers")) {
      if (const auto name = source.text("layers/" + member + "/vars", "name"))
        groups[*name] = "layers/" + member;
    }
  }
  return groups;
}

class Sketch {
 public:
  Sketch(const ModelDescription& description, const WeightSource* weights,
         const LoadOptions& options, keras::BuildContext& context)
      : description_(description), weights_(weights), options_(options), context_(context) {}
  ~Sketch() {
    while (!recorded_.empty()) recorded_.pop_back();  // the last first: see FunctionalBuilder
  }

  Outline draw() {
    outline_.name = description_.name;
    for (const LayerEntry& entry : description_.layers) {
      places_.emplace(entry.name, items_.size());
      items_.push_back({&entry, nullptr, {}, {}});
      make(items_.back());
    }
    description_.sequential ? record_chain() : record_calls();
    const auto groups = weights_ != nullptr ? weight_groups(*weights_, description_.layers)
                                            : std::unordered_map<std::string, std::string>{};
    for (const Item& item : items_) {
      LayerInfo info = row(item, groups);
      if (description_.sequential && !outline_.layers.empty())
        info.connected_to = {{outline_.layers.back().name, 0, 0}};
      outline_.layers.push_back(std::move(info));
    }
    return std::move(outline_);
  }

 private:
  struct Item {
    const LayerEntry* entry;
    keras::LayerPtr layer;                          // null: not known, or an operation
    std::vector<std::vector<KerasTensor>> results;  // by call; empty: not known
    std::vector<bool> done;
  };

  template <class Work>
  void trying(const LayerEntry& entry, Work work) {
    try {
      work();
    } catch (const Error& error) {
      constexpr std::size_t kMost = 20;
      std::string what = error.what();
      if (!what.starts_with("layer \""))
        what = concat("layer \"", printable(entry.name), "\" (", printable(entry.class_name),
                      "): ", what);
      if (outline_.problems.size() < kMost) outline_.problems.push_back(std::move(what));
    }
  }

  void make(Item& item) {
    const LayerEntry& entry = *item.entry;
    const bool input = entry.kind == EntryKind::input;
    item.results.resize(input ? 1 : entry.calls.size());
    item.done.resize(item.results.size(), false);
    if (entry.kind == EntryKind::operation) return;
    trying(entry, [&] {
      std::string name = entry.name;
      std::replace(name.begin(), name.end(), '/', '_');
      item.layer = make_target(entry, name, options_, context_).layer;
      if (input) set(item, 0, {keras::record_input(item.layer)});
    });
  }

  void set(Item& item, std::size_t number, std::vector<KerasTensor> results) {
    recorded_.insert(recorded_.end(), results.begin(), results.end());
    item.results[number] = std::move(results);
    item.done[number] = true;
  }

  // Null: not known. A nested model's own first call may be counted: see FunctionalBuilder.
  const KerasTensor* tensor(const TensorRef& ref) const {
    const auto found = places_.find(ref.layer);
    if (found == places_.end()) return nullptr;
    const Item& item = items_[found->second];
    auto number = static_cast<std::size_t>(ref.node);
    if (number == item.results.size() && number > 0) --number;
    if (number >= item.results.size()) return nullptr;
    const auto& results = item.results[number];
    const auto at = static_cast<std::size_t>(ref.tensor);
    return at < results.size() ? &results[at] : nullptr;
  }

  bool collect(const std::vector<TensorRef>& refs, std::vector<KerasTensor>& inputs) const {
    for (const TensorRef& ref : refs) {
      const KerasTensor* const found = tensor(ref);
      if (found == nullptr) return false;
      inputs.push_back(*found);
    }
    return !inputs.empty();
  }

  void record(Item& item, std::size_t number) {
    const InboundCall& call = item.entry->calls[number];
    std::vector<KerasTensor> inputs;
    if (!collect(call.inputs, inputs)) return;
    const bool operation = item.entry->kind == EntryKind::operation;
    item.done[number] = true;
    if (!operation && (item.layer == nullptr || !call.keys.empty())) return;
    trying(*item.entry, [&] {
      if (operation) {
        const keras::OperationCall described{item.entry->config, call.args, call.kwargs};
        const auto layer = keras::make_operation(item.entry->class_name, described, {});
        set(item, number, keras::record_all(layer, inputs, {}, context_));
        return;
      }
      LayerArguments arguments = layer_arguments(*item.entry, call);
      inputs.clear();
      if (collect(arguments.tensors, inputs))
        set(item, number,
            keras::record_all(item.layer, inputs, arguments.others, context_,
                              std::move(arguments.constants)));
    });
  }

  // Files have layers in the order of their calls, nearly.
  void record_calls() {
    constexpr int kMostRounds = 50;
    bool progress = true;
    for (int round = 0; progress && round < kMostRounds; ++round) {
      progress = false;
      for (Item& item : items_) {
        for (std::size_t i = 0; i < item.entry->calls.size(); ++i) {
          if (item.done[i]) continue;
          record(item, i);
          progress = progress || item.done[i];
        }
      }
    }
  }

  void record_chain() {
    std::vector<KerasTensor> x;
    for (Item& item : items_) {
      const bool input = item.entry->kind == EntryKind::input;
      if (!input) {
        item.results.assign(1, {});
        item.done.assign(1, false);
        if (item.layer != nullptr && x.size() == 1)
          trying(*item.entry,
                 [&] { set(item, 0, keras::record_all(item.layer, x, {}, context_)); });
      }
      x = item.results[0];
    }
  }

  LayerInfo row(const Item& item,
                const std::unordered_map<std::string, std::string>& groups) const {
    const LayerEntry& entry = *item.entry;
    LayerInfo info;
    info.name = entry.name;
    info.class_name = item.layer != nullptr ? item.layer->class_name() : entry.class_name;
    info.is_operation = entry.kind == EntryKind::operation;
    info.built = true;
    info.calls = static_cast<int>(item.results.size());
    if (!item.results.empty()) {
      for (const KerasTensor& y : item.results.back()) info.output_shapes.push_back(y.shape());
    }
    for (const InboundCall& call : entry.calls) {
      for (const TensorRef& ref : call.inputs)
        info.connected_to.push_back({ref.layer, ref.node, ref.tensor});
    }
    if (item.layer != nullptr && (item.layer->built() || entry.kind == EntryKind::input)) {
      info.parameters = item.layer->count_params();
    } else if (!info.is_operation) {
      const auto group = groups.find(entry.name);
      if (group != groups.end()) {
        info.parameters =
            weights_->has_group(group->second) ? stored_elements(*weights_, group->second) : 0;
      } else {
        info.parameters = weights_ != nullptr ? 0 : -1;
      }
    }
    return info;
  }

  const ModelDescription& description_;
  const WeightSource* weights_;
  const LoadOptions& options_;
  keras::BuildContext& context_;
  std::vector<Item> items_;
  std::unordered_map<std::string, std::size_t> places_;
  std::vector<KerasTensor> recorded_;
  Outline outline_;
};

}  // namespace

Outline outline_file(const std::filesystem::path& path, const LoadOptions& options) {
  return speaking_of("load_model", path.string(), [&] {
    const ByteLimit limit{options.limits.memory_bytes};
    Container container = open_model(path, limit);
    container.config = with_old_meanings(std::move(container.config));
    const ModelDescription description = describe_model(container.config);
    keras::BuildContext context(variable_bytes(options, container.weight_bytes));
    return Sketch(description, container.weights.get(), options, context).draw();
  });
}

}  // namespace halfpixel::formats

namespace halfpixel::keras {

models::Outline models::outline(const Path& path, const LoadOptions& options) {
  return formats::outline_file(path.str(), options);
}

void models::Outline::print(std::ostream& out) const {
  out << "Model: \"" << plain_text(name) << "\"\n";
  print_layer_table(out, layers, is_chain(layers));
  std::int64_t known = 0;
  bool all = true;
  for (const LayerInfo& info : layers) {
    all = all && info.parameters >= 0;
    known += std::max<std::int64_t>(info.parameters, 0);
  }
  out << concat(" Total params: ", all ? "" : "at least ", known, "\n");
  for (const std::string& problem : problems) {  // what is wrong, without what to do
    const std::size_t end = std::min(problem.find("; "), problem.find(". "));
    out << " Not loaded: " << plain_text(problem.substr(0, end)) << '\n';
  }
}

}  // namespace halfpixel::keras
