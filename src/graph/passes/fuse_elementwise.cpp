// Chains of element-wise nodes, each the only reader of the one before, become one node that goes
// over memory once.
#include <algorithm>

#include "graph/op_forms.hpp"
#include "graph/ops/fused.hpp"
#include "graph/passes/list.hpp"
#include "graph/passes/rewrite.hpp"

namespace halfpixel::graph {
namespace {

struct Chain {
  std::vector<FusedStep> steps;
  std::vector<ValueId> inputs;  // the first is where it begins
};

// A constant with one element, or one for each place on the last axis of `shape`.
bool is_row_constant(const Graph& graph, ValueId id, const Shape& shape) {
  const Tensor* const constant = constant_of(graph, id);
  if (constant == nullptr || constant->dtype() != DType::float32 || constant->rank() > shape.rank())
    return false;
  if (constant->size() == 1) return true;
  return shape.rank() > 0 && constant->size() == shape[shape.rank() - 1] &&
         constant->shape()[constant->rank() - 1] == constant->size();
}

// The steps of a chain behind those of another.
void append(const Node& node, const std::vector<FusedStep>& steps, Chain* chain) {
  const int shift = static_cast<int>(chain->inputs.size()) - 1;
  chain->inputs.insert(chain->inputs.end(), node.inputs.begin() + 1, node.inputs.end());
  for (FusedStep step : steps) {
    for (int& input : step.inputs) input += input == FusedStep::kRunning ? 0 : shift;
    chain->steps.push_back(std::move(step));
  }
}

// The node as steps on its input `from`; false when it is none.
bool as_steps(const Graph& graph, const Node& node, ValueId from, Chain* chain) {
  const Spec& spec = graph.spec(node.outputs[0]);
  if (spec.dtype != DType::float32 || graph.spec(from) != spec ||
      std::count(node.inputs.begin(), node.inputs.end(), from) != 1) {
    return false;
  }
  if (const auto* const steps = fused_steps(*node.op)) {
    if (node.inputs[0] != from) return false;
    append(node, *steps, chain);
    return true;
  }
  if (node.op->element_function(spec.shape.rank()) == nullptr) return false;
  FusedStep step{node.op, {}};
  for (const ValueId id : node.inputs) {
    if (id == from) {
      step.inputs.push_back(FusedStep::kRunning);
      continue;
    }
    if (graph.spec(id) != spec && !is_row_constant(graph, id, spec.shape)) return false;
    step.inputs.push_back(static_cast<int>(chain->inputs.size()));
    chain->inputs.push_back(id);
  }
  chain->steps.push_back(std::move(step));
  return true;
}

}  // namespace

int fuse_elementwise(Graph& graph) {
  int changes = 0;
  std::vector<bool> removed(graph.nodes.size(), false);
  const std::vector<int> uses = graph.use_counts();
  // From the end of each chain backwards: the last node takes the place of all.
  for (std::size_t n = graph.nodes.size(); n-- > 0;) {
    if (removed[n]) continue;
    Node& last = graph.nodes[n];
    // (node, the input it goes on from), from the last to the first.
    std::vector<std::pair<std::size_t, ValueId>> members;
    std::size_t at = n;
    for (bool more = true; more;) {
      more = false;
      const Node& node = graph.nodes[at];
      // The input to go on from: rather one that can be fused too, and of two the later one.
      std::vector<ValueId> candidates = node.inputs;
      std::sort(candidates.begin(), candidates.end(), [&](ValueId a, ValueId b) {
        return graph.values[static_cast<std::size_t>(a)].producer >
               graph.values[static_cast<std::size_t>(b)].producer;
      });
      for (const ValueId from : candidates) {
        Chain probe{{}, {from}};
        if (constant_of(graph, from) != nullptr || !as_steps(graph, node, from, &probe)) continue;
        const int producer = graph.values[static_cast<std::size_t>(from)].producer;
        members.emplace_back(at, from);
        if (producer >= 0 && uses[static_cast<std::size_t>(from)] == 1 &&
            !removed[static_cast<std::size_t>(producer)]) {
          at = static_cast<std::size_t>(producer);
          more = true;
        }
        break;
      }
    }
    if (members.size() < 2) continue;
    Chain chain{{}, {members.back().second}};
    for (auto member = members.rbegin(); member != members.rend(); ++member) {
      as_steps(graph, graph.nodes[member->first], member->second, &chain);
    }
    for (std::size_t m = 1; m < members.size(); ++m) removed[members[m].first] = true;
    last.op = make_fused(std::move(chain.steps));
    last.inputs = std::move(chain.inputs);
    changes += static_cast<int>(members.size()) - 1;
  }
  if (changes > 0) sweep(graph, removed);
  return changes;
}

}  // namespace halfpixel::graph
