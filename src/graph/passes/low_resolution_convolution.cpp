// A convolution over an image that resizes and paddings made from a smaller one is computed at the
// small size where that takes less. Of a concatenation, the parts that were resized are; the others
// keep a convolution of their own, and the results are added.
#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "graph/op_forms.hpp"
#include "graph/ops/concat.hpp"
#include "graph/ops/low_resolution_conv.hpp"
#include "graph/passes/list.hpp"
#include "graph/passes/product.hpp"
#include "graph/passes/rewrite.hpp"

namespace halfpixel::graph {
namespace {

// A convolution node, taken apart; of a transposed one, the convolution that it is.
struct Direct {
  std::vector<LinearAxis> axes;  // what the window moves over, of the node's input
  PerAxis strides, dilation;
  const ProductForm* form;
  Tensor stored;  // the kernel, as the node has it
  Shape kernel;   // (…window…, channels, filters)
  std::optional<Tensor> bias;
  bool transposed;
};

std::optional<Direct> direct_of(const Graph& graph, const Node& node) {
  const auto product = product_of(graph, node);
  if (!product) return std::nullopt;
  const Tensor& stored = *constant_of(graph, product->kernel);
  Direct direct{{}, {}, {}, product->form, stored, stored.shape(), {}, false};
  if (product->bias >= 0) direct.bias = *constant_of(graph, product->bias);
  if (const WindowMove* const move = node.op->window()) {
    for (int i = 0; i < move->spatial_rank; ++i) {
      const std::int64_t extent = graph.spec(node.inputs[0]).shape[i + 1];
      const auto padding = move->padding(i, extent, direct.kernel[i]);
      direct.axes.push_back(zero_padded(extent, padding.low, padding.high));
    }
    direct.strides = move->strides;
    direct.dilation = move->dilation;
    return direct;
  }
  if (auto form = node.op->transposed_window(args_of(graph, node))) {
    direct.axes = std::move(form->axes);
    direct.strides = {1, 1, 1};
    direct.dilation = form->dilation;
    std::swap(direct.kernel[direct.kernel.rank() - 2], direct.kernel[direct.kernel.rank() - 1]);
    direct.transposed = true;
    return direct;
  }
  return std::nullopt;
}

// The kernel of a transposed convolution, turned round: (…window…, channels, filters).
Tensor turned(const Direct& direct) {
  Tensor result(direct.kernel, DType::float32);
  const std::int64_t channels = direct.kernel.at(-2), filters = direct.kernel.at(-1);
  const std::int64_t taps = result.size() / std::max<std::int64_t>(filters * channels, 1);
  for (std::int64_t tap = 0; tap < taps; ++tap) {
    const float* const from = direct.stored.data<float>() + (taps - 1 - tap) * filters * channels;
    float* const to = result.data<float>() + tap * filters * channels;
    for (std::int64_t c = 0; c < channels; ++c) {
      for (std::int64_t f = 0; f < filters; ++f) to[c * filters + f] = from[f * channels + c];
    }
  }
  return result;
}

// A part of a kernel's input channels.
struct Channels {
  std::int64_t begin, end;
};

// The kernel for these channels alone, side by side.
Tensor kernel_of(const Direct& direct, std::span<const Channels> kept) {
  Shape shape = direct.kernel;
  const std::int64_t channels = shape.at(-2), filters = shape.at(-1);
  std::int64_t& width = shape[shape.rank() - 2];
  width = 0;
  for (const Channels& part : kept) width += part.end - part.begin;
  if (width == channels) return direct.transposed ? turned(direct) : direct.stored;
  Tensor result(shape, DType::float32);
  const std::int64_t taps = direct.stored.size() / std::max<std::int64_t>(channels * filters, 1);
  float* to = result.data<float>();
  for (std::int64_t tap = 0; tap < taps; ++tap) {
    for (const Channels& part : kept) {
      to = std::copy_n(direct.stored.data<float>() + (tap * channels + part.begin) * filters,
                       (part.end - part.begin) * filters, to);
    }
  }
  return result;
}

struct Low {
  ValueId from;
  LowResolutionConv conv;
};

double cost(const ConvWork& work, const Shape& kernel) {
  // An element of a sum is a load and an addition; products run from registers. Filters are
  // computed in whole vectors, of which small kernels fill all but the last.
  constexpr double kSum = 1.5;
  const double columns =
      static_cast<double>(kernel.num_elements() / std::max<std::int64_t>(kernel.at(-2), 1));
  return work.products * (columns + 16.0) / columns + kSum * work.sums;
}
double direct_cost(const Direct& direct, const ConvWork& work, const Shape& kernel) {
  // oneDNN's transposed convolutions do no more products than these, four times slower.
  if (direct.transposed) return 4 * work.products;
  const auto filters = static_cast<double>(kernel.at(-1));
  return work.direct * std::max(filters, 16.0) / filters;
}

// The best place to compute the convolution at, up the chain that makes `value`; none: as it is.
std::optional<Low> lowered(const Graph& graph, const Direct& direct, const Shape& kernel,
                           ValueId value) {
  const int rank = static_cast<int>(direct.axes.size());
  std::optional<Low> best;
  double least = 0;
  std::vector<LinearAxis> axes = direct.axes;
  const auto look = [&] {
    for (const LinearAxis& axis : axes) {
      if (axis.extent == 0) return;  // of nothing there is nothing to save
    }
    const LowResolutionConv conv{axes, direct.strides, direct.dilation, {}, direct.form->bf16()};
    const auto work = low_resolution_work(conv, kernel);
    if (!work) return;
    const double wanted = cost(*work, kernel);
    if (wanted < 0.8 * direct_cost(direct, *work, kernel) && (!best || wanted < least)) {
      best = Low{value, conv};
      least = wanted;
    }
  };
  // Where it is, too: few filters leave vectors of the direct form empty, not those of products.
  look();
  for (const Node* node = producer_of(graph, value); node != nullptr;
       node = producer_of(graph, value)) {
    const std::vector<LinearAxis> made = node->op->linear_axes(args_of(graph, *node));
    if (static_cast<int>(made.size()) != rank) break;
    for (std::size_t i = 0; i < made.size(); ++i) axes[i] = chain(made[i], axes[i]);
    value = node->inputs[0];
    look();
  }
  return best;
}

class Lowering {
 public:
  explicit Lowering(Graph& graph) : graph_(graph) {}

