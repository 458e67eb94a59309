// Transposes meet and vanish: layers in channels_first wrap their ops in pairs of them. One behind
// another becomes a single one; one before element-wise nodes, a concatenation or an up-sampling
// moves behind them, towards the next one.
#include <algorithm>

#include "graph/ops/transpose.hpp"
#include "graph/passes/list.hpp"
#include "graph/passes/rewrite.hpp"

namespace halfpixel::graph {
namespace {

using Order = std::vector<int>;

// The order of the axes that a node makes; none when it is no transpose.
std::optional<Order> order_at(const Graph& graph, int node) {
  if (node < 0) return std::nullopt;
  const auto axes = graph.nodes[static_cast<std::size_t>(node)].op->transposes();
  return axes ? std::optional(Order(axes->begin(), axes->end())) : std::nullopt;
}

bool is_identity(const Order& order) {
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (order[i] != static_cast<int>(i)) return false;
  }
  return true;
}

struct Rewriter {
  Graph& graph;
  std::vector<int> uses;

  int producer(ValueId id) const { return graph.values[static_cast<std::size_t>(id)].producer; }
  Node& node(int n) { return graph.nodes[static_cast<std::size_t>(n)]; }

  // One behind another.
  bool merge(int n) {
    const auto outer = order_at(graph, n);
    if (!outer) return false;
    if (is_identity(*outer)) {
      replace_value(graph, node(n).outputs[0], node(n).inputs[0]);
      return true;
    }
    const int before = producer(node(n).inputs[0]);
    const auto inner = order_at(graph, before);
    if (!inner) return false;
    Order both;
    for (const int axis : *outer) both.push_back((*inner)[static_cast<std::size_t>(axis)]);
    const ValueId source = node(before).inputs[0];
    if (is_identity(both)) {
      replace_value(graph, node(n).outputs[0], source);
    } else {
      node(n).op = make_transpose(both);
      node(n).inputs = {source};
    }
    return true;
  }

  // f(transpose(x)) becomes transpose(g(x)): the transpose's node takes g, f's node the transpose.
  bool sink(int n) {
    const Node before = node(n);
    if (before.outputs.size() != 1) return false;
    int at = -1;  // the transpose that comes last
    for (const ValueId id : before.inputs) {
      if (order_at(graph, producer(id)) && uses[static_cast<std::size_t>(id)] == 1)
        at = std::max(at, producer(id));
    }
    if (at < 0) return false;
    const OpPtr transpose = node(at).op;
    const Order order = *order_at(graph, at);
    if (graph.spec(before.outputs[0]).shape.size() != order.size()) return false;
    const OpPtr op = before.op->before_transpose(order);
    if (op == nullptr) return false;
    std::vector<ValueId> inputs;
    for (std::size_t i = 0; i < before.inputs.size(); ++i) {
      const ValueId id = before.inputs[i];
      switch (before.op->input_axes(static_cast<int>(i))) {
        case InputAxes::own:  // as it is, if it is there by then
          inputs.push_back(producer(id) < at ? id : -1);
          break;
        case InputAxes::same:
          inputs.push_back(source_of(id, order));
          break;
        case InputAxes::broadcast:
          inputs.push_back(constant_of(graph, id) == nullptr ? source_of(id, order)
                                                             : untransposed(id, order));
          break;
      }
      if (inputs.back() < 0) return false;
    }
    std::vector<Spec> specs;
    for (const ValueId id : inputs) specs.push_back(graph.spec(id));
    graph.values[static_cast<std::size_t>(node(at).outputs[0])].spec = op->infer(specs)[0];
    node(at).op = op;
    node(at).inputs = inputs;
    node(at).name = before.name;
    node(n).op = transpose;
    node(n).inputs = {node(at).outputs[0]};
    return true;
  }

  // What is transposed to give `id`. -1: it is no transpose of this order, or another reader would
  // keep it alive, so that nothing were gained.
  ValueId source_of(ValueId id, const Order& order) const {
    const int n = producer(id);
    if (order_at(graph, n) != order || uses[static_cast<std::size_t>(id)] != 1) return -1;
    return graph.nodes[static_cast<std::size_t>(n)].inputs[0];
  }

  // A constant along one axis, which broadcasts to a result of these axes, moved to where that axis
  // comes from. -1: it has more axes.
  ValueId untransposed(ValueId id, const Order& order) {
    const Tensor constant = *constant_of(graph, id);
    const int rank = static_cast<int>(order.size());
    if (constant.size() == 1) return add_constant(graph, constant.reshape(Shape{}));
    int long_axis = -1;
    for (int axis = 0; axis < constant.rank(); ++axis) {
      if (constant.shape()[axis] == 1) continue;
      if (long_axis >= 0) return -1;
      long_axis = axis + rank - constant.rank();
    }
    std::vector<std::int64_t> extents(order.size(), 1);
    extents[static_cast<std::size_t>(order[static_cast<std::size_t>(long_axis)])] = constant.size();
    return add_constant(graph, constant.reshape(Shape(std::span<const std::int64_t>(extents))));
  }
};

}  // namespace

int cancel_transposes(Graph& graph) {
  int changes = 0;
  for (bool again = true; again;) {
    again = false;
    Rewriter rewriter{graph, graph.use_counts()};
    for (int n = 0; n < static_cast<int>(graph.nodes.size()) && !again; ++n)
      again = rewriter.merge(n) || rewriter.sink(n);
    if (again) {
      ++changes;
      sweep(graph);
    }
  }
  return changes;
}

}  // namespace halfpixel::graph
