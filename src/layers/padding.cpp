// ZeroPadding and Cropping in one, two and three dimensions: the same list of sides, added or taken
// away.
#include <array>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/layers/reshaping.hpp>

#include "core/checked.hpp"
#include "frontends/keras_config_reader.hpp"
#include "graph/ops/pad.hpp"
#include "graph/ops/slice.hpp"
#include "layers/reshaping.hpp"
#include "model/layer_rows.hpp"

namespace halfpixel::keras {
namespace {

using layers::Sides;

struct SidesSpec {
  std::string_view class_name;
  std::string_view key;  // "padding" or "cropping"
  int rank;
  bool has_format;
};

class SidesImpl : public LayerImpl {
 public:
  SidesImpl(const SidesSpec& spec, std::vector<Sides> sides, DataFormat format,
            const std::string& name, const DTypePolicy& policy, bool trainable)
      : LayerImpl(std::string(spec.class_name), name, policy, trainable),
        spec_(spec),
        sides_(std::move(sides)),
        format_(format) {
    bool good = static_cast<int>(sides_.size()) == spec_.rank;
    for (const Sides& s : sides_) good = good && s.before >= 0 && s.after >= 0;
    if (!good) {
      fail(concat("`", spec_.key, "` must be ", spec_.rank,
                  spec_.rank == 1 ? " pair of integers" : " integers or pairs of integers",
                  " that are not negative; got ", text()));
    }
  }

  void add_config(Config& config) const override {
    config.set(std::string(spec_.key), value());
    if (spec_.has_format) config.set("data_format", name_of(format_));
  }

 protected:
  int first_axis() const { return format_ == DataFormat::channels_last ? 1 : 2; }
  const std::vector<Sides>& sides() const { return sides_; }
  std::string text() const { return value().json(); }
  int rank() const { return spec_.rank + 2; }

 private:
  Config::Value value() const {
    Config::List list;
    for (const Sides& s : sides_) list.emplace_back(Config::List{s.before, s.after});
    return spec_.rank == 1 && list.size() == 1 ? list[0] : Config::Value(std::move(list));
  }
  SidesSpec spec_;
  std::vector<Sides> sides_;
  DataFormat format_;
};

class ZeroPaddingImpl final : public SidesImpl {
 public:
  using SidesImpl::SidesImpl;
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    require_rank(builder.spec(inputs[0]), rank());
    graph::PadAmounts amounts(static_cast<std::size_t>(rank()), {0, 0});
    auto axis = static_cast<std::size_t>(first_axis());
    for (const Sides& s : sides()) amounts[axis++] = {s.before, s.after};
    return builder.add(graph::make_pad(std::move(amounts)), inputs);
  }
};

class CroppingImpl final : public SidesImpl {
 public:
  using SidesImpl::SidesImpl;
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    const Shape& shape = builder.shape(inputs[0]);
    require_rank(builder.spec(inputs[0]), rank());
    std::vector<std::pair<std::int64_t, std::int64_t>> amounts;
    int axis = first_axis();
    for (const Sides& s : sides()) {
      const std::int64_t extent = shape[axis++];
      if (extent != kUnknown && (s.before >= extent || s.after >= extent - s.before)) {
        fail(
            "Values in `cropping` argument should be smaller than the corresponding spatial "
            "dimension of the input. "
            "Received: input_shape=" +
            shape.str() + ", cropping=" + text());
      }
      amounts.emplace_back(s.before, s.after);
    }
    return builder.add(graph::make_crop(first_axis(), amounts), inputs);
  }
};

constexpr SidesSpec kPadding1 = {"ZeroPadding1D", "padding", 1, true};
constexpr SidesSpec kPadding2 = {"ZeroPadding2D", "padding", 2, true};
constexpr SidesSpec kPadding3 = {"ZeroPadding3D", "padding", 3, true};
constexpr SidesSpec kCropping1 = {"Cropping1D", "cropping", 1, false};
constexpr SidesSpec kCropping2 = {"Cropping2D", "cropping", 2, true};
constexpr SidesSpec kCropping3 = {"Cropping3D", "cropping", 3, true};

