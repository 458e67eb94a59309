// Max- and AveragePooling1D/2D/3D and their Global forms.
#include <halfpixel/keras/layers/pooling.hpp>

#include <array>
#include <memory>
#include <optional>

#include "graph/ops/binary.hpp"
#include "graph/ops/cast.hpp"
#include "graph/ops/pool.hpp"
#include "graph/ops/reduce.hpp"
#include "graph/ops/reshape.hpp"
#include "graph/ops/select.hpp"
#include "layers/spatial.hpp"

namespace halfpixel::keras {
namespace {

using graph::PoolKind;

class PoolingImpl final : public SpatialLayer<PoolingImpl, layers::PoolingOptions> {
 public:
  PoolingImpl(std::string_view class_name, PoolKind kind, int rank, Options options)
      : SpatialLayer(class_name, rank, std::move(options)), kind_(kind) {
    if (!options_.strides) options_.strides = options_.pool_size;
    if (options_.padding == Padding::causal)
      refuse("`padding` must be valid or same; got 'causal'");
    require_positive("pool_size", options_.pool_size);
    require_positive("strides", *options_.strides);
  }

  static void fields(auto& v, auto& o) {
    v("pool_size", o.pool_size);
    v("padding", o.padding);
    v("strides", o.strides);
    v("data_format", o.data_format);
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    const ValueId x = to_channels_last(builder, inputs[0]);
    graph::WindowMove move;
    move.spatial_rank = rank();
    move.strides = per_axis(*options_.strides);
    move.same = options_.padding == Padding::same;
    const auto op = graph::make_pool({kind_, move, per_axis(options_.pool_size)});
    return {from_channels_last(builder, builder.add1(op, {x}))};
  }

 private:
  PoolKind kind_;
};

class GlobalPoolingImpl final
    : public SpatialLayer<GlobalPoolingImpl, layers::GlobalPoolingOptions> {
 public:
  GlobalPoolingImpl(std::string_view class_name, PoolKind kind, int rank, Options options)
      : SpatialLayer(class_name, rank, std::move(options)), kind_(kind) {}

  static void fields(auto& v, auto& o) {
    v("data_format", o.data_format);
    v("keepdims", o.keepdims);
  }

  // A second input, said by "mask", is the mask of the first.
  bool takes_several() const override { return looks_at_masks(); }
  std::vector<ValueId> call_with_arguments(Builder& builder, std::span<const ValueId> inputs,
                                           const Config& arguments) const override {
    const bool masked = arguments.find("mask") != nullptr && looks_at_masks();
    if (!masked || arguments.items().size() > 1 || inputs.size() != 2)
      return LayerImpl::call_with_arguments(builder, inputs, arguments);
    return {average(builder, inputs[0], inputs[1])};
  }
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    if (inputs.size() != 1) refuse("must be called on one tensor; got ", inputs.size());
    if (const auto mask = looks_at_masks() ? builder.agreed_mask(inputs[0]) : std::nullopt)
      return {average(builder, inputs[0], *mask)};
    const ValueId x = to_channels_last(builder, inputs[0]);
    const auto op = graph::make_global_pool({kind_, options_.keepdims});
    const ValueId y = builder.add1(op, {x});
    return {options_.keepdims ? from_channels_last(builder, y) : y};
  }

 private:
  bool looks_at_masks() const { return kind_ == PoolKind::average && rank() == 1; }
  // Of the steps that are not masked.
  ValueId average(Builder& builder, ValueId x, ValueId mask) const {
    using graph::Reduction;
    x = to_channels_last(builder, x);
    mask = builder.add1(graph::make_expand_dims(2, 2), {mask});
    x = builder.add1(graph::make_select(), {mask, x, builder.scalar(0.0F)});
    const auto sum = [&](ValueId from) {
      return builder.add1(graph::make_reduce(Reduction::sum, {1}, options_.keepdims), {from});
    };
    const ValueId steps = builder.add1(graph::make_cast(DType::float32), {mask});
    const ValueId y =
        builder.add1(graph::make_binary(graph::BinaryFunction::divide), {sum(x), sum(steps)});
    return options_.keepdims ? from_channels_last(builder, y) : y;
  }

  PoolKind kind_;
};

template <class Impl, class Options>
LayerPtr make(std::string_view kind_name, PoolKind kind, int rank, const Options& options) {
  return std::make_shared<Impl>(concat(kind_name, "Pooling", rank, "D"), kind, rank, options);
}

}  // namespace

namespace layers {
template <int kRank>
MaxPooling<kRank>::MaxPooling(const PoolingOptions& o)
    : GraphLayer(make<PoolingImpl>("Max", PoolKind::max, kRank, o)) {}
template <int kRank>
AveragePooling<kRank>::AveragePooling(const PoolingOptions& o)
    : GraphLayer(make<PoolingImpl>("Average", PoolKind::average, kRank, o)) {}
template <int kRank>
GlobalMaxPooling<kRank>::GlobalMaxPooling(const GlobalPoolingOptions& o)
    : GraphLayer(make<GlobalPoolingImpl>("GlobalMax", PoolKind::max, kRank, o)) {}
template <int kRank>
GlobalAveragePooling<kRank>::GlobalAveragePooling(const GlobalPoolingOptions& o)
    : GraphLayer(make<GlobalPoolingImpl>("GlobalAverage", PoolKind::average, kRank, o)) {}
template class MaxPooling<1>;
template class MaxPooling<2>;
template class MaxPooling<3>;
template class AveragePooling<1>;
template class AveragePooling<2>;
template class AveragePooling<3>;
template class GlobalMaxPooling<1>;
template class GlobalMaxPooling<2>;
template class GlobalMaxPooling<3>;
template class GlobalAveragePooling<1>;
template class GlobalAveragePooling<2>;
template class GlobalAveragePooling<3>;
}  // namespace layers

std::span<const LayerRow> pooling_rows() {
  static constexpr std::array kRows = {
      row<"MaxPooling1D", PoolingImpl, PoolKind::max, 1>("MaxPool1D"),
      row<"GlobalMaxPooling1D", GlobalPoolingImpl, PoolKind::max, 1>("GlobalMaxPool1D"),
      row<"MaxPooling2D", PoolingImpl, PoolKind::max, 2>("MaxPool2D"),
      row<"GlobalMaxPooling2D", GlobalPoolingImpl, PoolKind::max, 2>("GlobalMaxPool2D"),
      row<"MaxPooling3D", PoolingImpl, PoolKind::max, 3>("MaxPool3D"),
      row<"GlobalMaxPooling3D", GlobalPoolingImpl, PoolKind::max, 3>("GlobalMaxPool3D"),
      row<"AveragePooling1D", PoolingImpl, PoolKind::average, 1>("AvgPool1D"),
      row<"GlobalAveragePooling1D", GlobalPoolingImpl, PoolKind::average, 1>("GlobalAvgPool1D"),
      row<"AveragePooling2D", PoolingImpl, PoolKind::average, 2>("AvgPool2D"),
      row<"GlobalAveragePooling2D", GlobalPoolingImpl, PoolKind::average, 2>("GlobalAvgPool2D"),
      row<"AveragePooling3D", PoolingImpl, PoolKind::average, 3>("AvgPool3D"),
      row<"GlobalAveragePooling3D", GlobalPoolingImpl, PoolKind::average, 3>("GlobalAvgPool3D"),
  };
  return kRows;
}

}  // namespace halfpixel::keras
