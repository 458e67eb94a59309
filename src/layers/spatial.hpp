// What layers over one, two or three spatial axes share: one number for each axis, and the way from
// and to channels_last, which is what ops compute in.
#pragma once

#include "graph/ops/conv_geometry.hpp"
#include "graph/ops/transpose.hpp"
#include "layers/fields.hpp"

namespace halfpixel::keras {

inline graph::PerAxis per_axis(const Size& size) {
  graph::PerAxis result = {1, 1, 1};
  for (int i = 0; i < size.rank(); ++i) result[static_cast<std::size_t>(i)] = size[i];
  return result;
}

template <class Impl, class Options>
class SpatialLayer : public LayerOf<Impl, Options> {
 public:
  SpatialLayer(std::string_view class_name, int rank, Options options)
      : LayerOf<Impl, Options>(class_name, std::move(options), rank), rank_(rank) {}

 protected:
  int rank() const { return rank_; }  // spatial axes
  bool channels_first() const { return *this->options_.data_format == DataFormat::channels_first; }
  void check_input(const Spec& input) const { this->require_rank(input, rank_ + 2); }
  ValueId to_channels_last(Builder& builder, ValueId x) const {
    check_input(builder.spec(x));
    return channels_first() ? builder.add1(graph::make_to_channels_last(rank_ + 2), {x}) : x;
  }
  ValueId from_channels_last(Builder& builder, ValueId y) const {
    return channels_first() ? builder.add1(graph::make_to_channels_first(rank_ + 2), {y}) : y;
  }
  void require_positive(const char* argument, const Size& size) const {
    constexpr std::int64_t kMost = std::int64_t{1} << 31;
    for (int i = 0; i < rank_; ++i) {
      if (size[i] > 0 && size[i] < kMost) continue;
      this->refuse("The `", argument, "` argument must be a tuple of ", rank_,
                   " positive integers. Received ", argument, "=", size);
    }
  }

 private:
  int rank_;
};

}  // namespace halfpixel::keras
