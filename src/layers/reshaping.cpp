#include "layers/reshaping.hpp"

#include <algorithm>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/layers/reshaping.hpp>

#include "core/checked.hpp"
#include "frontends/keras_config_reader.hpp"
#include "graph/ops/repeat.hpp"
#include "graph/ops/reshape.hpp"
#include "graph/ops/transpose.hpp"
#include "model/layer_rows.hpp"

namespace halfpixel::keras {
namespace {

using graph::Extent;

class ReshapeImpl final : public LayerImpl {
 public:
  explicit ReshapeImpl(const layers::ReshapeOptions& o)
      : LayerImpl("Reshape", o.name, o.dtype, o.trainable), target_shape_(o.target_shape) {
    std::vector<Extent> extents = {Extent::same_as(0)};
    for (const std::int64_t extent : target_shape_) {
      if (extent < -1) fail(concat("target_shape must not have extents below -1; got ", extent));
      extents.push_back(Extent::of(extent));
    }
    if (std::count(target_shape_.begin(), target_shape_.end(), -1) > 1) {
      fail(
          "There must be at most one unknown dimension (-1) in target_shape. Received: "
          "target_shape=" +
          Config::Value(Config::list_of(target_shape_)).json());
    }
    op_ = graph::make_reshape(std::move(extents));
  }
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    return builder.add(op_, inputs);
  }
  void add_config(Config& config) const override {
    config.set("target_shape", Config::list_of(target_shape_));
  }

 private:
  std::vector<std::int64_t> target_shape_;
  graph::OpPtr op_;
};

class FlattenImpl final : public LayerImpl {
 public:
  explicit FlattenImpl(const layers::FlattenOptions& o)
      : LayerImpl("Flatten", o.name, o.dtype, o.trainable), format_(or_default(o.data_format)) {}
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    ValueId x = inputs[0];
    const int rank = builder.shape(x).rank();
    if (rank < 1) fail("input must have at least 1 axis; got shape ()");
    if (format_ == DataFormat::channels_first && rank > 2)
      x = builder.add1(graph::make_to_channels_last(rank), {x});
    return {builder.add1(graph::make_reshape({Extent::same_as(0), Extent::rest()}), {x})};
  }
  void add_config(Config& config) const override { config.set("data_format", name_of(format_)); }

 private:
  DataFormat format_;
};

class PermuteImpl final : public LayerImpl {
 public:
  explicit PermuteImpl(const layers::PermuteOptions& o)
      : LayerImpl("Permute", o.name, o.dtype, o.trainable), dims_(o.dims) {
    std::vector<int> sorted = dims_;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      if (sorted[i] != static_cast<int>(i) + 1) {
        fail(
            "Invalid permutation argument `dims` for Permute Layer. The set of indices in `dims` "
            "must be consecutive "
            "and start from 1. Received dims=" +
            Config::Value(Config::list_of(dims_)).json());
      }
    }
    std::vector<int> axes = {0};
    axes.insert(axes.end(), dims_.begin(), dims_.end());
    op_ = graph::make_transpose(axes);
  }
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    require_rank(builder.spec(inputs[0]), static_cast<int>(dims_.size()) + 1);
    return builder.add(op_, inputs);
  }
  void add_config(Config& config) const override { config.set("dims", Config::list_of(dims_)); }

 private:
  std::vector<int> dims_;
  graph::OpPtr op_;
};

class RepeatVectorImpl final : public LayerImpl {
 public:
  explicit RepeatVectorImpl(const layers::RepeatVectorOptions& o)
      : LayerImpl("RepeatVector", o.name, o.dtype, o.trainable), n_(o.n) {
    if (n_ < 1) fail(concat("n must be positive; got ", n_));
  }
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    require_rank(builder.spec(inputs[0]), 2);
    const ValueId row = builder.add1(graph::make_expand_dims(1, 2), {inputs[0]});
    return {builder.add1(graph::make_repeat(1, n_), {row})};
  }
  void add_config(Config& config) const override { config.set("n", n_); }

 private:
  std::int64_t n_;
};

class IdentityImpl final : public LayerImpl {
 public:
  explicit IdentityImpl(const layers::IdentityOptions& o)
      : LayerImpl("Identity", o.name, o.dtype, o.trainable) {}
  std::vector<ValueId> call(Builder&, std::span<const ValueId> inputs) const override {
    return {inputs.begin(), inputs.end()};
  }
  void add_config(Config&) const override {}
};

LayerPtr reshape_from(const Config& config) {
  const ConfigReader reader("Reshape", config);
  // None in target_shape means -1.
  Config known = config;
  if (const auto* value = reader.value("target_shape")) {
    if (const auto* list = value->get_if<Config::List>()) {
      Config::List extents = *list;
      for (Config::Value& extent : extents) {
        if (extent.is_none()) extent = -1;
      }
      known.set("target_shape", std::move(extents));
    }
  }
  return std::make_shared<ReshapeImpl>(
      layers::ReshapeOptions{ConfigReader("Reshape", known).integers("target_shape", 0, {}),
                             reader.name(), reader.dtype(), reader.trainable()});
}

LayerPtr flatten_from(const Config& config) {
  const ConfigReader reader("Flatten", config);
  return std::make_shared<FlattenImpl>(layers::FlattenOptions{reader.data_format(), reader.name(),
                                                              reader.dtype(), reader.trainable()});
}

LayerPtr permute_from(const Config& config) {
  const ConfigReader reader("Permute", config);
  std::vector<int> dims;
  for (const std::int64_t dim : reader.integers("dims", 0, {})) {
    if (dim < 1 || dim > kMaxRank) reader.fail("dims", "a permutation of 1, 2, …");
    dims.push_back(static_cast<int>(dim));
  }
  return std::make_shared<PermuteImpl>(
      layers::PermuteOptions{std::move(dims), reader.name(), reader.dtype(), reader.trainable()});
}

LayerPtr repeat_vector_from(const Config& config) {
  const ConfigReader reader("RepeatVector", config);
  return std::make_shared<RepeatVectorImpl>(layers::RepeatVectorOptions{
      reader.integer("n", 0), reader.name(), reader.dtype(), reader.trainable()});
}

LayerPtr identity_from(const Config& config) {
  const ConfigReader reader("Identity", config);
  return std::make_shared<IdentityImpl>(
      layers::IdentityOptions{reader.name(), reader.dtype(), reader.trainable()});
}

}  // namespace

std::span<const LayerRow> shape_rows() {
  static const std::vector<LayerRow> rows = [] {
    std::vector<LayerRow> all = {
        {"Reshape", reshape_from},   {"Flatten", flatten_from},
        {"Permute", permute_from},   {"RepeatVector", repeat_vector_from},
        {"Identity", identity_from},
    };
    const auto padding = padding_rows();
    all.insert(all.end(), padding.begin(), padding.end());
    return all;
  }();
  return rows;
}

namespace layers {

Reshape::Reshape(ReshapeOptions options) : GraphLayer(std::make_shared<ReshapeImpl>(options)) {}
Flatten::Flatten(FlattenOptions options) : GraphLayer(std::make_shared<FlattenImpl>(options)) {}
Permute::Permute(PermuteOptions options) : GraphLayer(std::make_shared<PermuteImpl>(options)) {}
RepeatVector::RepeatVector(RepeatVectorOptions options)
    : GraphLayer(std::make_shared<RepeatVectorImpl>(options)) {}
Identity::Identity(IdentityOptions options) : GraphLayer(std::make_shared<IdentityImpl>(options)) {}

}  // namespace layers
}  // namespace halfpixel::keras
