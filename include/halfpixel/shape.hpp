// Shape: the extents of a tensor, some perhaps unknown. Size: what people mean by "size".
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <halfpixel/export.hpp>

namespace halfpixel {

inline constexpr int kMaxRank = 8;
inline constexpr std::int64_t kUnknown = -1;  // an extent that is not known yet; printed "None"

// Up to eight extents, held in place. {} is the shape of a scalar.
class HALFPIXEL_EXPORT Shape {
 public:
  Shape() = default;
  Shape(std::initializer_list<std::int64_t> dims) : Shape(std::span(dims.begin(), dims.size())) {}
  // Throws Error when there are more than eight extents or one is below -1.
  explicit Shape(std::span<const std::int64_t> dims);

  int rank() const noexcept { return rank_; }
  std::size_t size() const noexcept { return static_cast<std::size_t>(rank_); }
  std::int64_t operator[](int axis) const noexcept { return dims_[static_cast<std::size_t>(axis)]; }
  std::int64_t& operator[](int axis) noexcept { return dims_[static_cast<std::size_t>(axis)]; }
  // Extent of an axis counted from the front (0 …) or from the back (-1 …). Throws when there is
  // none.
  std::int64_t at(int axis) const;
  const std::int64_t* begin() const noexcept { return dims_.data(); }
  const std::int64_t* end() const noexcept { return dims_.data() + rank_; }
  void push_back(std::int64_t extent);

  bool is_known() const noexcept;  // no extent is kUnknown
  // Product of the extents. Throws Error when one is unknown or the product passes 2^63 - 1.
  std::int64_t num_elements() const;
  std::string str() const;  // as Python prints a tuple: "(1, None, None, 3)"

  friend HALFPIXEL_EXPORT bool operator==(const Shape& a, const Shape& b) noexcept;

 private:
  std::array<std::int64_t, kMaxRank> dims_{};
  int rank_ = 0;
};
HALFPIXEL_EXPORT std::ostream& operator<<(std::ostream& out, const Shape& shape);

// One integer for every spatial axis, or one integer for each: 2, {2, 3}, {2, 2, 2}.
class HALFPIXEL_EXPORT Size {
 public:
  Size(std::int64_t all) : values_{all, all, all}, rank_(1) {}  // NOLINT: converts on purpose
  Size(int all) : Size(std::int64_t{all}) {}                    // NOLINT: converts on purpose
  Size(std::initializer_list<std::int64_t> values);             // throws Error unless 1 to 3 values
  explicit Size(std::span<const std::int64_t> values);

  int rank() const noexcept { return rank_; }  // 1: one integer, meant for every axis
  std::int64_t operator[](int axis) const noexcept {
    return values_[static_cast<std::size_t>(axis)];
  }
  bool fits(int axes) const noexcept { return rank_ == 1 || rank_ == axes; }
  std::string str() const;  // "2" or "(2, 3)"
  friend bool operator==(const Size&, const Size&) = default;

 private:
  std::array<std::int64_t, 3> values_{1, 1, 1};
  int rank_ = 1;
};
HALFPIXEL_EXPORT std::ostream& operator<<(std::ostream& out, const Size& size);

// A Size that may be left out, for options: std::optional<Size> alone takes no {2, 3}.
class OptionalSize : public std::optional<Size> {
 public:
  OptionalSize() = default;
  OptionalSize(std::nullopt_t) noexcept {}                            // NOLINT: converts on purpose
  OptionalSize(std::int64_t all) : std::optional<Size>(Size(all)) {}  // NOLINT: the same
  OptionalSize(int all) : std::optional<Size>(Size(all)) {}           // NOLINT: the same
  OptionalSize(std::initializer_list<std::int64_t> values) : std::optional<Size>(Size(values)) {}
  OptionalSize(const Size& size) : std::optional<Size>(size) {}  // NOLINT: the same
  OptionalSize(const std::optional<Size>& size)                  // NOLINT: the same
      : std::optional<Size>(size) {}
};

// Where the channel axis stands: (N, …spatial…, C) or (N, C, …spatial…).
enum class DataFormat { channels_last, channels_first };
HALFPIXEL_EXPORT std::string_view name_of(DataFormat format) noexcept;
HALFPIXEL_EXPORT DataFormat
to_data_format(std::string_view name);  // any case, as Keras; throws Error
HALFPIXEL_EXPORT std::ostream& operator<<(std::ostream& out, DataFormat format);

}  // namespace halfpixel
