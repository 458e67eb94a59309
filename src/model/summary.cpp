// Model::summary, as Keras 3 prints it, and what it is made of.
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include <halfpixel/keras/model.hpp>

#include "core/checked.hpp"
#include "model/layer_table.hpp"
#include "model/model_impl.hpp"
#include "model/text_table.hpp"

namespace halfpixel::keras {
namespace {

std::string with_commas(std::int64_t value) {
  std::string text = std::to_string(value);
  for (std::size_t i = text.size(); i > 3;) text.insert(i -= 3, ",");
  return text;
}

std::string readable_bytes(double bytes) {
  const char* unit = "B";
  for (const char* larger : {"KB", "MB", "GB", "TB", "PB"}) {
    if (bytes < 1024) break;
    bytes /= 1024;
    unit = larger;
  }
  char text[64];
  std::snprintf(text, sizeof text, "%.2f %s", bytes, unit);
  return text;
}

struct Total {
  std::int64_t count = 0;
  double bytes = 0;
  std::string text(const char* what) const {
    return concat(" ", what, " params: ", with_commas(count), " (", readable_bytes(bytes), ")\n");
  }
};

// Each variable once, however often its layer is used.
void add_variables(const LayerImpl& layer, bool trainable,
                   std::unordered_set<const LayerImpl*>& seen, Total& trained, Total& fixed) {
  if (!seen.insert(&layer).second) return;
  trainable = trainable && layer.trainable();
  for (const Variable& variable : layer.variables()) {
    if (variable.alias) continue;
    Total& total = trainable && variable.trainable ? trained : fixed;
    const DType stored = is_floating(variable.value.dtype()) ? layer.policy().variable_dtype()
                                                             : variable.value.dtype();
    total.count += variable.value.size();
    total.bytes +=
        static_cast<double>(variable.value.size()) * static_cast<double>(size_of(stored));
  }
  for (const auto& [key, inner] : layer.sublayers())
    add_variables(*inner, trainable, seen, trained, fixed);
}

// The calls of each layer within the model, in the order in which they were recorded.
struct Calls {
  std::unordered_map<const LayerImpl*, std::vector<const CallNode*>> of;
  std::unordered_map<const CallNode*, int> number;

  explicit Calls(const ModelImpl& model) {
    for (const auto& call : model.calls()) of[call->layer.get()].push_back(call.get());
    for (auto& [layer, list] : of) {
      std::sort(list.begin(), list.end(),
                [](const CallNode* a, const CallNode* b) { return a->serial < b->serial; });
      for (std::size_t i = 0; i < list.size(); ++i) number[list[i]] = static_cast<int>(i);
    }
  }
};

std::string shape_text(const LayerInfo& info) {
  if (info.output_shapes.empty()) return "?";
  if (info.output_shapes.size() == 1) return info.output_shapes[0].str();
  std::string text;
  for (const Shape& shape : info.output_shapes) text += (text.empty() ? "" : ", ") + shape.str();
  return "[" + text + "]";
}

std::string connections_text(const LayerInfo& info) {
  std::string text;
  for (const LayerConnection& c : info.connected_to) {
    text += concat(text.empty() ? "" : ", ", plain_text(c.layer), "[", c.call, "][", c.output, "]");
  }
  return text.empty() ? "-" : text;
}

}  // namespace

bool is_chain(const std::vector<LayerInfo>& layers) {
  std::set<std::string> feeding;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const auto& inputs = layers[i].connected_to;
    if (layers[i].calls > 1 || inputs.size() != (i == 0 ? 0u : 1u)) return false;
    if (i > 0 && !feeding.insert(inputs[0].layer).second) return false;
  }
  return true;
}

void print_layer_table(std::ostream& out, const std::vector<LayerInfo>& layers, bool chain) {
  std::vector<TextColumn> columns = {
      {"Layer (type)", 0.45}, {"Output Shape", 0.80}, {"Param #", 1.0, true}};
  if (!chain)
    columns = {{"Layer (type)", 0.3},
               {"Output Shape", 0.56},
               {"Param #", 0.74, true},
               {"Connected to", 1.0}};
  std::vector<TextRow> rows;
  for (const LayerInfo& info : layers) {
    TextRow row = {
        plain_text(info.name) + " (" + plain_text(info.class_name) + ")", shape_text(info),
        info.parameters < 0 ? "?"
                            : with_commas(info.parameters) + (info.built ? "" : " (unbuilt)")};
    if (!chain) row.push_back(connections_text(info));
    rows.push_back(std::move(row));
  }
  print_table(out, columns, rows, std::max(std::min(chain ? 88 : 108, terminal_columns() - 4), 24));
}

std::vector<LayerInfo> Model::layer_infos() const {
  const ModelImpl& model = impl_of(*this);
  const Calls calls(model);
  std::vector<LayerInfo> infos;
  for (const LayerPtr& layer : model.layers()) {
    LayerInfo info;
    info.name = layer->name();
    info.class_name = layer->class_name();
    info.is_operation = layer->is_operation();
    info.built = layer->built() || info.is_operation || input_spec(*layer) != nullptr;
    info.parameters = info.built ? layer->count_params() : 0;
    if (const auto found = calls.of.find(layer.get()); found != calls.of.end()) {
      info.calls = static_cast<int>(found->second.size());
      for (const Spec& spec : found->second.back()->outputs)
        info.output_shapes.push_back(spec.shape);
      for (const CallNode* call : found->second) {
        for (const KerasTensor& input : call->inputs) {
          const CallNode* from = &call_of(input);
          info.connected_to.push_back(
              {from->layer->name(), calls.number.at(from), Access::index(input)});
        }
      }
    }
    infos.push_back(std::move(info));
  }
  return infos;
}

void Model::summary() const {
  summary(std::cout);
  std::cout.flush();
}

void Model::summary(std::ostream& out) const {
  const ModelImpl& model = impl_of(*this);
  const std::vector<LayerInfo> layers = layer_infos();
  const bool chain = model.is_sequential() || is_chain(layers);
  Total trained, fixed;
  std::unordered_set<const LayerImpl*> seen;
  add_variables(model, true, seen, trained, fixed);
  const Total total{trained.count + fixed.count, trained.bytes + fixed.bytes};
  out << "Model: \"" << plain_text(name()) << "\"\n";
  print_layer_table(out, layers, chain);
  out << total.text("Total") << trained.text("Trainable") << fixed.text("Non-trainable");
}

}  // namespace halfpixel::keras
