// Layers of tf_keras that Keras 3 has not: LocallyConnected1D and 2D, whose windows have kernels of
// their own at every place, and RandomFourierFeatures.
#include <algorithm>
#include <array>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "graph/ops/binary.hpp"
#include "graph/ops/concat.hpp"
#include "graph/ops/einsum.hpp"
#include "graph/ops/matmul.hpp"
#include "graph/ops/reshape.hpp"
#include "graph/ops/slice.hpp"
#include "graph/ops/transpose.hpp"
#include "graph/ops/unary.hpp"
#include "layers/activations.hpp"
#include "layers/fields.hpp"
#include "model/emit.hpp"

namespace halfpixel::keras {
namespace {

using graph::BinaryFunction;
using graph::Extent;

struct LocalOptions {
  std::int64_t filters = 0;
  Size kernel_size = 1, strides = 1;
  Padding padding = Padding::valid;
  std::optional<DataFormat> data_format = {};
  ActivationFunction activation = {};
  bool use_bias = true;
  std::int64_t implementation = 1;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};

// What is not there counts as one row of extent 1.
struct Field {
  std::array<std::int64_t, 2> in = {1, 1}, out = {1, 1}, window = {1, 1}, step = {1, 1};
  std::int64_t channels = 0;
  std::int64_t positions() const { return out[0] * out[1]; }
};

class LocallyConnectedImpl final : public LayerOf<LocallyConnectedImpl, LocalOptions> {
 public:
  LocallyConnectedImpl(std::string_view class_name, int rank, Options o)
      : LayerOf(class_name, std::move(o), rank), rank_(rank) {
    if (options_.filters < 1) refuse("filters must be positive; got ", options_.filters);
    if (options_.implementation != 1) {
      refuse("implementation must be 1: give such a layer the weights, by place, and save it; got ",
             options_.implementation);
    }
    if (options_.padding != Padding::valid) refuse("padding must be valid");
    for (int i = 0; i < rank; ++i) {
      if (options_.kernel_size[i] < 1 || options_.strides[i] < 1)
        refuse("kernel_size and strides must be positive; got ", options_.kernel_size, " and ",
               options_.strides);
    }
  }
  static void fields(auto& v, auto& o) {
    v("filters", o.filters);
    v("kernel_size", o.kernel_size);
    v("strides", o.strides);
    v("padding", o.padding);
    v("data_format", o.data_format);
    v("activation", o.activation);
    v("use_bias", o.use_bias);
    v("implementation", o.implementation);
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    ValueId x = inputs[0];
    x = as_float32(builder, x);
    const int rank = rank_ + 2;
    const Field field = field_of(builder.shape(x));
    if (first()) x = builder.add1(graph::make_to_channels_last(rank), {x});
    // What each window sees, side by side: (N, positions, places · channels).
    std::vector<ValueId> parts;
    for (std::int64_t i = 0; i < field.window[0]; ++i) {
      for (std::int64_t j = 0; j < field.window[1]; ++j) {
        const std::array from = {i, j};
        std::vector<graph::SliceRange> ranges;
        for (std::size_t k = 0; k < static_cast<std::size_t>(rank_); ++k)
          ranges.push_back({static_cast<int>(k) + 1, from[k],
                            from[k] + (field.out[k] - 1) * field.step[k] + 1, field.step[k]});
        parts.push_back(builder.add1(graph::make_slice(std::move(ranges)), {x}));
      }
    }
    x = builder.add(graph::make_concat(rank - 1), parts)[0];
    const Tensor& kernel = variables()[0].value;
    x = builder.add1(graph::make_reshape({Extent::same_as(0), Extent::of(field.positions()),
                                          Extent::of(kernel.shape()[1])}),
                     {x});
    x = builder.add1(graph::make_einsum("npk,pkf->npf"),
                     {x, builder.constant(first() ? places_first(kernel, field) : kernel)});
    std::vector<Extent> extents = {Extent::same_as(0)};
    for (std::size_t k = 0; k < static_cast<std::size_t>(rank_); ++k)
      extents.push_back(Extent::of(field.out[k]));
    extents.push_back(Extent::of(options_.filters));
    x = builder.add1(graph::make_reshape(std::move(extents)), {x});
    if (first()) x = builder.add1(graph::make_to_channels_first(rank), {x});
    if (options_.use_bias) {
      // tf_keras' bias of channels first is read as one of that shape, and not transposed.
      Tensor bias = variables()[1].value;
      if (first()) {
        Shape shape = {options_.filters};
        for (int k = 0; k < rank_; ++k) shape.push_back(bias.shape()[k]);
        bias = bias.reshape(shape);
      }
      x = builder.add1(graph::make_binary(BinaryFunction::add), {x, builder.constant(bias)});
    }
    return {options_.activation.emit(builder, x)};
  }