  int run() {
    // The graph keeps its nodes until all are looked at: producers are found by their numbers.
    for (const Node& node : graph_.nodes) {
      if (!rewrite(node)) out_.push_back(node);
    }
    if (changes_ == 0) return 0;
    graph_.nodes = std::move(out_);
    sweep(graph_);
    return changes_;
  }

 private:
  bool rewrite(const Node& node) {
    const auto direct = direct_of(graph_, node);
    if (!direct || graph_.spec(node.outputs[0]).shape.num_elements() == 0) return false;
    if (const auto low = lowered(graph_, *direct, direct->kernel, node.inputs[0])) {
      const Channels all{0, direct->kernel.at(-2)};
      add_low(node, *low, kernel_of(*direct, {&all, 1}), bias_of(*direct), -1, node.outputs[0],
              direct->form->fused_activation());
      ++changes_;
      return true;
    }
    const Node* const joined = producer_of(graph_, node.inputs[0]);
    if (joined == nullptr || direct->transposed ||
        !joined->op->joins_channels(graph_.spec(node.inputs[0]).shape.rank()))
      return false;
    return split(node, *direct, *joined);
  }

  bool split(const Node& node, const Direct& direct, const Node& joined) {
    struct Part {
      Low low;
      Channels channels;
    };
    std::vector<Part> parts;
    std::vector<ValueId> rest;
    std::vector<Channels> rest_channels;
    Channels channels{0, 0};
    for (const ValueId input : joined.inputs) {
      channels = {channels.end, channels.end + graph_.spec(input).shape.at(-1)};
      Shape kernel = direct.kernel;
      kernel[kernel.rank() - 2] = channels.end - channels.begin;
      if (auto low = lowered(graph_, direct, kernel, input)) {
        parts.push_back({std::move(*low), channels});
      } else {
        rest.push_back(input);
        rest_channels.push_back(channels);
      }
    }
    if (parts.empty()) return false;
    const Shape shape = graph_.spec(node.outputs[0]).shape;
    ValueId sum = -1;
    if (!rest.empty()) {
      ValueId input = rest.front();
      if (rest.size() > 1) {
        Shape wide = graph_.spec(input).shape;
        wide[wide.rank() - 1] = 0;
        for (const ValueId id : rest) wide[wide.rank() - 1] += graph_.spec(id).shape.at(-1);
        input = value(wide);
        out_.push_back({make_concat(-1), rest, {input}, node.name});
      }
      sum = value(shape);
      out_.push_back({direct.form->with_activation({}),
                      {input, add_constant(graph_, kernel_of(direct, rest_channels))},
                      {sum},
                      node.name});
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const bool last = i + 1 == parts.size();
      const ValueId result = last ? node.outputs[0] : value(shape);
      const Tensor bias = last ? bias_of(direct) : zeros({shape.at(-1)});
      add_low(node, parts[i].low, kernel_of(direct, {&parts[i].channels, 1}), bias, sum, result,
              last ? direct.form->fused_activation() : Unary());
      sum = result;
    }
    ++changes_;
    return true;
  }

  Tensor bias_of(const Direct& direct) const {
    return direct.bias ? *direct.bias : zeros({direct.kernel.at(-1)});
  }

  ValueId value(const Shape& shape) {
    graph_.values.push_back({{shape, DType::float32}, -1, 0, {}, {}});
    return static_cast<ValueId>(graph_.values.size()) - 1;
  }

  void add_low(const Node& node, const Low& low, const Tensor& kernel, const Tensor& bias,
               ValueId summand, ValueId result, const Unary& activation) {
    LowResolutionConv conv = low.conv;
    conv.activation = activation;
    std::vector<ValueId> inputs = {low.from, add_constant(graph_, kernel),
                                   add_constant(graph_, bias)};
    if (summand >= 0) inputs.push_back(summand);
    out_.push_back({make_low_resolution_conv(conv), std::move(inputs), {result}, node.name});
  }

  Graph& graph_;
  std::vector<Node> out_;
  int changes_ = 0;
};

}  // namespace

int low_resolution_convolution(Graph& graph) {
  return Lowering(graph).run();
}

}  // namespace halfpixel::graph
