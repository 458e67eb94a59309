// Layers that move elements without changing them: Reshape, Flatten, Permute, ZeroPadding*,
// Cropping* … Component halfpixel::model.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <halfpixel/export.hpp>
#include <halfpixel/keras/tensor.hpp>
#include <halfpixel/shape.hpp>

namespace halfpixel::keras::layers {

// How much before and after, along one axis: 1 (both), {1, 2}.
struct Sides {
  std::int64_t before = 0, after = 0;
  Sides(std::int64_t both) : before(both), after(both) {}  // NOLINT: converts on purpose
  Sides(int both) : Sides(std::int64_t{both}) {}           // NOLINT: converts on purpose
  Sides(std::int64_t b, std::int64_t a) : before(b), after(a) {}
  friend bool operator==(const Sides&, const Sides&) = default;
};

// The same for every spatial axis: 1 (everywhere), {1, 2} (by axis; of one axis its two sides),
// {{1, 1}, {2, 0}} (by side).
template <int kRank>
class SidesOf {
 public:
  SidesOf(int all) : SidesOf(std::int64_t{all}) {}                 // NOLINT: converts on purpose
  SidesOf(std::int64_t all) { sides_.assign(kRank, Sides(all)); }  // NOLINT: converts on purpose
  SidesOf(std::initializer_list<std::int64_t> by_axis) {
    if (kRank == 1 && by_axis.size() == 2) {
      sides_.emplace_back(*by_axis.begin(), *(by_axis.begin() + 1));
      return;
    }
    for (const std::int64_t n : by_axis) sides_.emplace_back(n);
  }
  SidesOf(std::initializer_list<std::pair<std::int64_t, std::int64_t>> by_side) {
    for (const auto& [before, after] : by_side) sides_.emplace_back(before, after);
  }
  SidesOf(const Sides& sides)  // NOLINT: converts on purpose
    requires(kRank == 1)
      : sides_{sides} {}
  explicit SidesOf(std::vector<Sides> sides) : sides_(std::move(sides)) {}
  const std::vector<Sides>& sides() const noexcept { return sides_; }  // checked by the layer

 private:
  std::vector<Sides> sides_;
};

struct ReshapeOptions {
  std::vector<std::int64_t> target_shape = {};  // without the batch; one may be -1
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, …) -> (N, target_shape…), the elements in the same order.
class HALFPIXEL_EXPORT Reshape : public GraphLayer {
 public:
  explicit Reshape(ReshapeOptions options);
};

struct FlattenOptions {
  std::optional<DataFormat> data_format =
      {};  // channels_first: channels are moved to the end first
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, …) -> (N, product).
class HALFPIXEL_EXPORT Flatten : public GraphLayer {
 public:
  explicit Flatten(FlattenOptions options = {});
};

struct PermuteOptions {
  std::vector<int> dims =
      {};  // axis i + 1 of the result is this axis of the input; the batch is axis 0
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// The axes behind the batch in another order.
class HALFPIXEL_EXPORT Permute : public GraphLayer {
 public:
  explicit Permute(PermuteOptions options);
};

struct RepeatVectorOptions {
  std::int64_t n = 0;  // required
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, features) -> (N, n, features).
class HALFPIXEL_EXPORT RepeatVector : public GraphLayer {
 public:
  explicit RepeatVector(RepeatVectorOptions options);
};

struct IdentityOptions {
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// Hands its input on.
class HALFPIXEL_EXPORT Identity : public GraphLayer {
 public:
  explicit Identity(IdentityOptions options = {});
};

template <int kRank>
struct ZeroPaddingOptions {
  SidesOf<kRank> padding = 1;  // in two dimensions {{top, bottom}, {left, right}}
  std::optional<DataFormat> data_format = {};
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, …, C) -> zeros before and after along each spatial axis, or channels first.
template <int kRank>
class HALFPIXEL_EXPORT ZeroPadding : public GraphLayer {
 public:
  explicit ZeroPadding(ZeroPaddingOptions<kRank> options = {});
};
using ZeroPadding1D = ZeroPadding<1>;
using ZeroPadding2D = ZeroPadding<2>;
using ZeroPadding3D = ZeroPadding<3>;
using ZeroPadding1DOptions = ZeroPaddingOptions<1>;
using ZeroPadding2DOptions = ZeroPaddingOptions<2>;
using ZeroPadding3DOptions = ZeroPaddingOptions<3>;

template <int kRank>
struct CroppingOptions {
  SidesOf<kRank> cropping = kRank == 2 ? 0 : 1;
  std::optional<DataFormat> data_format = {};
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
template <>
struct CroppingOptions<1> {
  SidesOf<1> cropping = 1;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, …, C) -> less of every spatial axis, or channels first. Cropping everything is an Error.
template <int kRank>
class HALFPIXEL_EXPORT Cropping : public GraphLayer {
 public:
  explicit Cropping(CroppingOptions<kRank> options = {});
};
using Cropping1D = Cropping<1>;
using Cropping2D = Cropping<2>;
using Cropping3D = Cropping<3>;
using Cropping1DOptions = CroppingOptions<1>;
using Cropping2DOptions = CroppingOptions<2>;
using Cropping3DOptions = CroppingOptions<3>;

}  // namespace halfpixel::keras::layers
