#include "graph/ops/per_channel.hpp"

namespace halfpixel::graph {

std::optional<std::vector<double>> channel_values(const Tensor* constant, const Shape& shape) {
  const int rank = shape.rank();
  if (constant == nullptr || constant->dtype() != DType::float32 || rank == 0 ||
      constant->rank() > rank) {
    return std::nullopt;
  }
  const std::int64_t channels = shape[rank - 1];
  const bool one = constant->size() == 1;
  const bool each =
      constant->rank() > 0 && constant->size() == channels && constant->shape().at(-1) == channels;
  if (!one && !each) return std::nullopt;
  const auto span = constant->span<float>();
  std::vector<double> values(static_cast<std::size_t>(channels));
  for (std::size_t c = 0; c < values.size(); ++c)
    values[c] = static_cast<double>(span[one ? 0 : c]);
  return values;
}

}  // namespace halfpixel::graph
