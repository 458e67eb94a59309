// Transposes meet and vanish: layers in channels_first wrap their ops in pairs of them. One behind
// another becomes a single one; one before element-wise nodes, a concatenation or an up-sampling
// moves behind them, towards the next one.
#include <algorithm>

#include "graph/ops/affine.hpp"
#include "graph/ops/binary.hpp"
#include "graph/ops/cast.hpp"
#include "graph/ops/concat.hpp"
#include "graph/ops/resample.hpp"
#include "graph/ops/transpose.hpp"
#include "graph/ops/unary.hpp"
#include "graph/passes/list.hpp"
#include "graph/passes/rewrite.hpp"

namespace halfpixel::graph {
namespace {

const TransposeOp* transpose_at(const Graph& graph, int node) {
  return node < 0 ? nullptr
                  : dynamic_cast<const TransposeOp*>(
                        graph.nodes[static_cast<std::size_t>(node)].op.get());
}

// Axes counted from the front.
std::vector<int> order_of(const TransposeOp& op) {
  std::vector<int> order = op.axes();
  for (int& axis : order) axis = axis < 0 ? axis + static_cast<int>(order.size()) : axis;
  return order;
}

std::vector<int> order_to_channels_first(int rank) {
  std::vector<int> order = {0, rank - 1};
  for (int axis = 1; axis + 1 < rank; ++axis) order.push_back(axis);
  return order;
}
bool is_identity(const std::vector<int>& order) {
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
    const TransposeOp* const second = transpose_at(graph, n);
    if (second == nullptr) return false;
    const std::vector<int> outer = order_of(*second);
    if (is_identity(outer)) {
      replace_value(graph, node(n).outputs[0], node(n).inputs[0]);
      return true;
    }
    const TransposeOp* const first = transpose_at(graph, producer(node(n).inputs[0]));
    if (first == nullptr) return false;
    const std::vector<int> inner = order_of(*first);
    std::vector<int> both;
    for (const int axis : outer) both.push_back(inner[static_cast<std::size_t>(axis)]);
    const ValueId source = node(producer(node(n).inputs[0])).inputs[0];
    if (is_identity(both)) {
      replace_value(graph, node(n).outputs[0], source);
    } else {
      node(n).op = make_transpose(both);
      node(n).inputs = {source};
    }
    return true;
  }

  // f(transpose(x)) becomes transpose(f(x)): the transpose's node takes f, f's node the transpose.
  bool sink(int n) {
    const Node before = node(n);
    if (before.outputs.size() != 1) return false;
    int at = -1;  // the transpose that comes last
    for (const ValueId id : before.inputs) {
      if (transpose_at(graph, producer(id)) != nullptr && uses[static_cast<std::size_t>(id)] == 1)
        at = std::max(at, producer(id));
    }
    if (at < 0) return false;
    const OpPtr transpose = node(at).op;
    const std::vector<int> order = order_of(*transpose_at(graph, at));
    const Shape source = graph.spec(node(at).inputs[0]).shape;
    OpPtr op = before.op;
    std::vector<ValueId> inputs;
    if (dynamic_cast<const UnaryOp*>(op.get()) != nullptr ||
        dynamic_cast<const CastOp*>(op.get()) != nullptr) {
      inputs = {node(at).inputs[0]};
    } else if (const auto* affine = dynamic_cast<const AffineOp*>(op.get())) {
      if (constant_of(graph, before.inputs[1]) == nullptr ||
          constant_of(graph, before.inputs[2]) == nullptr)
        return false;
      const int axis = affine->axis < 0 ? affine->axis + source.rank() : affine->axis;
      op = make_affine(order[static_cast<std::size_t>(axis)]);
      inputs = {node(at).inputs[0], before.inputs[1], before.inputs[2]};
    } else if (const auto* up = dynamic_cast<const UpSamplingOp*>(op.get())) {
      if (up->data_format() != DataFormat::channels_first ||
          order != order_to_channels_first(source.rank()))
        return false;
      op = std::make_shared<UpSamplingOp>(up->spatial_rank(), up->size(), DataFormat::channels_last,
                                          up->interpolation());
      inputs = {node(at).inputs[0]};
    } else if (const auto axis = concat_axis(*op)) {
      for (const ValueId id : before.inputs) {
        if (transpose_at(graph, producer(id)) == nullptr) return false;
        inputs.push_back(untransposed(id, order, graph.spec(id).shape));
        if (inputs.back() < 0) return false;
      }
      op = make_concat(order[static_cast<std::size_t>(*axis < 0 ? *axis + source.rank() : *axis)]);
    } else if (dynamic_cast<const BinaryOp*>(op.get()) != nullptr) {
      const Shape& result = graph.spec(before.outputs[0]).shape;
      for (const ValueId id : before.inputs) {
        const ValueId moved = untransposed(id, order, result);
        if (moved < 0) return false;
        inputs.push_back(moved);
      }
    } else {
      return false;
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

  // The value that gives `id` when transposed: a transpose's source, or a constant along one axis
  // moved to where that axis comes from. -1: none.
  ValueId untransposed(ValueId id, const std::vector<int>& order, const Shape& result) {
    const TransposeOp* const op = transpose_at(graph, producer(id));
    if (op != nullptr && order_of(*op) == order && graph.spec(id).shape == result) {
      // Another reader would keep this transpose alive: nothing gained.
      return uses[static_cast<std::size_t>(id)] == 1 ? node(producer(id)).inputs[0] : -1;
    }
    const Tensor* const constant = constant_of(graph, id);
    if (constant == nullptr || constant->rank() > result.rank()) return -1;
    if (constant->size() == 1) return add_constant(graph, constant->reshape(Shape{}));
    int long_axis = -1;
    for (int axis = 0; axis < constant->rank(); ++axis) {
      if (constant->shape()[axis] == 1) continue;
      if (long_axis >= 0) return -1;
      long_axis = axis + result.rank() - constant->rank();
    }
    std::vector<std::int64_t> extents(result.size(), 1);
    extents[static_cast<std::size_t>(order[static_cast<std::size_t>(long_axis)])] =
        constant->size();
    return add_constant(graph, constant->reshape(Shape(std::span<const std::int64_t>(extents))));
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
