// RNN, StackedRNNCells and Bidirectional: recurrent layers that hold others.
#include <array>
#include <memory>

#include "frontends/keras_names.hpp"
#include "graph/ops/binary.hpp"
#include "graph/ops/concat.hpp"
#include "graph/ops/slice.hpp"
#include "layers/recurrent.hpp"

namespace halfpixel::keras {
namespace {

// A list of cells, as a field.
struct Cells {
  std::vector<LayerPtr> layers;
};
void read_field(const ConfigReader& reader, std::string_view key, Cells& field) {
  const auto* const list = reader.find<Config::List>(key);
  if (list == nullptr) reader.refuse(key, "a list of cells");
  for (const Config::Value& serialized : *list) {
    Config one;
    one.set("cell", serialized);
    Wrapped cell;
    read_field(ConfigReader(reader.class_name(), one), "cell", cell);
    field.layers.push_back(cell.layer);
  }
}
Config::Value field_value(const Cells& field) {
  Config::List list;
  for (const LayerPtr& layer : field.layers) list.push_back(field_value(Wrapped{layer}));
  return list;
}

const CellImpl* as_cell(const LayerPtr& layer) {
  return dynamic_cast<const CellImpl*>(layer.get());
}

struct StackOptions {
  Cells cells;
  bool reverse_state_order = false;  // tf_keras
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};

class StackedRNNCellsImpl final : public LayerOf<StackedRNNCellsImpl, StackOptions, CellImpl> {
 public:
  StackedRNNCellsImpl(std::string_view class_name, const Options& o) : LayerOf(class_name, o) {
    if (o.cells.layers.empty()) refuse("needs at least one cell");
    if (o.reverse_state_order) refuse("reverse_state_order=True is not supported");
    for (const LayerPtr& layer : o.cells.layers) {
      if (as_cell(layer) == nullptr) refuse("must hold cells; got ", layer->class_name());
    }
  }
  static void fields(auto& v, auto& o) {
    v.formerly("reverse_state_order", o.reverse_state_order);
    v("cells", o.cells);
  }

  std::size_t state_count() const override {
    std::size_t count = 0;
    for (const LayerPtr& layer : options_.cells.layers) count += as_cell(layer)->state_count();
    return count;
  }
  // One cell through the whole sequence, then the next: what a masked step gives the next cell is
  // masked there too.
  std::vector<ValueId> unroll(Builder& builder, const Sequence& sequence) const override {
    std::vector<ValueId> output, states;
    Sequence part = sequence;
    std::size_t next = 0;
    for (const LayerPtr& layer : options_.cells.layers) {
      const std::size_t count = as_cell(layer)->state_count();
      part.return_sequences = sequence.return_sequences || layer != options_.cells.layers.back();
      if (!sequence.states.empty()) {
        const auto begin = sequence.states.begin() + static_cast<std::ptrdiff_t>(next);
        part.states.assign(begin, begin + static_cast<std::ptrdiff_t>(count));
      }
      next += count;
      output = as_cell(layer)->unroll(builder, part);
      part.x = output[0];
      states.insert(states.end(), output.begin() + 1, output.end());
    }
    states.insert(states.begin(), output[0]);
    return states;
  }
  // Keras counts the classes: cells/lstm_cell, cells/gru_cell, cells/lstm_cell_1.
  std::vector<std::pair<std::string, LayerPtr>> sublayers() const override {
    std::vector<std::pair<std::string, LayerPtr>> all;
    for (std::size_t i = 0; i < options_.cells.layers.size(); ++i) {
      const LayerPtr& layer = options_.cells.layers[i];
      int number = 0;
      for (std::size_t k = 0; k < i; ++k) {
        number += options_.cells.layers[k]->class_name() == layer->class_name() ? 1 : 0;
      }
      const std::string key = "cells/" + to_snake_case(layer->class_name());
      all.emplace_back(number == 0 ? key : concat(key, "_", number), layer);
    }
    return all;
  }

