// Values that are rounded to bfloat16 wherever they are read are stored so: half the memory to
// write and to read, and the same bits.
#include <vector>

#include "graph/passes/list.hpp"
#include "graph/passes/rewrite.hpp"

namespace halfpixel::graph {
namespace {

// The values of which each can be rounded where it is made and in all the places that read it.
std::vector<bool> roundable(const Graph& graph) {
  std::vector<bool> can(graph.values.size(), false);
  for (std::size_t i = 0; i < can.size(); ++i) {
    const Value& value = graph.values[i];
    if (value.producer < 0 || value.output_index != 0 || value.spec.dtype != DType::float32)
      continue;
    const Op& op = *graph.nodes[static_cast<std::size_t>(value.producer)].op;
    can[i] = op.commutes_with_rounding() || op.rounded_result() != nullptr;
  }
  const auto at = [&](ValueId id) { return can[static_cast<std::size_t>(id)]; };
  for (const ValueId id : graph.outputs) at(id) = false;
  // What a value depends on may be found out later than the value.
  for (bool changed = true; changed;) {
    changed = false;
    const auto refuse = [&](ValueId id) {
      changed = changed || at(id);
      at(id) = false;
    };
    for (const Node& node : graph.nodes) {
      const bool commutes = node.op->commutes_with_rounding();
      for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        const bool read =
            commutes ? at(node.outputs[0]) : node.op->rounds_input(static_cast<int>(i));
        if (!read) refuse(node.inputs[i]);
        if (commutes && !at(node.inputs[i])) refuse(node.outputs[0]);
      }
    }
  }
  return can;
}

}  // namespace

int store_bf16(Graph& graph) {
  const std::vector<bool> can = roundable(graph);
  int changes = 0;
  for (Node& node : graph.nodes) {
    const ValueId id = node.outputs[0];
    if (!can[static_cast<std::size_t>(id)]) continue;
    if (OpPtr op = node.op->rounded_result()) node.op = std::move(op);
    graph.values[static_cast<std::size_t>(id)].spec.dtype = DType::bfloat16;
    ++changes;
  }
  return changes;
}

}  // namespace halfpixel::graph
