// Answers whose types op.hpp only names.
#include "graph/op.hpp"

#include <halfpixel/resample.hpp>

#include "graph/op_forms.hpp"

namespace halfpixel::graph {

std::optional<TransposedForm> Op::transposed_window(const PrepareArgs& args) const {
  (void)args;
  return std::nullopt;
}

std::optional<resample::Plan> Op::resampling(const PrepareArgs& args) const {
  (void)args;
  return std::nullopt;
}

std::optional<LinearAxis> Op::row_sources(int input, const PrepareArgs& args) const {
  const Shape& from = args.inputs[static_cast<std::size_t>(input)].shape;
  const Shape& to = args.outputs[0].shape;
  if (from.rank() != to.rank() || from.rank() < 3) return std::nullopt;
  const bool alike =
      elements() == Elements::each || joins_channels(to.rank()) || per_channel(input, args);
  if (alike && from[1] == to[1]) return same_positions(from[1]);
  if (input != 0) return std::nullopt;
  if (const WindowMove* const move = window()) {
    const std::int64_t taps = args.inputs[1].shape[0];
    return window_positions(from[1], to[1], taps, move->strides[0], move->dilation[0],
                            move->padding(0, from[1], taps).low);
  }
  std::vector<LinearAxis> axes = linear_axes(args);
  if (axes.empty()) return std::nullopt;
  return std::move(axes.front());
}

std::vector<LinearAxis> Op::linear_axes(const PrepareArgs& args) const {
  (void)args;
  return {};
}

}  // namespace halfpixel::graph