// n, or a pair; for several axes also a list of either.
std::vector<Sides> read_sides(const ConfigReader& reader, const SidesSpec& spec,
                              std::int64_t otherwise) {
  const Config::Value* const value = reader.value(spec.key);
  const auto count = static_cast<std::size_t>(spec.rank);
  if (value == nullptr) return std::vector<Sides>(count, Sides(otherwise));
  const auto* const list = value->get_if<Config::List>();
  if (list == nullptr) return std::vector<Sides>(count, Sides(reader.integer(spec.key, otherwise)));
  if (spec.rank == 1) {
    const auto pair = reader.integers(spec.key, 2, {});
    return {Sides(pair[0], pair[1])};
  }
  if (list->size() != count) reader.fail(spec.key, concat("an integer or a list of ", spec.rank));
  std::vector<Sides> sides;
  for (const Config::Value& item : *list) {
    Config one;
    one.set(std::string(spec.key), item);
    const auto pair = ConfigReader(spec.class_name, one).integers(spec.key, 2, {});
    sides.emplace_back(pair[0], pair[1]);
  }
  return sides;
}

template <class Impl, const SidesSpec& kSpec, int kDefault>
LayerPtr from_config(const Config& config) {
  const ConfigReader reader(kSpec.class_name, config);
  return std::make_shared<Impl>(
      kSpec, read_sides(reader, kSpec, kDefault),
      kSpec.has_format ? *reader.data_format() : DataFormat::channels_last, reader.name(),
      reader.dtype(), reader.trainable());
}

// The sides and the format of an options struct; one dimension of cropping has no format.
template <class Impl, class Options>
LayerPtr make(const SidesSpec& spec, std::vector<Sides> sides, DataFormat format,
              const Options& o) {
  return std::make_shared<Impl>(spec, std::move(sides), format, o.name, o.dtype, o.trainable);
}

}  // namespace

std::span<const LayerRow> padding_rows() {
  static constexpr std::array kRows = {
      LayerRow{"ZeroPadding1D", from_config<ZeroPaddingImpl, kPadding1, 1>},
      LayerRow{"ZeroPadding2D", from_config<ZeroPaddingImpl, kPadding2, 1>},
      LayerRow{"ZeroPadding3D", from_config<ZeroPaddingImpl, kPadding3, 1>},
      LayerRow{"Cropping1D", from_config<CroppingImpl, kCropping1, 1>},
      LayerRow{"Cropping2D", from_config<CroppingImpl, kCropping2, 0>},
      LayerRow{"Cropping3D", from_config<CroppingImpl, kCropping3, 1>},
  };
  return kRows;
}

namespace layers {

ZeroPadding1D::ZeroPadding1D(ZeroPadding1DOptions o)
    : GraphLayer(make<ZeroPaddingImpl>(kPadding1, {o.padding}, or_default(o.data_format), o)) {}
ZeroPadding2D::ZeroPadding2D(ZeroPadding2DOptions o)
    : GraphLayer(
          make<ZeroPaddingImpl>(kPadding2, o.padding.sides(), or_default(o.data_format), o)) {}
ZeroPadding3D::ZeroPadding3D(ZeroPadding3DOptions o)
    : GraphLayer(
          make<ZeroPaddingImpl>(kPadding3, o.padding.sides(), or_default(o.data_format), o)) {}
Cropping1D::Cropping1D(Cropping1DOptions o)
    : GraphLayer(make<CroppingImpl>(kCropping1, {o.cropping}, DataFormat::channels_last, o)) {}
Cropping2D::Cropping2D(Cropping2DOptions o)
    : GraphLayer(make<CroppingImpl>(kCropping2, o.cropping.sides(), or_default(o.data_format), o)) {
}
Cropping3D::Cropping3D(Cropping3DOptions o)
    : GraphLayer(make<CroppingImpl>(kCropping3, o.cropping.sides(), or_default(o.data_format), o)) {
}

}  // namespace layers
}  // namespace halfpixel::keras
