// ZeroPadding and Cropping in one, two and three dimensions: the same list of sides, added or taken
// away.
#include <halfpixel/keras/layers/reshaping.hpp>

#include <array>
#include <memory>

#include "graph/ops/pad.hpp"
#include "graph/ops/slice.hpp"
#include "layers/fields.hpp"

namespace halfpixel::keras {
namespace layers {

// n, or a pair; for several axes also a list of either.
template <int kRank>
void read_field(const ConfigReader& reader, std::string_view key, SidesOf<kRank>& field) {
  reader.require_not_none(key, "an integer or a list of 2");
  if (!reader.has(key)) return;
  const auto* const list = reader.find<Config::List>(key);
  const auto pair_of = [&](const Config::Value& item) {
    if (const auto both = item.integer()) return Sides(*both);
    const auto pair = item.integers();
    if (!pair || pair->size() != 2) reader.refuse(key, "an integer or a list of 2");
    return Sides((*pair)[0], (*pair)[1]);
  };
  if (list == nullptr) {
    field = SidesOf<kRank>(reader.integer(key, 0));
  } else if (kRank == 1) {
    field = SidesOf<kRank>(std::vector{pair_of(*reader.value(key))});
  } else if (list->size() == kRank) {
    std::vector<Sides> sides;
    for (const Config::Value& item : *list) sides.push_back(pair_of(item));
    field = SidesOf<kRank>(std::move(sides));
  } else {
    reader.refuse(key, concat("an integer or a list of ", kRank));
  }
}

template <int kRank>
Config::Value field_value(const SidesOf<kRank>& field) {
  Config::List list;
  for (const Sides& s : field.sides()) list.emplace_back(Config::List{s.before, s.after});
  return kRank == 1 && list.size() == 1 ? list[0] : Config::Value(std::move(list));
}

}  // namespace layers

namespace {

using layers::Sides;
using layers::SidesOf;

template <class Impl, class O, int kRank>
class SidesLayer : public LayerOf<Impl, O> {
 public:
  SidesLayer(std::string_view class_name, O options, const char* argument,
             const SidesOf<kRank> O::* member)
      : LayerOf<Impl, O>(class_name, std::move(options)), sides_(this->options_.*member) {
    bool good = static_cast<int>(sides().size()) == kRank;
    for (const Sides& s : sides()) good = good && s.before >= 0 && s.after >= 0;
    if (!good) {
      this->refuse("`", argument, "` must be ", kRank,
                   kRank == 1 ? " pair of integers" : " integers or pairs of integers",
                   " that are not negative; got ", text());
    }
  }

 protected:
  const std::vector<Sides>& sides() const { return sides_.sides(); }
  std::string text() const { return field_value(sides_).json(); }
  int first_axis() const {
    if constexpr (requires { this->options_.data_format; }) {
      if (*this->options_.data_format == DataFormat::channels_first) return 2;
    }
    return 1;
  }

 private:
  const SidesOf<kRank>& sides_;
};

template <int kRank>
class ZeroPaddingImpl final
    : public SidesLayer<ZeroPaddingImpl<kRank>, layers::ZeroPaddingOptions<kRank>, kRank> {
 public:
  using Options = layers::ZeroPaddingOptions<kRank>;
  ZeroPaddingImpl(std::string_view class_name, Options options)
      : SidesLayer<ZeroPaddingImpl, Options, kRank>(class_name, std::move(options), "padding",
                                                    &Options::padding) {}

  static void fields(auto& v, auto& o) {
    v("padding", o.padding);
    v("data_format", o.data_format);
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    this->require_rank(builder.spec(inputs[0]), kRank + 2);
    graph::PadAmounts amounts(kRank + 2, {0, 0});
    auto axis = static_cast<std::size_t>(this->first_axis());
    for (const Sides& s : this->sides()) amounts[axis++] = {s.before, s.after};
    return builder.add(graph::make_pad(std::move(amounts)), inputs);
  }
};

template <int kRank>
class CroppingImpl final
    : public SidesLayer<CroppingImpl<kRank>, layers::CroppingOptions<kRank>, kRank> {
 public:
  using Options = layers::CroppingOptions<kRank>;
  CroppingImpl(std::string_view class_name, Options options)
      : SidesLayer<CroppingImpl, Options, kRank>(class_name, std::move(options), "cropping",
                                                 &Options::cropping) {}

  static void fields(auto& v, auto& o) {
    v("cropping", o.cropping);
    if constexpr (kRank > 1) v("data_format", o.data_format);
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    const Shape& shape = builder.shape(inputs[0]);
    this->require_rank(builder.spec(inputs[0]), kRank + 2);
    std::vector<std::pair<std::int64_t, std::int64_t>> amounts;
    int axis = this->first_axis();
    for (const Sides& s : this->sides()) {
      const std::int64_t extent = shape[axis++];
      if (extent != kUnknown && (s.before >= extent || s.after >= extent - s.before)) {
        this->refuse(
            "Values in `cropping` argument should be smaller than the corresponding spatial "
            "dimension of the input. Received: input_shape=",
            shape, ", cropping=", this->text());
      }
      amounts.emplace_back(s.before, s.after);
    }
    return builder.add(graph::make_crop(this->first_axis(), amounts), inputs);
  }
};

}  // namespace

namespace layers {
template <int kRank>
ZeroPadding<kRank>::ZeroPadding(ZeroPaddingOptions<kRank> o)
    : GraphLayer(std::make_shared<ZeroPaddingImpl<kRank>>(concat("ZeroPadding", kRank, "D"),
                                                          std::move(o))) {}
template <int kRank>
Cropping<kRank>::Cropping(CroppingOptions<kRank> o)
    : GraphLayer(
          std::make_shared<CroppingImpl<kRank>>(concat("Cropping", kRank, "D"), std::move(o))) {}
template class ZeroPadding<1>;
template class ZeroPadding<2>;
template class ZeroPadding<3>;
template class Cropping<1>;
template class Cropping<2>;
template class Cropping<3>;
}  // namespace layers

std::span<const LayerRow> padding_rows() {
  static constexpr std::array kRows = {
      row<"ZeroPadding1D", ZeroPaddingImpl<1>>(), row<"ZeroPadding2D", ZeroPaddingImpl<2>>(),
      row<"ZeroPadding3D", ZeroPaddingImpl<3>>(), row<"Cropping1D", CroppingImpl<1>>(),
      row<"Cropping2D", CroppingImpl<2>>(),       row<"Cropping3D", CroppingImpl<3>>(),
  };
  return kRows;
}

}  // namespace halfpixel::keras
