// AdaptiveAveragePooling1D/2D/3D and AdaptiveMaxPooling1D/2D/3D: as many windows as the result has
// positions.
#include <array>
#include <memory>

#include "graph/ops/pool.hpp"
#include "layers/spatial.hpp"

namespace halfpixel::keras {
namespace {

using graph::PoolKind;

struct AdaptivePoolingOptions {
  Size output_size = 0;  // required
  std::optional<DataFormat> data_format = {};
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};

class AdaptivePoolingImpl final : public SpatialLayer<AdaptivePoolingImpl, AdaptivePoolingOptions> {
 public:
  AdaptivePoolingImpl(std::string_view class_name, PoolKind kind, int rank, Options options)
      : SpatialLayer(class_name, rank, std::move(options)), kind_(kind) {
    require_positive("output_size", options_.output_size);
    constexpr std::int64_t kMost = std::int64_t{1} << 24;  // positions are kept in a table
    for (int i = 0; i < rank; ++i) {
      if (options_.output_size[i] <= kMost) continue;
      refuse("output_size must be at most ", kMost, "; got ", options_.output_size[i]);
    }
  }

  static void fields(auto& v, auto& o) {
    v("output_size", o.output_size);
    v("data_format", o.data_format);
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    const ValueId x = to_channels_last(builder, inputs[0]);
    const graph::PerAxis size = per_axis(options_.output_size);
    const auto op = graph::make_adaptive_pool({kind_, rank(), size});
    return {from_channels_last(builder, builder.add1(op, {x}))};
  }

 private:
  PoolKind kind_;
};

}  // namespace

std::span<const LayerRow> adaptive_pooling_rows() {
  static constexpr std::array kRows = {
      row<"AdaptiveAveragePooling1D", AdaptivePoolingImpl, PoolKind::average, 1>(),
      row<"AdaptiveAveragePooling2D", AdaptivePoolingImpl, PoolKind::average, 2>(),
      row<"AdaptiveAveragePooling3D", AdaptivePoolingImpl, PoolKind::average, 3>(),
      row<"AdaptiveMaxPooling1D", AdaptivePoolingImpl, PoolKind::max, 1>(),
      row<"AdaptiveMaxPooling2D", AdaptivePoolingImpl, PoolKind::max, 2>(),
      row<"AdaptiveMaxPooling3D", AdaptivePoolingImpl, PoolKind::max, 3>(),
  };
  return kRows;
}

}  // namespace halfpixel::keras