 protected:
  void build(BuildContext& context, std::span<const Spec> inputs) override {
    Spec step = inputs[0];
    for (const LayerPtr& layer : options_.cells.layers) {
      layer->ensure_built(std::span(&step, 1), context);
      const Shape& kernel = layer->variables().at(1).value.shape();  // recurrent_kernel
      step = {{step.shape[0], kernel.at(-2)}, DType::float32};
    }
  }
};

struct RNNOptions : SequenceOptions {
  Wrapped wrapped;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};

class RNNImpl final : public LayerOf<RNNImpl, RNNOptions, RecurrentImpl> {
 public:
  RNNImpl(std::string_view class_name, const Options& o) : LayerOf(class_name, o) {
    check_sequence_options();
    if (as_cell(o.wrapped.layer) == nullptr) {
      refuse("cell must be a cell; got ", o.wrapped.layer->class_name());
    }
    set_cell(o.wrapped.layer);
  }
  static void fields(auto& v, auto& o) {
    sequence_fields(v, o);
    v("cell", o.wrapped);
  }
  const SequenceOptions& sequence_options() const override { return options_; }
  void set_zero_output_for_mask(bool zero) override { options_.zero_output_for_mask = zero; }
};

// The layer of the other direction; absent: the same one, turned round.
struct BackwardLayer : Wrapped {};
void read_field(const ConfigReader& reader, std::string_view key, BackwardLayer& field) {
  if (reader.has(key)) read_field(reader, key, static_cast<Wrapped&>(field));
}

struct MergeMode {
  std::optional<std::string> name = "concat";  // none: both results apart
};
void read_field(const ConfigReader& reader, std::string_view key, MergeMode& field) {
  if (reader.config().find(key) == nullptr) return;
  field.name.reset();
  if (reader.has(key)) field.name = reader.text(key, {});
}
Config::Value field_value(const MergeMode& field) {
  return field.name ? Config::Value(*field.name) : Config::Value();
}

struct BidirectionalOptions {
  MergeMode merge_mode;
  Wrapped forward;
  BackwardLayer backward;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};

std::string renamed(std::string_view prefix, std::string_view name) {
  return concat(prefix, name.starts_with(prefix) ? name.substr(prefix.size()) : name);
}

class BidirectionalImpl final : public LayerOf<BidirectionalImpl, BidirectionalOptions> {
 public:
  BidirectionalImpl(std::string_view class_name, const Options& o) : LayerOf(class_name, o) {
    LayerPtr& forward = options_.forward.layer;
    LayerPtr& backward = options_.backward.layer;
    if (dynamic_cast<RecurrentImpl*>(forward.get()) == nullptr)
      refuse("layer must be recurrent; got ", forward->class_name());
    if (backward == nullptr) {
      Config config = forward->get_config();
      config.set("name", renamed("backward_", forward->name()));
      config.set("go_backwards", !of(forward).sequence_options().go_backwards);
      backward = find_layer(forward->class_name())->from_config(config);
    }
    if (dynamic_cast<RecurrentImpl*>(backward.get()) == nullptr)
      refuse("backward_layer must be recurrent; got ", backward->class_name());
    forward->rename(renamed("forward_", forward->name()));
    const SequenceOptions &one = of(forward).sequence_options(),
                          &other = of(backward).sequence_options();
    if (one.go_backwards == other.go_backwards || one.return_state != other.return_state ||
        one.return_sequences != other.return_sequences) {
      refuse(
          "Forward layer and backward layer must have different `go_backwards` and the same "
          "`return_sequences` and `return_state`");
    }
    const auto& mode = o.merge_mode.name;
    if (mode && *mode != "concat" && *mode != "sum" && *mode != "mul" && *mode != "ave") {
      refuse("merge_mode must be one of concat, sum, mul, ave and null; got ", *mode);
    }
    const bool zero = one.return_sequences;
    of(forward).set_zero_output_for_mask(zero);
    of(backward).set_zero_output_for_mask(zero);
  }

  bool takes_several() const override { return true; }
  static void fields(auto& v, auto& o) {
    v("merge_mode", o.merge_mode);
    v("layer", o.forward);
    v("backward_layer", o.backward);
  }

  std::vector<std::pair<std::string, LayerPtr>> sublayers() const override {
    return {{"forward_layer", options_.forward.layer}, {"backward_layer", options_.backward.layer}};
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    return call_with_arguments(builder, inputs, {});
  }
  std::vector<ValueId> call_with_arguments(Builder& builder, std::span<const ValueId> inputs,
                                           const Config& arguments) const override {
    const RecurrentImpl::Call call = RecurrentImpl::read_call(*this, builder, inputs, arguments);
    const SequenceOptions& o = of(options_.forward.layer).sequence_options();
    const std::size_t half = call.states.size() / 2;
    const auto run = [&](const LayerPtr& layer, std::size_t begin, std::size_t end) {
      std::vector<ValueId> ids = {inputs[0]};
      Config said;
      said.set("initial_state", true);  // what the mask is has been found out
      for (std::size_t i = begin; i < end; ++i) ids.push_back(call.states[i]);
      if (call.mask) {
        ids.push_back(*call.mask);
        said.set("mask", true);
      }
      return layer->invoke(builder, ids, said);
    };
    const std::vector<ValueId> one = run(options_.forward.layer, 0, half);
    std::vector<ValueId> other = run(options_.backward.layer, half, call.states.size());
    if (o.return_sequences) other[0] = builder.add1(graph::make_flip({1}), {other[0]});
    std::vector<ValueId> results = merge(builder, one[0], other[0]);
    if (o.return_sequences && call.mask) {
      for (const ValueId id : results) builder.set_mask(id, *call.mask);
    }
    results.insert(results.end(), one.begin() + 1, one.end());
    results.insert(results.end(), other.begin() + 1, other.end());
    return results;
  }

 protected:
  void build(BuildContext& context, std::span<const Spec> inputs) override {
    options_.forward.layer->ensure_built(inputs.first(1), context);
    options_.backward.layer->ensure_built(inputs.first(1), context);
  }

 private:
  static RecurrentImpl& of(const LayerPtr& layer) { return static_cast<RecurrentImpl&>(*layer); }

  std::vector<ValueId> merge(Builder& builder, ValueId one, ValueId other) const {
    using graph::BinaryFunction;
    if (!options_.merge_mode.name) return {one, other};
    const std::string& mode = *options_.merge_mode.name;
    if (mode == "concat")
      return {builder.add1(graph::make_concat(builder.shape(one).rank() - 1), {one, other})};
    const auto function = mode == "mul" ? BinaryFunction::multiply : BinaryFunction::add;
    const ValueId y = builder.add1(graph::make_binary(function), {one, other});
    if (mode != "ave") return {y};
    return {builder.add1(graph::make_binary(BinaryFunction::divide), {y, builder.scalar(2)})};
  }
};

}  // namespace

std::span<const LayerRow> recurrent_wrapper_rows() {
  static constexpr std::array kRows = {
      row<"RNN", RNNImpl>(),
      row<"StackedRNNCells", StackedRNNCellsImpl>(),
      row<"Bidirectional", BidirectionalImpl>(),
  };
  return kRows;
}

}  // namespace halfpixel::keras
