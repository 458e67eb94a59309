// Max- and AveragePooling1D/2D/3D and their Global forms.
#include <algorithm>
#include <array>
#include <memory>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/config.hpp>
#include <halfpixel/keras/layers/pooling.hpp>

#include "core/checked.hpp"
#include "frontends/keras_config_reader.hpp"
#include "graph/ops/pool.hpp"
#include "graph/ops/transpose.hpp"
#include "layers/convolution.hpp"
#include "model/config_keys.hpp"
#include "model/layer_rows.hpp"

namespace halfpixel::keras {
namespace {

using graph::PoolKind;

struct PoolSettings {
  PoolKind kind = PoolKind::max;
  int rank = 2;
  graph::PerAxis pool_size = {2, 2, 2}, strides = {2, 2, 2};
  Padding padding = Padding::valid;
  DataFormat data_format = DataFormat::channels_last;
  std::string name;
  DTypePolicy policy;
  bool trainable = true;
};

std::string pooling_name(bool global, PoolKind kind, int rank) {
  return concat(global ? "Global" : "", kind == PoolKind::max ? "Max" : "Average", "Pooling", rank,
                "D");
}

class PoolingImpl final : public LayerImpl {
 public:
  explicit PoolingImpl(const PoolSettings& settings)
      : LayerImpl(pooling_name(false, settings.kind, settings.rank), settings.name, settings.policy,
                  settings.trainable),
        settings_(settings) {
    if (settings_.padding == Padding::causal) fail("`padding` must be valid or same; got 'causal'");
    for (std::size_t i = 0; i < static_cast<std::size_t>(settings_.rank); ++i) {
      const std::int64_t size = settings_.pool_size[i], stride = settings_.strides[i];
      constexpr std::int64_t kMost = std::int64_t{1} << 31;
      if (size <= 0 || size >= kMost) {
        fail(concat("The `pool_size` argument must be positive integers; got ", size));
      }
      if (stride <= 0 || stride >= kMost) {
        fail(concat("The `strides` argument must be positive integers; got ", stride));
      }
    }
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    const int rank = settings_.rank + 2;
    require_rank(builder.spec(inputs[0]), rank);
    const bool first = settings_.data_format == DataFormat::channels_first;
    ValueId x = inputs[0];
    if (first) x = builder.add1(graph::make_to_channels_last(rank), {x});
    graph::WindowMove move;
    move.spatial_rank = settings_.rank;
    move.strides = settings_.strides;
    move.same = settings_.padding == Padding::same;
    x = builder.add1(std::make_shared<graph::Pool>(settings_.kind, move, settings_.pool_size), {x});
    if (first) x = builder.add1(graph::make_to_channels_first(rank), {x});
    return {x};
  }

  void add_config(Config& config) const override {
    const auto count = static_cast<std::size_t>(settings_.rank);
    config.set("pool_size", Config::list_of(std::span(settings_.pool_size.data(), count)));
    config.set("padding", name_of(settings_.padding));
    config.set("strides", Config::list_of(std::span(settings_.strides.data(), count)));
    config.set("data_format", name_of(settings_.data_format));
  }

 private:
  PoolSettings settings_;
};

class GlobalPoolingImpl final : public LayerImpl {
 public:
  GlobalPoolingImpl(const PoolSettings& settings, bool keepdims)
      : LayerImpl(pooling_name(true, settings.kind, settings.rank), settings.name, settings.policy,
                  settings.trainable),
        settings_(settings),
        keepdims_(keepdims) {}

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    const int rank = settings_.rank + 2;
    require_rank(builder.spec(inputs[0]), rank);
    const bool first = settings_.data_format == DataFormat::channels_first;
    ValueId x = inputs[0];
    if (first) x = builder.add1(graph::make_to_channels_last(rank), {x});
    x = builder.add1(std::make_shared<graph::GlobalPool>(settings_.kind, keepdims_), {x});
    if (first && keepdims_) x = builder.add1(graph::make_to_channels_first(rank), {x});
    return {x};
  }

  void add_config(Config& config) const override {
    config.set("data_format", name_of(settings_.data_format));
    config.set("keepdims", keepdims_);
  }

 private:
  PoolSettings settings_;
  bool keepdims_;
};

template <class Options>
PoolSettings common(PoolKind kind, int rank, const Options& o) {
  PoolSettings s;
  s.kind = kind;
  s.rank = rank;
  s.data_format = o.data_format ? *o.data_format : config::image_data_format();
  s.name = o.name;
  s.policy = o.dtype;
  s.trainable = o.trainable;
  return s;
}
template <class Options>
LayerPtr make_pooling(PoolKind kind, int rank, const Options& o) {
  PoolSettings s = common(kind, rank, o);
  const std::string who = pooling_name(false, kind, rank);
  s.pool_size = per_axis(who, "pool_size", o.pool_size, rank);
  s.strides = per_axis(who, "strides", o.strides ? *o.strides : o.pool_size, rank);
  s.padding = o.padding;
  return std::make_shared<PoolingImpl>(s);
}
template <class Options>
LayerPtr make_global(PoolKind kind, int rank, const Options& o) {
  return std::make_shared<GlobalPoolingImpl>(common(kind, rank, o), o.keepdims);
}

PoolSettings common(PoolKind kind, int rank, const ConfigReader& reader) {
  PoolSettings s;
  s.kind = kind;
  s.rank = rank;
  s.data_format = *reader.data_format();
  s.name = reader.name();
  s.policy = reader.dtype();
  s.trainable = reader.trainable();
  return s;
}
template <PoolKind Kind, int Rank>
LayerPtr from_config(const Config& config) {
  const std::string who = pooling_name(false, Kind, Rank);
  const ConfigReader reader(who, config);
  PoolSettings s = common(Kind, Rank, reader);
  const auto read = [&](const char* key, const graph::PerAxis& otherwise) {
    const std::vector<std::int64_t> values =
        reader.integers(key, Rank, {otherwise.begin(), otherwise.begin() + Rank});
    graph::PerAxis result = {1, 1, 1};
    std::copy(values.begin(), values.end(), result.begin());
    return result;
  };
  s.pool_size = read("pool_size", s.pool_size);
  s.strides = read("strides", s.pool_size);
  s.padding = to_padding(reader.text("padding", "valid"));
  return std::make_shared<PoolingImpl>(s);
}
template <PoolKind Kind, int Rank>
LayerPtr global_from_config(const Config& config) {
  const std::string who = pooling_name(true, Kind, Rank);
  const ConfigReader reader(who, config);
  return std::make_shared<GlobalPoolingImpl>(common(Kind, Rank, reader),
                                             reader.boolean("keepdims", false));
}

}  // namespace

