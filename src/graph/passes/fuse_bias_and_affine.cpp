// A constant factor or summand for each channel (or one for all) behind a convolution or matrix
// product becomes part of its kernel and bias: batch normalisation costs nothing.
#include <algorithm>

#include "graph/ops/affine.hpp"
#include "graph/ops/binary.hpp"
#include "graph/passes/linear.hpp"
#include "graph/passes/list.hpp"
#include "graph/passes/rewrite.hpp"

namespace halfpixel::graph {
namespace {

// y = x * scale + shift, by channel; empty means 1 and 0.
struct PerChannel {
  std::vector<double> scale, shift;
};

// A constant that is one number or one for each of `channels` on the last axis.
bool read(const Graph& graph, ValueId id, std::int64_t channels, int rank,
          std::vector<double>* values) {
  const Tensor* const constant = constant_of(graph, id);
  if (constant == nullptr || constant->dtype() != DType::float32 || constant->rank() > rank)
    return false;
  const bool one = constant->size() == 1;
  const bool each = constant->rank() > 0 && constant->size() == channels &&
                    constant->shape()[constant->rank() - 1] == channels;
  if (!one && !each) return false;
  const auto span = constant->span<float>();
  values->resize(static_cast<std::size_t>(channels));
  for (std::size_t c = 0; c < values->size(); ++c)
    (*values)[c] = static_cast<double>(span[one ? 0 : c]);
  return true;
}

bool as_per_channel(const Graph& graph, const Node& node, ValueId from, PerChannel* result) {
  const Shape& shape = graph.spec(from).shape;
  const int rank = shape.rank();
  if (rank == 0 || graph.spec(node.outputs[0]) != graph.spec(from)) return false;
  const std::int64_t channels = shape[rank - 1];
  if (const auto* affine = dynamic_cast<const AffineOp*>(node.op.get())) {
    return node.inputs[0] == from && (affine->axis == -1 || affine->axis == rank - 1) &&
           read(graph, node.inputs[1], channels, rank, &result->scale) &&
           read(graph, node.inputs[2], channels, rank, &result->shift);
  }
  const auto* binary = dynamic_cast<const BinaryOp*>(node.op.get());
  if (binary == nullptr || node.inputs[0] == node.inputs[1]) return false;
  const bool swapped = node.inputs[1] == from;
  const ValueId partner = node.inputs[swapped ? 0 : 1];
  const auto map = [](std::vector<double>& values, auto f) {
    std::transform(values.begin(), values.end(), values.begin(), f);
  };
  switch (binary->function) {
    case BinaryFunction::add:
      return read(graph, partner, channels, rank, &result->shift);
    case BinaryFunction::subtract:
      if (!read(graph, partner, channels, rank, &result->shift)) return false;
      if (swapped) {
        result->scale.assign(static_cast<std::size_t>(channels), -1.0);
      } else {
        map(result->shift, [](double v) { return -v; });
      }
      return true;
    case BinaryFunction::multiply:
      return read(graph, partner, channels, rank, &result->scale);
    case BinaryFunction::divide:
      if (swapped || !read(graph, partner, channels, rank, &result->scale)) return false;
      if (std::find(result->scale.begin(), result->scale.end(), 0.0) != result->scale.end())
        return false;
      map(result->scale, [](double v) { return 1.0 / v; });
      return true;
    default:
      return false;
  }
}

Tensor scaled_kernel(const Tensor& kernel, int filter_axis, const std::vector<double>& scale) {
  Tensor result(kernel.shape(), DType::float32);
  std::int64_t inner = 1;
  for (int axis = filter_axis + 1; axis < kernel.rank(); ++axis) inner *= kernel.shape()[axis];
  const auto from = kernel.span<float>();
  const auto to = result.span<float>();
  const std::size_t filters = scale.size(), step = static_cast<std::size_t>(inner);
  for (std::size_t i = 0; i < from.size(); ++i) {
    to[i] = static_cast<float>(static_cast<double>(from[i]) * scale[i / step % filters]);
  }
  return result;
}

Tensor moved_bias(const Tensor* bias, const PerChannel& f, std::int64_t channels) {
  Tensor result(Shape{channels}, DType::float32);
  for (std::size_t c = 0; c < static_cast<std::size_t>(channels); ++c) {
    double value = bias != nullptr ? static_cast<double>(bias->data<float>()[c]) : 0.0;
    if (!f.scale.empty()) value *= f.scale[c];
    if (!f.shift.empty()) value += f.shift[c];
    result.data<float>()[c] = static_cast<float>(value);
  }
  return result;
}

}  // namespace

int fuse_bias_and_affine(Graph& graph) {
  int changes = 0;
  for (bool again = true; again;) {
    again = false;
    std::vector<bool> removed(graph.nodes.size(), false);
    const std::vector<int> uses = graph.use_counts();
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
      for (const ValueId from : std::vector<ValueId>(graph.nodes[n].inputs)) {
        const int producer = graph.values[static_cast<std::size_t>(from)].producer;
        if (producer < 0 || removed[static_cast<std::size_t>(producer)] ||
            uses[static_cast<std::size_t>(from)] != 1)
          continue;
        const Node before = graph.nodes[static_cast<std::size_t>(producer)];
        const auto linear = as_linear(graph, before);
        PerChannel factors;
        if (!linear || linear->activation.function != Function::linear ||
            !as_per_channel(graph, graph.nodes[n], from, &factors)) {
          continue;
        }
        const std::int64_t channels = graph.spec(from).shape[graph.spec(from).shape.rank() - 1];
        const Tensor kernel = *constant_of(graph, linear->kernel);
        if (kernel.shape()[linear->filter_axis] != channels) continue;
        const Tensor* const bias = linear->bias >= 0 ? constant_of(graph, linear->bias) : nullptr;
        const Tensor new_bias = moved_bias(bias, factors, channels);
        std::vector<ValueId> inputs = {before.inputs[0], linear->kernel};
        if (!factors.scale.empty())
          inputs[1] =
              add_constant(graph, scaled_kernel(kernel, linear->filter_axis, factors.scale));
        inputs.push_back(add_constant(graph, new_bias));
        Node& node = graph.nodes[n];
        node.op = before.op;
        node.inputs = std::move(inputs);
        node.name = before.name;
        removed[static_cast<std::size_t>(producer)] = true;
        ++changes;
        again = true;
        break;
      }
    }
    if (again) sweep(graph, removed);
  }
  return changes;
}

}  // namespace halfpixel::graph
