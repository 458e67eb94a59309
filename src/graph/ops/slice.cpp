#include "graph/ops/slice.hpp"

#include <algorithm>

#include "core/checked.hpp"
#include "graph/linear_axis.hpp"
#include "graph/ops/op_checks.hpp"
#include "graph/ops/strided_copy.hpp"

namespace halfpixel::graph {
namespace {

// Where a slice of an axis begins and how many positions it takes.
struct Taken {
  std::int64_t begin = 0;
  std::int64_t count = 0;
};

// CPython's PySlice_AdjustIndices.
Taken taken_of(const SliceRange& range, std::int64_t extent) {
  const bool back = range.step < 0;
  const auto adjust = [&](const std::optional<std::int64_t>& position, std::int64_t absent) {
    if (!position) return absent;
    std::int64_t at = *position;
    if (at < 0) at = at < -extent ? -1 : at + extent;
    if (at < 0) return back ? std::int64_t{-1} : 0;
    if (at >= extent) return back ? extent - 1 : extent;
    return at;
  };
  const std::int64_t begin = adjust(range.begin, back ? extent - 1 : 0);
  const std::int64_t end = adjust(range.end, back ? -1 : extent);
  if (back ? begin <= end : begin >= end) return {begin, 0};
  const std::int64_t distance = back ? begin - end : end - begin;
  const auto stride =
      back ? ~static_cast<std::uint64_t>(range.step) + 1 : static_cast<std::uint64_t>(range.step);
  return {begin,
          static_cast<std::int64_t>((static_cast<std::uint64_t>(distance) - 1) / stride) + 1};
}

class SliceOp final : public OpWith<SliceOp, std::vector<SliceRange>> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override { return "slice"; }
  Elements elements() const override { return Elements::moved; }
  bool strided_output() const override { return true; }

  std::string attributes() const override {
    std::string text;
    for (const SliceRange& range : attr) {
      text += concat(text.empty() ? "" : ", ", "axis ", range.axis, " ");
      text +=
          (range.begin ? concat(*range.begin) : "") + ":" + (range.end ? concat(*range.end) : "");
      if (range.step != 1) text += concat(":", range.step);
    }
    return text;
  }

  std::optional<LinearAxis> row_sources(int, const PrepareArgs& args) const override {
    const Shape& from = args.inputs[0].shape;
    LinearAxis rows = same_positions(from.rank() < 3 ? 0 : from[1]);
    for (const SliceRange& range : attr) {
      const int axis = checked_axis("slice", range.axis, from.rank());
      if (axis == 0 || (axis == 1 && range.step != 1)) return std::nullopt;
      if (axis != 1) continue;
      const auto [begin, count] = taken_of(range, from[1]);
      rows = window_positions(from[1], count, 1, 1, 1, -begin);
    }
    return rows;
  }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    require_inputs("slice", inputs, 1);
    Spec result = inputs[0];
    for (const SliceRange& range : attr) {
      const int axis = checked_axis("slice", range.axis, result.shape.rank());
      std::int64_t& extent = result.shape[axis];
      const bool whole = !range.begin && !range.end && (range.step == 1 || range.step == -1);
      if (extent != kUnknown) {
        extent = taken_of(range, extent).count;
      } else if (!whole) {
        extent = kUnknown;
      }
    }
    return {result};
  }

  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    const Shape& from = args.inputs[0].shape;
    const Shape& to = args.outputs[0].shape;
    auto src = row_major(from);
    const auto dst = row_major(to, args.row_stride());
    StridedCopy copy;
    copy.element_bytes = size_of(args.inputs[0].dtype);
    for (const SliceRange& range : attr) {
      const int axis = checked_axis("slice", range.axis, from.rank());
      std::int64_t& stride = src[static_cast<std::size_t>(axis)];
      copy.src_offset += taken_of(range, from[axis]).begin * stride;
      if (to[axis] > 1) stride *= range.step;  // the only position needs no step, however large
    }
    for (int i = 0; i < to.rank(); ++i) {
      copy.add(to[i], src[static_cast<std::size_t>(i)], dst[static_cast<std::size_t>(i)]);
    }
    return make_copy_kernel(copy);
  }
};

}  // namespace

OpPtr make_slice(std::vector<SliceRange> ranges) {
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    if (ranges[i].step == 0)
      fail(ErrorCode::invalid_argument, "[slice] step must not be zero; got 0");
    for (std::size_t j = 0; j < i; ++j) {
      if (ranges[j].axis == ranges[i].axis) {
        fail(ErrorCode::invalid_argument, "[slice] an axis can be sliced once; got axis ",
             ranges[i].axis, " twice");
      }
    }
  }
  return std::make_shared<SliceOp>(std::move(ranges));
}

OpPtr make_flip(const std::vector<int>& axes) {
  std::vector<SliceRange> ranges;
  for (const int axis : axes) ranges.push_back({axis, std::nullopt, std::nullopt, -1});
  return make_slice(std::move(ranges));
}

OpPtr make_crop(int first_axis, const std::vector<std::pair<std::int64_t, std::int64_t>>& amounts) {
  std::vector<SliceRange> ranges;
  int axis = first_axis;
  for (const auto& [before, after] : amounts) {
    SliceRange range{axis++, before, std::nullopt, 1};
    if (after > 0) range.end = -after;
    ranges.push_back(range);
  }
  return make_slice(std::move(ranges));
}

}  // namespace halfpixel::graph
