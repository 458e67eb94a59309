// The tensor is seen as rows (see AxisRows). Three ways, from the fastest: rows that are
// contiguous; rows whose elements are the columns of a matrix [K0, R0, K1, R1] (groups of channels,
// channels last); any others, gathered and scattered. Statistics take two passes, sums in double
// precision over short runs.
#include "graph/ops/normalize.hpp"

#include <algorithm>
#include <cmath>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "graph/linear_axis.hpp"
#include "graph/ops/axis_rows.hpp"
#include "graph/ops/normalize_columns.hpp"
#include "graph/ops/normalize_rows.hpp"

namespace halfpixel::graph {
namespace {

// Shape and axes with the group axis split in two.
struct Split {
  Shape shape;
  std::vector<int> axes;        // of statistics
  std::vector<int> param_axes;  // of scale and offset
};

Split split(const NormalizeSpec& spec, const Shape& shape) {
  Split result{shape, normalize_axes("normalize", spec.axes, shape.rank()),
               normalize_axes("normalize", spec.param_axes, shape.rank())};
  if (spec.groups <= 0) return result;
  const int at = spec.group_axis < 0 ? spec.group_axis + shape.rank() : spec.group_axis;
  Shape grouped;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (axis == at) grouped.push_back(spec.groups);
    grouped.push_back(axis == at ? shape[axis] / spec.groups : shape[axis]);
  }
  result.shape = grouped;
  std::vector<int> axes = {at + 1};
  for (const int axis : result.axes) {
    if (axis != at) axes.push_back(axis > at ? axis + 1 : axis);
  }
  std::sort(axes.begin(), axes.end());
  result.axes = std::move(axes);
  std::vector<int> params;
  for (const int axis : result.param_axes) {
    if (axis == at) params.push_back(axis);
    params.push_back(axis >= at ? axis + 1 : axis);
  }
  result.param_axes = std::move(params);
  return result;
}

// For the places on `axes`, in row-major order: the element of scale and offset that belongs there.
std::vector<std::int64_t> param_offsets(const Split& s, const std::vector<int>& axes) {
  std::vector<std::int64_t> strides(s.shape.size(), 0);
  std::int64_t step = 1;
  for (int i = static_cast<int>(s.param_axes.size()) - 1; i >= 0; --i) {
    const auto axis = static_cast<std::size_t>(s.param_axes[static_cast<std::size_t>(i)]);
    strides[axis] = step;
    step *= s.shape[static_cast<int>(axis)];
  }
  std::vector<std::int64_t> result = {0};
  for (const int axis : axes) {
    std::vector<std::int64_t> next;
    for (const std::int64_t start : result) {
      for (std::int64_t i = 0; i < s.shape[axis]; ++i)
        next.push_back(start + i * strides[static_cast<std::size_t>(axis)]);
    }
    result = std::move(next);
  }
  return result;
}

// The shape as [K0, R0, K1, R1], when neighbouring axes of one side merge to no more than that.
bool as_columns(const Split& s, Columns* columns) {
  std::int64_t extents[4] = {1, 1, 1, 1};
  int side = 0;
  for (int axis = 0; axis < s.shape.rank(); ++axis) {
    if (s.shape[axis] == 1) continue;
    const bool reduced = std::find(s.axes.begin(), s.axes.end(), axis) != s.axes.end();
    while ((side % 2 == 1) != reduced) ++side;
    if (side > 3) return false;
    extents[side] *= s.shape[axis];
  }
  *columns = {extents[0], extents[1], extents[2], extents[3]};
  return true;
}

class NormalizeOp final : public OpWith<NormalizeOp, NormalizeSpec> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override { return "normalize"; }
  std::string attributes() const override {
    constexpr const char* kKinds[] = {"moments", "variance", "rms", "unit"};
    std::string text = kKinds[static_cast<std::size_t>(attr.kind)];
    text += " axes";
    for (const int axis : attr.axes) text += concat(" ", axis);
    if (attr.groups > 0) text += concat(" groups ", attr.groups, " of axis ", attr.group_axis);
    if (attr.has_scale || attr.has_offset) text += " params";
    for (const int axis : attr.param_axes) text += concat(" ", axis);
    if (attr.has_scale) text += " scale";
    if (attr.has_offset) text += " offset";
    return text + concat(" epsilon ", attr.epsilon);
  }

  std::optional<LinearAxis> row_sources(int input, const PrepareArgs& args) const override {
    if (input != 0) return std::nullopt;
    return rows_beside(args.inputs[0].shape, attr.axes);
  }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    const std::size_t wanted = 1U + (attr.has_scale ? 1U : 0U) + (attr.has_offset ? 1U : 0U);
    if (inputs.size() != wanted)
      fail(ErrorCode::internal, "[normalize] ", wanted, " inputs are needed; got ", inputs.size());
    for (const Spec& spec : inputs) {
      if (spec.dtype != DType::float32)
        fail(ErrorCode::unsupported, "[normalize] float32 is needed; got ", spec.dtype);
    }
    const Shape& shape = inputs[0].shape;
    normalize_axes("normalize", attr.axes, shape.rank());
    if (attr.groups > 0) {
      const std::int64_t channels = shape.at(attr.group_axis);
      if (channels != kUnknown && channels % attr.groups != 0) {
        fail(ErrorCode::invalid_argument, "[normalize] groups must divide ", channels,
             " channels; got ", attr.groups);
      }
    }
    std::int64_t elements = 1;
    for (const int axis : normalize_axes("normalize", attr.param_axes, shape.rank())) {
      elements = elements < 0 || shape[axis] < 0
                     ? -1
                     : checked_multiply(elements, shape[axis], "parameters");
    }
    for (const Spec& spec : inputs.subspan(1)) {
      if (elements >= 0 && spec.shape.num_elements() != elements) {
        fail(ErrorCode::invalid_argument, "[normalize] scale and offset need ", elements,
             " elements; got shape ", spec.shape.str());
      }
    }
    return {inputs[0]};
  }

  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    const Split s = split(attr, args.inputs[0].shape);
    std::vector<int> kept;
    for (int axis = 0; axis < s.shape.rank(); ++axis) {
      if (std::find(s.axes.begin(), s.axes.end(), axis) == s.axes.end()) kept.push_back(axis);
    }
    const Formula formula{attr.kind, static_cast<float>(attr.epsilon), attr.has_scale,
                          attr.has_offset};
    AxisRows view(s.shape, s.axes);
    std::vector<std::int64_t> param_of_row, param_of_element;
    if (attr.has_scale || attr.has_offset) {
      param_of_row = param_offsets(s, kept);
      param_of_element = param_offsets(s, s.axes);
    }
    Columns columns;
    if (!view.trailing && as_columns(s, &columns) && attr.kind == NormalizeKind::moments &&
        columns_fit(columns, param_of_row, param_of_element)) {
      return make_columns_kernel(columns, formula);
    }
    return make_rows_kernel(std::move(view), formula, std::move(param_of_row),
                            std::move(param_of_element));
  }
  bool in_place(int input) const override { return input == 0; }
};

}  // namespace

OpPtr make_normalize(const NormalizeSpec& spec) {
  return std::make_shared<NormalizeOp>(spec);
}

}  // namespace halfpixel::graph
