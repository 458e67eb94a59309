// Operations that filter images: blurs and edges, as depthwise convolutions with kernels of their
// own, and standardisation.
#include <array>
#include <cmath>
#include <numeric>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/config.hpp>

#include "core/checked.hpp"
#include "graph/ops/conv.hpp"
#include "graph/ops/pad.hpp"
#include "graph/ops/reduce.hpp"
#include "graph/ops/reshape.hpp"
#include "graph/ops/transpose.hpp"
#include "graph/ops/unary.hpp"
#include "operations/images.hpp"
#include "operations/operands.hpp"

namespace halfpixel::keras {
namespace {

// f(images with channels last, as a batch), the axes put back.
template <class F>
ValueId as_images(Builder& b, ValueId x, DataFormat format, std::string_view who, const F& f) {
  x = as_float32(b, x);
  const int rank = b.shape(x).rank();
  if (rank != 3 && rank != 4)
    fail(ErrorCode::invalid_argument, "[", who, "] images must have 3 or 4 axes; got shape ",
         b.shape(x));
  if (rank == 3) x = b.add1(graph::make_expand_dims(0, rank), {x});
  const bool first = format == DataFormat::channels_first;
  if (first) x = b.add1(graph::make_to_channels_last(4), {x});
  if (b.shape(x)[3] == kUnknown)
    fail(ErrorCode::unsupported, "[", who, "] the number of channels must be known; got shape ",
         b.shape(x));
  x = f(x);
  const int more = b.shape(x).rank();
  if (first) {
    std::vector<int> order = {0, 3, 1, 2};
    if (more == 5) order.push_back(4);
    x = b.add1(graph::make_transpose(order), {x});
  }
  if (rank == 3) x = b.add1(graph::make_squeeze({0}, b.shape(x)), {x});
  return x;
}

// Every channel convolved with `filters` kernels of height x width, which lie one after the other
// in the last axis.
ValueId each_channel(Builder& b, ValueId x, const Tensor& kernel, bool same) {
  const std::int64_t channels = b.shape(x)[3], filters = kernel.shape()[2];
  const std::int64_t places = kernel.size() / filters;
  Tensor all(Shape{kernel.shape()[0], kernel.shape()[1], 1, channels * filters}, DType::float32);
  for (std::int64_t i = 0; i < places; ++i) {
    for (std::int64_t c = 0; c < channels * filters; ++c)
      all.data<float>()[i * channels * filters + c] =
          kernel.data<float>()[i * filters + c % filters];
  }
  graph::ConvAttributes attributes;
  attributes.move.spatial_rank = 2;
  attributes.move.same = same;
  attributes.groups = channels;
  return b.add1(graph::make_conv(attributes), {x, b.constant(all)});
}

std::vector<float> gaussian(std::int64_t size, double sigma) {
  std::vector<float> kernel;
  for (std::int64_t i = 0; i < size; ++i) {
    const float x =
        (static_cast<float>(i) - static_cast<float>(size - 1) / 2.0F) / static_cast<float>(sigma);
    kernel.push_back(std::exp(-0.5F * (x * x)));
  }
  const float sum = std::accumulate(kernel.begin(), kernel.end(), 0.0F);
  for (float& value : kernel) value /= sum;
  return kernel;
}

LayerPtr gaussian_blur(std::string_view name, const OperationCall& call,
                       const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"images"});
  const auto size = arguments.integers("kernel_size").value_or(std::vector<std::int64_t>{3, 3});
  std::vector<double> sigma = {1.0, 1.0};
  if (const auto* given = arguments.find<Config::List>("sigma")) {
    sigma.clear();
    for (const Config::Value& value : *given) sigma.push_back(value.number().value_or(0.0));
  }
  if (size.size() != 2 || size[0] < 1 || size[1] < 1 || size[0] > 1024 || size[1] > 1024)
    arguments.refuse("kernel_size", "two integers from 1 to 1024");
  if (sigma.size() != 2 || !(sigma[0] > 0) || !(sigma[1] > 0))
    arguments.refuse("sigma", "two positive numbers");
  const DataFormat format = image_format(arguments);
  // The first size and sigma are of columns in Keras, and its kernel has as many rows: one size of
  // two is all that fits.
  if (size[0] != size[1]) arguments.refuse("kernel_size", "the same size twice");
  const std::vector<float> columns = gaussian(size[0], sigma[0]),
                           rows = gaussian(size[1], sigma[1]);
  Tensor kernel(Shape{size[1], size[0], 1}, DType::float32);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < columns.size(); ++j)
      kernel.data<float>()[i * columns.size() + j] = rows[i] * columns[j];
  }
  return make_recorded("GaussianBlur", kImageOps,
                       keras_form({{"kernel_size", Config::list_of(size)},
                                   {"sigma", Config::List{sigma[0], sigma[1]}},
                                   {"data_format", name_of(format)}}),
                       layer_name, on_first([=](Builder& b, ValueId x) {
                         return as_images(b, x, format, "gaussian_blur", [&](ValueId v) {
                           return each_channel(b, v, kernel, true);
                         });
                       }));
}

