#include "graph/graph.hpp"

#include <algorithm>
#include <utility>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"

namespace halfpixel::graph {

std::vector<int> Graph::use_counts() const {
  std::vector<int> uses(values.size(), 0);
  for (const Node& node : nodes) {
    for (const ValueId id : node.inputs) ++uses[static_cast<std::size_t>(id)];
  }
  for (const ValueId id : outputs) ++uses[static_cast<std::size_t>(id)];
  return uses;
}

void Graph::check() const {
  std::vector<bool> known(values.size(), false);
  const auto at = [&](ValueId id) {
    if (id < 0 || static_cast<std::size_t>(id) >= values.size()) {
      fail(ErrorCode::internal, "[graph] value ", id, " does not exist");
    }
    return static_cast<std::size_t>(id);
  };
  for (const ValueId id : inputs) known[at(id)] = true;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i].constant) known[i] = true;
  }
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    const Node& node = nodes[n];
    for (const ValueId id : node.inputs) {
      if (!known[at(id)]) {
        fail(ErrorCode::internal, "[graph] ", node.op->kind(), " reads value ", id,
             " before it exists");
      }
    }
    for (std::size_t o = 0; o < node.outputs.size(); ++o) {
      const Value& value = values[at(node.outputs[o])];
      if (value.producer != static_cast<int>(n) || value.output_index != static_cast<int>(o)) {
        fail(ErrorCode::internal, "[graph] value ", node.outputs[o], " does not know its producer");
      }
      known[at(node.outputs[o])] = true;
    }
  }
  for (const ValueId id : outputs) {
    if (!known[at(id)]) fail(ErrorCode::internal, "[graph] output ", id, " is never made");
  }
}

PrepareArgs args_of(const Graph& graph, const Node& node) {
  PrepareArgs args;
  for (const ValueId id : node.inputs) {
    const Value& value = graph.values[static_cast<std::size_t>(id)];
    args.inputs.push_back(value.spec);
    args.constants.push_back(value.constant ? &*value.constant : nullptr);
  }
  for (const ValueId id : node.outputs) args.outputs.push_back(graph.spec(id));
  return args;
}

double multiply_adds(const Graph& graph, const Node& node) {
  return node.op->multiply_adds(args_of(graph, node));
}

double multiply_adds(const Graph& graph) {
  double sum = 0;
  for (const Node& node : graph.nodes) sum += multiply_adds(graph, node);
  return sum;
}

ValueId Builder::input(const Spec& spec, std::string name) {
  const auto id = static_cast<ValueId>(graph_.values.size());
  graph_.values.push_back({spec, -1, 0, std::nullopt, std::move(name)});
  graph_.inputs.push_back(id);
  return id;
}

ValueId Builder::constant(const Tensor& value) {
  const auto id = static_cast<ValueId>(graph_.values.size());
  graph_.values.push_back({{value.shape(), value.dtype()}, -1, 0, value, {}});
  return id;
}

bool Builder::is_constant(ValueId id) const {
  return graph_.values[static_cast<std::size_t>(id)].constant.has_value();
}

ValueId Builder::scalar(float value) {
  return constant(Tensor(Shape{}, {value}));
}

std::vector<ValueId> Builder::add(const OpPtr& op, std::span<const ValueId> inputs) {
  std::vector<Spec> specs;
  for (const ValueId id : inputs) specs.push_back(graph_.spec(id));
  const std::vector<Spec> results = op->infer(specs);
  std::vector<Followed> known = follow(*op, inputs, results);
  if (!known.empty() && std::all_of(known.begin(), known.end(), [](const Followed& followed) {
        return followed.from_extents && followed.value.is_unknown.empty();
      })) {
    std::vector<ValueId> ids;
    for (Followed& followed : known) {
      ids.push_back(constant(followed.value.value));
      known_.emplace(ids.back(), std::move(followed));
    }
    return ids;
  }
  Node node{op, {inputs.begin(), inputs.end()}, {}, scope_};
  for (std::size_t o = 0; o < results.size(); ++o) {
    node.outputs.push_back(static_cast<ValueId>(graph_.values.size()));
    graph_.values.push_back(
        {results[o], static_cast<int>(graph_.nodes.size()), static_cast<int>(o), std::nullopt, {}});
  }
  for (std::size_t o = 0; o < known.size(); ++o)
    known_.emplace(node.outputs[o], std::move(known[o]));
  graph_.nodes.push_back(std::move(node));
  return graph_.nodes.back().outputs;
}

std::optional<KnownValue> Builder::known(ValueId id) const {
  const auto found = known_.find(id);
  if (found != known_.end()) return found->second.value;
  const auto& constant = graph_.values[static_cast<std::size_t>(id)].constant;
  if (!constant || constant->size() > kMostKnown) return std::nullopt;
  return KnownValue{*constant, {}};
}

std::vector<Builder::Followed> Builder::follow(const Op& op, std::span<const ValueId> inputs,
                                               const std::vector<Spec>& results) const {
  const bool shape = op.elements() == Elements::shape;
  bool from_extents = shape;
  PrepareArgs args;
  std::vector<std::optional<KnownValue>> values;
  for (const ValueId id : inputs) {
    args.inputs.push_back(graph_.spec(id));
    args.constants.push_back(nullptr);
    if (shape) continue;
    values.push_back(known(id));
    if (!values.back()) return {};
    const auto found = known_.find(id);
    from_extents = from_extents || (found != known_.end() && found->second.from_extents);
  }
  args.outputs = results;
  std::vector<const KnownValue*> pointers;
  for (const auto& value : values) pointers.push_back(&*value);
  std::vector<Followed> followed;
  for (KnownValue& value : known_results(op, args, pointers))
    followed.push_back({std::move(value), from_extents});
  return followed;
}

Graph Builder::finish(std::vector<ValueId> outputs) && {
  graph_.outputs = std::move(outputs);
  return std::move(graph_);
}

}  // namespace halfpixel::graph