 protected:
  void build(BuildContext& context, std::span<const Spec> inputs) override {
    const Field field = field_of(inputs[0].shape);
    const std::int64_t seen = checked_multiply(
        checked_multiply(field.window[0], field.window[1], "kernel"), field.channels, "kernel");
    add_variable(context, "kernel", {field.positions(), seen, options_.filters},
                 Initializer::glorot_uniform);
    if (!options_.use_bias) return;
    Shape bias;
    for (std::size_t k = 0; k < static_cast<std::size_t>(rank_); ++k) bias.push_back(field.out[k]);
    bias.push_back(options_.filters);
    add_variable(context, "bias", bias, Initializer::zeros);
  }

 private:
  bool first() const { return *options_.data_format == DataFormat::channels_first; }

  Field field_of(const Shape& shape) const {
    Field field;
    bool good = shape.rank() == rank_ + 2;
    for (int i = 1; good && i < shape.rank(); ++i) good = shape[i] > 0;
    for (int k = 0; good && k < rank_; ++k) {
      const auto at = static_cast<std::size_t>(k);
      field.in[at] = shape[first() ? k + 2 : k + 1];
      field.window[at] = options_.kernel_size[k];
      field.step[at] = options_.strides[k];
      field.out[at] = (field.in[at] - field.window[at]) / field.step[at] + 1;
      good = field.in[at] >= field.window[at];
    }
    if (!good) {
      refuse("must be called on (batch, …, channels) of known extents, windows of ",
             options_.kernel_size, " within; got ", shape);
    }
    field.channels = shape.at(first() ? 1 : -1);
    return field;
  }

  // The kernel of channels first counts places within channels.
  static Tensor places_first(const Tensor& kernel, const Field& field) {
    Tensor result(kernel.shape(), DType::float32);
    const std::int64_t seen = kernel.shape()[1], filters = kernel.shape()[2];
    const std::int64_t places = seen / field.channels;
    for (std::int64_t p = 0; p < kernel.shape()[0]; ++p) {
      for (std::int64_t k = 0; k < seen; ++k) {
        const std::int64_t to = k % places * field.channels + k / places;
        std::copy_n(kernel.data<float>() + (p * seen + k) * filters, filters,
                    result.data<float>() + (p * seen + to) * filters);
      }
    }
    return result;
  }

  int rank_;
};

struct FourierOptions {
  std::int64_t output_dim = 0;
  Config::Value kernel_initializer = "gaussian", scale = nullptr;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};

// cos(x · kernel / scale + bias)
class RandomFourierFeaturesImpl final : public LayerOf<RandomFourierFeaturesImpl, FourierOptions> {
 public:
  RandomFourierFeaturesImpl(std::string_view class_name, Options o)
      : LayerOf(class_name, std::move(o)) {
    if (options_.output_dim < 1) refuse("output_dim must be positive; got ", options_.output_dim);
  }
  static void fields(auto& v, auto& o) {
    v("output_dim", o.output_dim);
    v("kernel_initializer", o.kernel_initializer);
    v("scale", o.scale);
  }
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    const auto value = [&](std::size_t i) { return builder.constant(variables()[i].value); };
    const auto multiply = graph::make_binary(BinaryFunction::multiply);
    const ValueId factor =
        builder.add1(graph::make_binary(BinaryFunction::divide), {builder.scalar(1.0F), value(0)});
    const ValueId kernel = builder.add1(multiply, {factor, value(1)});
    ValueId x = inputs[0];
    x = as_float32(builder, x);
    x = builder.add1(graph::make_matmul(), {x, kernel});
    x = builder.add1(graph::make_binary(BinaryFunction::add), {x, value(2)});
    return {builder.add1(graph::make_unary(graph::Function::cos), {x})};
  }

 protected:
  void build(BuildContext& context, std::span<const Spec> inputs) override {
    const Shape& shape = inputs[0].shape;
    if (shape.rank() != 2 || shape[1] == kUnknown)
      refuse("must be called on (batch, features), the features known; got ", shape);
    add_variable(context, "kernel_scale", {1}, Initializer::ones);
    add_variable(context, "unscaled_kernel", {shape[1], options_.output_dim},
                 Initializer::glorot_uniform, false);
    add_variable(context, "bias", {options_.output_dim}, Initializer::zeros, false);
  }
};

}  // namespace

std::span<const LayerRow> locally_connected_rows() {
  static constexpr std::array kRows = {row<"LocallyConnected1D", LocallyConnectedImpl, 1>(),
                                       row<"LocallyConnected2D", LocallyConnectedImpl, 2>(),
                                       row<"RandomFourierFeatures", RandomFourierFeaturesImpl>()};
  return kRows;
}

}  // namespace halfpixel::keras