// (N, H, W, C) becomes (N, H, W, C, 2): differences along rows' and columns' axes.
LayerPtr sobel_edges(std::string_view name, const OperationCall& call,
                     const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"images"});
  const DataFormat format = image_format(arguments);
  const Tensor kernel(Shape{3, 3, 2}, {-1.0F, -1.0F, -2.0F, 0.0F, -1.0F, 1.0F, 0.0F, -2.0F, 0.0F,
                                       0.0F, 0.0F, 2.0F, 1.0F, -1.0F, 2.0F, 0.0F, 1.0F, 1.0F});
  return make_recorded(
      "SobelEdges", kImageOps, keras_form({{"data_format", name_of(format)}}), layer_name,
      on_first([=](Builder& b, ValueId x) {
        return as_images(b, x, format, "sobel_edges", [&](ValueId v) {
          const std::int64_t channels = b.shape(v)[3];
          v = b.add1(graph::make_pad({{0, 0}, {1, 1}, {1, 1}, {0, 0}}, graph::PadMode::reflect),
                     {v});
          v = each_channel(b, v, kernel, false);
          using graph::Extent;
          return b.add1(
              graph::make_reshape({Extent::same_as(0), Extent::same_as(1), Extent::same_as(2),
                                   Extent::of(channels), Extent::of(2)}),
              {v});
        });
      }));
}

// tf.image.per_image_standardization: (x - mean) / max(deviation, 1 / √elements).
LayerPtr standardization(std::string_view name, const OperationCall& call,
                         const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"image"});
  return make_unsaveable(
      name, layer_name, on_first([who = arguments.who()](Builder& b, ValueId x) {
        x = as_float32(b, x);
        const Shape shape = b.shape(x);
        if (shape.rank() < 3)
          fail(ErrorCode::invalid_argument, "[", who,
               "] image must have 3 axes or more; got shape ", shape);
        float elements = 1;
        for (int axis = -3; axis < 0; ++axis) {
          if (shape.at(axis) == kUnknown) return x;  // the shape stays
          elements *= static_cast<float>(shape.at(axis));
        }
        const auto binary = [&](graph::BinaryFunction f, ValueId p, ValueId q) {
          return b.add1(graph::make_binary(f), {p, q});
        };
        const std::vector<int> axes = {-3, -2, -1};
        const ValueId mean = b.add1(graph::make_reduce(graph::Reduction::mean, axes, true), {x});
        const ValueId deviation =
            binary(graph::BinaryFunction::maximum,
                   b.add1(graph::make_reduce(graph::Reduction::std, axes, true), {x}),
                   b.scalar(1.0F / std::sqrt(elements)));
        return binary(graph::BinaryFunction::divide,
                      binary(graph::BinaryFunction::subtract, x, mean), deviation);
      }));
}

}  // namespace

std::span<const OperationRow> filter_operations() {
  static constexpr std::array kRows = {
      OperationRow{"GaussianBlur", gaussian_blur},
      OperationRow{"SobelEdges", sobel_edges},
      OperationRow{"image.per_image_standardization", standardization},
  };
  return kRows;
}

}  // namespace halfpixel::keras
