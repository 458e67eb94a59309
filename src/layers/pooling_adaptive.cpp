// AdaptiveAveragePooling1D/2D/3D and AdaptiveMaxPooling1D/2D/3D: as many windows as the result has
// positions.
#include <algorithm>
#include <array>
#include <memory>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "frontends/keras_config_reader.hpp"
#include "graph/ops/pool.hpp"
#include "graph/ops/transpose.hpp"
#include "model/config_keys.hpp"
#include "model/layer_impl.hpp"
#include "model/layer_rows.hpp"

namespace halfpixel::keras {
namespace {

using graph::PoolKind;

std::string adaptive_name(PoolKind kind, int rank) {
  return concat("Adaptive", kind == PoolKind::max ? "Max" : "Average", "Pooling", rank, "D");
}

class AdaptivePoolingImpl final : public LayerImpl {
 public:
  AdaptivePoolingImpl(PoolKind kind, int rank, const ConfigReader& reader)
      : LayerImpl(adaptive_name(kind, rank), reader.name(), reader.dtype(), reader.trainable()),
        kind_(kind),
        rank_(rank),
        size_(reader.integers("output_size", rank, {})),
        format_(*reader.data_format()) {
    constexpr std::int64_t kMost = std::int64_t{1} << 24;  // positions are kept in a table
    for (const std::int64_t size : size_) {
      if (size < 1 || size > kMost) reader.fail("output_size", "positive integers");
    }
    if (static_cast<int>(size_.size()) != rank) reader.fail("output_size", "positive integers");
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    require_rank(builder.spec(inputs[0]), rank_ + 2);
    graph::PerAxis size = {1, 1, 1};
    std::copy(size_.begin(), size_.end(), size.begin());
    const auto op = std::make_shared<graph::AdaptivePool>(kind_, rank_, size);
    if (format_ == DataFormat::channels_last) return {builder.add1(op, {inputs[0]})};
    ValueId x = builder.add1(graph::make_to_channels_last(rank_ + 2), {inputs[0]});
    x = builder.add1(op, {x});
    return {builder.add1(graph::make_to_channels_first(rank_ + 2), {x})};
  }

  void add_config(Config& config) const override {
    config.set("output_size", Config::list_of(size_));
    config.set("data_format", name_of(format_));
  }

 private:
  PoolKind kind_;
  int rank_;
  std::vector<std::int64_t> size_;
  DataFormat format_;
};

template <PoolKind kKind, int kRank>
LayerPtr from_config(const Config& config) {
  const std::string who = adaptive_name(kKind, kRank);
  return std::make_shared<AdaptivePoolingImpl>(kKind, kRank, ConfigReader(who, config));
}

}  // namespace

std::span<const LayerRow> adaptive_pooling_rows() {
  static constexpr std::array kRows = {
      LayerRow{"AdaptiveAveragePooling1D", from_config<PoolKind::average, 1>},
      LayerRow{"AdaptiveAveragePooling2D", from_config<PoolKind::average, 2>},
      LayerRow{"AdaptiveAveragePooling3D", from_config<PoolKind::average, 3>},
      LayerRow{"AdaptiveMaxPooling1D", from_config<PoolKind::max, 1>},
      LayerRow{"AdaptiveMaxPooling2D", from_config<PoolKind::max, 2>},
      LayerRow{"AdaptiveMaxPooling3D", from_config<PoolKind::max, 3>},
  };
  return kRows;
}

}  // namespace halfpixel::keras