namespace layers {
MaxPooling1D::MaxPooling1D(const MaxPooling1DOptions& options)
    : GraphLayer(make_pooling(PoolKind::max, 1, options)) {}
MaxPooling2D::MaxPooling2D(const MaxPooling2DOptions& options)
    : GraphLayer(make_pooling(PoolKind::max, 2, options)) {}
MaxPooling3D::MaxPooling3D(const MaxPooling3DOptions& options)
    : GraphLayer(make_pooling(PoolKind::max, 3, options)) {}
AveragePooling1D::AveragePooling1D(const AveragePooling1DOptions& options)
    : GraphLayer(make_pooling(PoolKind::average, 1, options)) {}
AveragePooling2D::AveragePooling2D(const AveragePooling2DOptions& options)
    : GraphLayer(make_pooling(PoolKind::average, 2, options)) {}
AveragePooling3D::AveragePooling3D(const AveragePooling3DOptions& options)
    : GraphLayer(make_pooling(PoolKind::average, 3, options)) {}
GlobalAveragePooling1D::GlobalAveragePooling1D(const GlobalAveragePooling1DOptions& options)
    : GraphLayer(make_global(PoolKind::average, 1, options)) {}
GlobalAveragePooling2D::GlobalAveragePooling2D(const GlobalAveragePooling2DOptions& options)
    : GraphLayer(make_global(PoolKind::average, 2, options)) {}
GlobalAveragePooling3D::GlobalAveragePooling3D(const GlobalAveragePooling3DOptions& options)
    : GraphLayer(make_global(PoolKind::average, 3, options)) {}
GlobalMaxPooling1D::GlobalMaxPooling1D(const GlobalMaxPooling1DOptions& options)
    : GraphLayer(make_global(PoolKind::max, 1, options)) {}
GlobalMaxPooling2D::GlobalMaxPooling2D(const GlobalMaxPooling2DOptions& options)
    : GraphLayer(make_global(PoolKind::max, 2, options)) {}
GlobalMaxPooling3D::GlobalMaxPooling3D(const GlobalMaxPooling3DOptions& options)
    : GraphLayer(make_global(PoolKind::max, 3, options)) {}
}  // namespace layers

std::span<const LayerRow> pooling_rows() {
  static constexpr std::array kRows = {
      LayerRow{"MaxPooling1D", from_config<PoolKind::max, 1>},
      LayerRow{"MaxPool1D", from_config<PoolKind::max, 1>},
      LayerRow{"GlobalMaxPooling1D", global_from_config<PoolKind::max, 1>},
      LayerRow{"GlobalMaxPool1D", global_from_config<PoolKind::max, 1>},
      LayerRow{"MaxPooling2D", from_config<PoolKind::max, 2>},
      LayerRow{"MaxPool2D", from_config<PoolKind::max, 2>},
      LayerRow{"GlobalMaxPooling2D", global_from_config<PoolKind::max, 2>},
      LayerRow{"GlobalMaxPool2D", global_from_config<PoolKind::max, 2>},
      LayerRow{"MaxPooling3D", from_config<PoolKind::max, 3>},
      LayerRow{"MaxPool3D", from_config<PoolKind::max, 3>},
      LayerRow{"GlobalMaxPooling3D", global_from_config<PoolKind::max, 3>},
      LayerRow{"GlobalMaxPool3D", global_from_config<PoolKind::max, 3>},
      LayerRow{"AveragePooling1D", from_config<PoolKind::average, 1>},
      LayerRow{"AvgPool1D", from_config<PoolKind::average, 1>},
      LayerRow{"GlobalAveragePooling1D", global_from_config<PoolKind::average, 1>},
      LayerRow{"GlobalAvgPool1D", global_from_config<PoolKind::average, 1>},
      LayerRow{"AveragePooling2D", from_config<PoolKind::average, 2>},
      LayerRow{"AvgPool2D", from_config<PoolKind::average, 2>},
      LayerRow{"GlobalAveragePooling2D", global_from_config<PoolKind::average, 2>},
      LayerRow{"GlobalAvgPool2D", global_from_config<PoolKind::average, 2>},
      LayerRow{"AveragePooling3D", from_config<PoolKind::average, 3>},
      LayerRow{"AvgPool3D", from_config<PoolKind::average, 3>},
      LayerRow{"GlobalAveragePooling3D", global_from_config<PoolKind::average, 3>},
      LayerRow{"GlobalAvgPool3D", global_from_config<PoolKind::average, 3>},
  };
  return kRows;
}

}  // namespace halfpixel::keras
