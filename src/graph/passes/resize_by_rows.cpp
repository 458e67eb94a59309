// A large resize and the nodes that make something of each of its rows, each the only reader of the
// one before, become one node: softmax, argmax or a threshold of logits that are never stored.
#include <algorithm>

#include <halfpixel/resample.hpp>

#include "graph/linear_axis.hpp"
#include "graph/ops/by_rows.hpp"
#include "graph/passes/list.hpp"
#include "graph/passes/rewrite.hpp"

namespace halfpixel::graph {
namespace {

// Less than this is not far away as it is. With few channels what a resize looks up for each column
// takes longer than what is saved.
constexpr std::int64_t kLeastBytes = 8 << 20;
constexpr std::int64_t kLeastChannels = 4;

std::int64_t bytes_of(const Spec& spec) {
  return spec.shape.num_elements() * static_cast<std::int64_t>(size_of(spec.dtype));
}

// Whether the constant is the same for every row and image of a value of this rank.
bool same_for_rows(const Shape& constant, int rank) {
  for (int axis = 0; axis < 2; ++axis) {
    const int at = axis - (rank - constant.rank());
    if (at >= 0 && constant[at] != 1) return false;
  }
  return true;
}

// The node as a step on `from`: rows of its result are made of from's own rows and constants.
std::optional<RowStep> step_of(const Graph& graph, const Node& node, ValueId from,
                               std::vector<ValueId>* inputs) {
  const Shape& before = graph.spec(from).shape;
  const Shape& after = graph.spec(node.outputs[0]).shape;
  if (node.outputs.size() != 1 || node.op->product() != nullptr || after.rank() < 2 ||
      after[0] != before[0] || after[1] != before[1])
    return std::nullopt;
  const PrepareArgs args = args_of(graph, node);
  const LinearAxis own = same_positions(before[1]);
  RowStep step{node.op, {}};
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const ValueId id = node.inputs[i];
    if (id == from) {
      const auto rows = node.op->row_sources(static_cast<int>(i), args);
      if (!rows || *rows != own) return std::nullopt;
      step.inputs.push_back(0);
    } else {
      const bool fits = constant_of(graph, id) != nullptr &&
                        node.op->elements() == Elements::each &&
                        same_for_rows(graph.spec(id).shape, after.rank());
      if (!fits) return std::nullopt;
      step.inputs.push_back(static_cast<int>(inputs->size()));
      inputs->push_back(id);
    }
  }
  return step;
}

}  // namespace

int resize_by_rows(Graph& graph) {
  int changes = 0;
  std::vector<bool> removed(graph.nodes.size(), false);
  const std::vector<int> uses = graph.use_counts();
  const auto reader_of = [&](ValueId id, std::size_t after) {
    for (std::size_t n = after; n < graph.nodes.size(); ++n) {
      if (std::ranges::find(graph.nodes[n].inputs, id) != graph.nodes[n].inputs.end()) return n;
    }
    return graph.nodes.size();
  };
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    const Node& resize = graph.nodes[n];
    if (resize.inputs.size() != 1 || bytes_of(graph.spec(resize.outputs[0])) < kLeastBytes ||
        graph.spec(resize.outputs[0]).shape.at(-1) < kLeastChannels ||
        !row_plan(*resize.op, graph.spec(resize.inputs[0])))
      continue;
    ByRows chain{resize.op, {}};
    std::vector<ValueId> inputs = {resize.inputs[0]};
    std::vector<std::size_t> nodes = {n};
    for (;;) {
      const ValueId from = graph.nodes[nodes.back()].outputs[0];
      const std::size_t next = reader_of(from, nodes.back() + 1);
      if (next == graph.nodes.size()) break;
      const Node& node = graph.nodes[next];
      const auto readings = std::ranges::count(node.inputs, from);
      if (uses[static_cast<std::size_t>(from)] != readings) break;
      const std::size_t known = inputs.size();
      auto step = step_of(graph, node, from, &inputs);
      if (!step) {
        inputs.resize(known);
        break;
      }
      chain.steps.push_back(std::move(*step));
      nodes.push_back(next);
    }
    if (chain.steps.empty()) continue;
    // The last node becomes the chain, so that the order of the nodes stays right.
    Node& last = graph.nodes[nodes.back()];
    last.op = make_by_rows(std::move(chain));
    last.inputs = std::move(inputs);
    for (std::size_t i = 0; i + 1 < nodes.size(); ++i) removed[nodes[i]] = true;
    ++changes;
  }
  if (changes > 0) sweep(graph, removed);
  return changes;
}

}  // namespace halfpixel::graph
