// Nodes whose results nobody reads, and nodes that change nothing: linear, a cast to the same
// dtype, plus 0, times 1.
#include <cmath>

#include "graph/ops/binary.hpp"
#include "graph/ops/cast.hpp"
#include "graph/ops/unary.hpp"
#include "graph/passes/list.hpp"
#include "graph/passes/rewrite.hpp"

namespace halfpixel::graph {
namespace {

// True when the value is one float32 constant, `number`, with the sign of zero.
bool is_scalar(const Graph& graph, ValueId id, float number) {
  const Tensor* const constant = constant_of(graph, id);
  return constant != nullptr && constant->dtype() == DType::float32 && constant->size() == 1 &&
         *constant->data<float>() == number &&
         std::signbit(*constant->data<float>()) == std::signbit(number);
}

// The input that the node hands on unchanged, or -1.
ValueId passed_on(const Graph& graph, const Node& node) {
  const Spec& result = graph.spec(node.outputs[0]);
  const auto same = [&](std::size_t i) {
    return graph.spec(node.inputs[i]) == result ? node.inputs[i] : -1;
  };
  if (const auto* unary = dynamic_cast<const UnaryOp*>(node.op.get())) {
    return unary->unary.function == Function::linear ? same(0) : -1;
  }
  if (dynamic_cast<const CastOp*>(node.op.get()) != nullptr) return same(0);
  if (const auto* binary = dynamic_cast<const BinaryOp*>(node.op.get())) {
    const auto neutral = [&](std::size_t i) {
      switch (binary->function) {
        case BinaryFunction::add:
          return is_scalar(graph, node.inputs[i], -0.0F);  // -0 + +0 would be +0
        case BinaryFunction::subtract:
          return i == 1 && is_scalar(graph, node.inputs[i], 0.0F);
        case BinaryFunction::multiply:
          return is_scalar(graph, node.inputs[i], 1.0F);
        case BinaryFunction::divide:
          return i == 1 && is_scalar(graph, node.inputs[i], 1.0F);
        default:
          return false;
      }
    };
    if (neutral(1)) return same(0);
    if (neutral(0)) return same(1);
  }
  return -1;
}

}  // namespace

int remove_dead_code(Graph& graph) {
  for (const Node& node : graph.nodes) {
    if (const ValueId id = passed_on(graph, node); id >= 0)
      replace_value(graph, node.outputs[0], id);
  }
  return sweep(graph);
}

}  // namespace halfpixel::graph
