// Runs one op, or a few, as a graph of its own.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "graph/executable.hpp"
#include "graph/graph.hpp"

namespace halfpixel::graph {

using Record =
    std::function<std::vector<ValueId>(Builder& builder, std::span<const ValueId> inputs)>;

inline std::vector<Tensor> run_graph(const Record& record, const std::vector<Tensor>& inputs,
                                     bool optimise = false) {
  Builder builder;
  std::vector<ValueId> ids;
  for (const Tensor& input : inputs)
    ids.push_back(builder.input({input.shape(), input.dtype()}, "x"));
  std::vector<ValueId> results = record(builder, ids);
  return (*Executable::compile(std::move(builder).finish(std::move(results)),
                               {.optimise = optimise}))(inputs);
}

inline std::vector<Tensor> run_op(const OpPtr& op, const std::vector<Tensor>& inputs) {
  return run_graph([&](Builder& b, std::span<const ValueId> ids) { return b.add(op, ids); },
                   inputs);
}

inline Shape inferred(const OpPtr& op, const Shape& shape, DType dtype = DType::float32) {
  const Spec spec{shape, dtype};
  return op->infer(std::span(&spec, 1))[0].shape;
}

// Every position of a shape in row-major order.
inline std::vector<std::vector<std::int64_t>> positions_of(const Shape& shape) {
  std::vector<std::vector<std::int64_t>> all = {{}};
  for (const std::int64_t extent : shape) {
    std::vector<std::vector<std::int64_t>> longer;
    for (const auto& begin : all) {
      for (std::int64_t i = 0; i < extent; ++i) {
        longer.push_back(begin);
        longer.back().push_back(i);
      }
    }
    all = std::move(longer);
  }
  return all;
}

inline std::int64_t offset_of(const Shape& shape, const std::vector<std::int64_t>& position) {
  std::int64_t offset = 0;
  for (int i = 0; i < shape.rank(); ++i)
    offset = offset * shape[i] + position[static_cast<std::size_t>(i)];
  return offset;
}

// The result whose element at `position` is x's element at source(position), or `fill` where that
// is empty.
inline Tensor picked(
    const Tensor& x, const Shape& shape,
    const std::function<std::vector<std::int64_t>(std::vector<std::int64_t>)>& source,
    float fill = 0) {
  Tensor result(shape, DType::float32);
  std::size_t at = 0;
  for (const auto& position : positions_of(shape)) {
    const auto from = source(position);
    result.span<float>()[at++] =
        from.empty() ? fill : x.span<float>()[static_cast<std::size_t>(offset_of(x.shape(), from))];
  }
  return result;
}

}  // namespace halfpixel::graph
