// Helpers of the graph tests: small graphs, run as recorded and as optimised.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <halfpixel/error.hpp>
#include <halfpixel/tensor.hpp>

#include "core/equal.hpp"
#include "graph/executable.hpp"
#include "graph/graph.hpp"

namespace halfpixel::graph::testing {

// Distance of a float32 from the exact value, in units of its last place.
inline double ulps(float got, double wanted) {
  const auto nearest = static_cast<float>(wanted);
  if (std::isnan(nearest) || std::isnan(got))
    return std::isnan(nearest) == std::isnan(got) ? 0.0 : 1e9;
  if (std::isinf(nearest) || std::isinf(got)) return got == nearest ? 0.0 : 1e9;
  const float size = std::max(std::fabs(nearest), std::numeric_limits<float>::min());
  const float unit = std::nextafter(size, std::numeric_limits<float>::infinity()) - size;
  return std::fabs(static_cast<double>(got) - wanted) / static_cast<double>(unit);
}

using halfpixel::same_bits;

inline double largest_difference(const Tensor& a, const Tensor& b) {
  if (a.shape() != b.shape()) return std::numeric_limits<double>::infinity();
  double worst = 0;
  for (std::int64_t i = 0; i < a.size(); ++i) {
    worst = std::max(worst, std::fabs(static_cast<double>(a.data<float>()[i]) -
                                      static_cast<double>(b.data<float>()[i])));
  }
  return worst;
}

template <class T>
std::vector<T> values(const Tensor& tensor) {
  return {tensor.span<T>().begin(), tensor.span<T>().end()};
}

inline Tensor noise(const Shape& shape, std::int64_t seed) {
  return random::normal(shape, 0.0, 1.0, DType::float32, seed);
}

using Record = std::function<std::vector<ValueId>(Builder&, const std::vector<ValueId>&)>;

inline Graph record(const std::vector<Tensor>& inputs, const Record& body) {
  Builder builder;
  std::vector<ValueId> ids;
  for (const Tensor& input : inputs)
    ids.push_back(builder.input({input.shape(), input.dtype()}, "x"));
  std::vector<ValueId> outputs = body(builder, ids);
  return std::move(builder).finish(std::move(outputs));
}

inline std::vector<Tensor> run(Graph graph, const std::vector<Tensor>& inputs,
                               bool optimise = false) {
  graph.check();
  const auto executable = Executable::compile(std::move(graph), {.optimise = optimise});
  executable->graph().check();
  return (*executable)(inputs);
}

// What one op gives.
inline Tensor compute(const OpPtr& op, const std::vector<Tensor>& inputs) {
  return run(
      record(inputs, [&](Builder& b, const std::vector<ValueId>& in) { return b.add(op, in); }),
      inputs)[0];
}

// Names of the nodes, in order.
inline std::string kinds(const Graph& graph) {
  std::string text;
  for (const Node& node : graph.nodes)
    text += (text.empty() ? "" : " ") + std::string(node.op->kind());
  return text;
}

template <class Act>
std::string error_of(Act act) {
  try {
    act();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace halfpixel::graph::testing
