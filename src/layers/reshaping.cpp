// Reshape, Flatten, Permute, RepeatVector and Identity.
#include <halfpixel/keras/layers/reshaping.hpp>

#include <algorithm>
#include <array>
#include <memory>

#include "graph/ops/repeat.hpp"
#include "graph/ops/reshape.hpp"
#include "graph/ops/transpose.hpp"
#include "layers/fields.hpp"

namespace halfpixel::keras {
namespace {

using graph::Extent;

class ReshapeImpl final : public LayerOf<ReshapeImpl, layers::ReshapeOptions> {
 public:
  ReshapeImpl(std::string_view class_name, const Options& o) : LayerOf(class_name, o) {
    std::vector<Extent> extents = {Extent::same_as(0)};
    for (const std::int64_t extent : o.target_shape) {
      if (extent < -1) refuse("target_shape must not have extents below -1; got ", extent);
      extents.push_back(Extent::of(extent));
    }
    if (std::count(o.target_shape.begin(), o.target_shape.end(), -1) > 1) {
      refuse(
          "There must be at most one unknown dimension (-1) in target_shape. Received: "
          "target_shape=" +
          Config::Value(Config::list_of(o.target_shape)).json());
    }
    op_ = graph::make_reshape(std::move(extents));
  }
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    return builder.add(op_, inputs);
  }
  static void fields(auto& v, auto& o) { v("target_shape", o.target_shape); }

 private:
  graph::OpPtr op_;
};

class FlattenImpl final : public LayerOf<FlattenImpl, layers::FlattenOptions> {
 public:
  using LayerOf::LayerOf;
  static void fields(auto& v, auto& o) { v("data_format", o.data_format); }
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    ValueId x = inputs[0];
    const int rank = builder.shape(x).rank();
    if (rank < 1) refuse("input must have at least 1 axis; got shape ()");
    if (*options_.data_format == DataFormat::channels_first && rank > 2)
      x = builder.add1(graph::make_to_channels_last(rank), {x});
    return {builder.add1(graph::make_reshape({Extent::same_as(0), Extent::rest()}), {x})};
  }
};

class PermuteImpl final : public LayerOf<PermuteImpl, layers::PermuteOptions> {
 public:
  PermuteImpl(std::string_view class_name, const Options& o) : LayerOf(class_name, o) {
    if (o.dims.size() >= kMaxRank) {
      refuse("dims must name at most ", kMaxRank - 1, " axes; got ", o.dims.size());
    }
    std::vector<int> sorted = o.dims;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      if (sorted[i] != static_cast<int>(i) + 1) {
        refuse(
            "Invalid permutation argument `dims` for Permute Layer. The set of indices in `dims` "
            "must be consecutive "
            "and start from 1. Received dims=" +
            Config::Value(Config::list_of(o.dims)).json());
      }
    }
    std::vector<int> axes = {0};
    axes.insert(axes.end(), o.dims.begin(), o.dims.end());
    op_ = graph::make_transpose(axes);
  }
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    require_rank(builder.spec(inputs[0]), static_cast<int>(options_.dims.size()) + 1);
    return builder.add(op_, inputs);
  }
  static void fields(auto& v, auto& o) { v("dims", o.dims); }

 private:
  graph::OpPtr op_;
};

class RepeatVectorImpl final : public LayerOf<RepeatVectorImpl, layers::RepeatVectorOptions> {
 public:
  RepeatVectorImpl(std::string_view class_name, const Options& o) : LayerOf(class_name, o) {
    if (o.n < 1) refuse("n must be positive; got ", o.n);
  }
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    require_rank(builder.spec(inputs[0]), 2);
    const ValueId row = builder.add1(graph::make_expand_dims(1, 2), {inputs[0]});
    return {builder.add1(graph::make_repeat(1, options_.n), {row})};
  }
  static void fields(auto& v, auto& o) { v("n", o.n); }
};

class IdentityImpl final : public LayerOf<IdentityImpl, layers::IdentityOptions> {
 public:
  using LayerOf::LayerOf;
  static void fields(auto&, auto&) {}
  std::vector<ValueId> call(Builder&, std::span<const ValueId> inputs) const override {
    return {inputs.begin(), inputs.end()};
  }
};

}  // namespace

namespace layers {
Reshape::Reshape(ReshapeOptions o)
    : GraphLayer(std::make_shared<ReshapeImpl>("Reshape", std::move(o))) {}
Flatten::Flatten(FlattenOptions o)
    : GraphLayer(std::make_shared<FlattenImpl>("Flatten", std::move(o))) {}
Permute::Permute(PermuteOptions o)
    : GraphLayer(std::make_shared<PermuteImpl>("Permute", std::move(o))) {}
RepeatVector::RepeatVector(RepeatVectorOptions o)
    : GraphLayer(std::make_shared<RepeatVectorImpl>("RepeatVector", std::move(o))) {}
Identity::Identity(IdentityOptions o)
    : GraphLayer(std::make_shared<IdentityImpl>("Identity", std::move(o))) {}
}  // namespace layers

std::span<const LayerRow> reshaping_rows() {
  static constexpr std::array kRows = {
      row<"Reshape", ReshapeImpl>(),   row<"Flatten", FlattenImpl>(),
      row<"Permute", PermuteImpl>(),   row<"RepeatVector", RepeatVectorImpl>(),
      row<"Identity", IdentityImpl>(),
  };
  return kRows;
}

}  // namespace halfpixel::keras
