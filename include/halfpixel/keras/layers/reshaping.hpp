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

// The same for every spatial axis: 1 (everywhere), {1, 2} (by axis), {{1, 1}, {2, 0}} (by side).
template <int Rank>
class SidesOf {
 public:
  SidesOf(int all) : SidesOf(std::int64_t{all}) {}                // NOLINT: converts on purpose
  SidesOf(std::int64_t all) { sides_.assign(Rank, Sides(all)); }  // NOLINT: converts on purpose
  SidesOf(std::initializer_list<std::int64_t> by_axis) {
    for (const std::int64_t n : by_axis) sides_.emplace_back(n);
  }
  SidesOf(std::initializer_list<std::pair<std::int64_t, std::int64_t>> by_side) {
    for (const auto& [before, after] : by_side) sides_.emplace_back(before, after);
  }
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

struct ZeroPadding1DOptions {
  Sides padding = 1;
  std::optional<DataFormat> data_format = {};
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, steps, C) -> zeros before and after the steps.
class HALFPIXEL_EXPORT ZeroPadding1D : public GraphLayer {
 public:
  explicit ZeroPadding1D(ZeroPadding1DOptions options = {});
};

struct ZeroPadding2DOptions {
  SidesOf<2> padding = 1;  // {{top, bottom}, {left, right}}
  std::optional<DataFormat> data_format = {};
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, H, W, C) -> zeros around, or channels first.
class HALFPIXEL_EXPORT ZeroPadding2D : public GraphLayer {
 public:
  explicit ZeroPadding2D(ZeroPadding2DOptions options = {});
};

struct ZeroPadding3DOptions {
  SidesOf<3> padding = 1;
  std::optional<DataFormat> data_format = {};
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, D, H, W, C) -> zeros around, or channels first.
class HALFPIXEL_EXPORT ZeroPadding3D : public GraphLayer {
 public:
  explicit ZeroPadding3D(ZeroPadding3DOptions options = {});
};

struct Cropping1DOptions {
  Sides cropping = 1;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, steps, C) -> fewer steps. Cropping everything is an Error.
class HALFPIXEL_EXPORT Cropping1D : public GraphLayer {
 public:
  explicit Cropping1D(Cropping1DOptions options = {});
};

struct Cropping2DOptions {
  SidesOf<2> cropping = 0;
  std::optional<DataFormat> data_format = {};
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, H, W, C) -> fewer rows and columns, or channels first.
class HALFPIXEL_EXPORT Cropping2D : public GraphLayer {
 public:
  explicit Cropping2D(Cropping2DOptions options = {});
};

struct Cropping3DOptions {
  SidesOf<3> cropping = 1;
  std::optional<DataFormat> data_format = {};
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// (N, D, H, W, C) -> less of all three, or channels first.
class HALFPIXEL_EXPORT Cropping3D : public GraphLayer {
 public:
  explicit Cropping3D(Cropping3DOptions options = {});
};

}  // namespace halfpixel::keras::layers
