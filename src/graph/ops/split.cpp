#include "graph/ops/split.hpp"

#include <algorithm>

#include "core/checked.hpp"
#include "graph/ops/op_checks.hpp"
#include "graph/ops/strided_copy.hpp"

namespace halfpixel::graph {
namespace {

// Several copies, one for each tensor of the side that has many.
class ManyCopies final : public Kernel {
 public:
  ManyCopies(std::vector<StridedCopy> copies, bool one_input)
      : copies_(std::move(copies)), one_input_(one_input) {
    for (StridedCopy& copy : copies_) copy.simplify();
  }
  void run(State*, const void* const* in, void* const* out, void*) const noexcept override {
    for (std::size_t i = 0; i < copies_.size(); ++i) {
      copies_[i].run(one_input_ ? in[0] : in[i], one_input_ ? out[i] : out[0]);
    }
  }

 private:
  std::vector<StridedCopy> copies_;
  bool one_input_;
};

// The same box in two tensors of equal rank, at `position` of an axis of one of them.
StridedCopy part_of(const Shape& part, const Shape& whole, int axis, std::int64_t position,
                    bool part_is_source, DType dtype) {
  const auto part_strides = row_major(part);
  const auto whole_strides = row_major(whole);
  StridedCopy copy;
  copy.element_bytes = size_of(dtype);
  for (int i = 0; i < part.rank(); ++i) {
    const std::int64_t p = part_strides[static_cast<std::size_t>(i)];
    const std::int64_t w = whole_strides[static_cast<std::size_t>(i)];
    copy.add(part[i], part_is_source ? p : w, part_is_source ? w : p);
  }
  const std::int64_t offset = position * whole_strides[static_cast<std::size_t>(axis)];
  (part_is_source ? copy.dst_offset : copy.src_offset) = offset;
  return copy;
}

Shape without(const Shape& shape, int axis) {
  Shape rest;
  for (int i = 0; i < shape.rank(); ++i) {
    if (i != axis) rest.push_back(shape[i]);
  }
  return rest;
}

Shape with(const Shape& shape, int axis, std::int64_t extent) {
  Shape more;
  for (int i = 0; i <= shape.rank(); ++i) {
    if (i == axis) more.push_back(extent);
    if (i < shape.rank()) more.push_back(shape[i]);
  }
  return more;
}

struct SplitAttributes {
  int axis;
  int parts;  // equal ones; 0: at the positions
  std::vector<std::int64_t> positions;
  friend bool operator==(const SplitAttributes&, const SplitAttributes&) = default;
};

class SplitOp final : public OpWith<SplitOp, SplitAttributes> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override { return "split"; }
  Elements elements() const override { return Elements::moved; }
  std::string attributes() const override {
    return concat("axis ", attr.axis, ", ",
                  attr.parts > 0 ? static_cast<std::size_t>(attr.parts) : attr.positions.size() + 1,
                  " parts");
  }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    require_inputs("split", inputs, 1);
    const Shape& shape = inputs[0].shape;
    const int axis = checked_axis("split", attr.axis, shape.rank());
    std::vector<Spec> results;
    const std::int64_t extent = shape[axis];
    if (attr.parts > 0) {
      if (extent != kUnknown && extent % attr.parts != 0) {
        fail(ErrorCode::invalid_argument, "[split] axis ", attr.axis, " of extent ", extent,
             " cannot be cut into equal parts; got ", attr.parts);
      }
      Spec part = inputs[0];
      if (extent != kUnknown) part.shape[axis] = extent / attr.parts;
      results.assign(static_cast<std::size_t>(attr.parts), part);
      return results;
    }
    std::int64_t begin = 0;
    for (std::size_t i = 0; i <= attr.positions.size(); ++i) {
      Spec part = inputs[0];
      if (i == attr.positions.size()) {
        part.shape[axis] = extent == kUnknown ? kUnknown : extent - begin;
      } else {
        part.shape[axis] = attr.positions[i] - begin;
        begin = attr.positions[i];
      }
      if (extent != kUnknown && begin > extent) {
        fail(ErrorCode::invalid_argument, "[split] positions must lie inside the axis of extent ",
             extent, "; got ", begin);
      }
      results.push_back(part);
    }
    return results;
  }

  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    const Shape& whole = args.inputs[0].shape;
    const int axis = checked_axis("split", attr.axis, whole.rank());
    std::vector<StridedCopy> copies;
    std::int64_t position = 0;
    for (const Spec& part : args.outputs) {
      copies.push_back(part_of(part.shape, whole, axis, position, false, part.dtype));
      position += part.shape[axis];
    }
    return std::make_unique<ManyCopies>(std::move(copies), true);
  }
};

struct UnstackAttributes {
  int axis, count;
  friend bool operator==(const UnstackAttributes&, const UnstackAttributes&) = default;
};

class UnstackOp final : public OpWith<UnstackOp, UnstackAttributes> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override { return "unstack"; }
  Elements elements() const override { return Elements::moved; }
  std::string attributes() const override {
    return concat("axis ", attr.axis, ", ", attr.count, " parts");
  }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    require_inputs("unstack", inputs, 1);
    const Shape& shape = inputs[0].shape;
    const int axis = checked_axis("unstack", attr.axis, shape.rank());
    if (shape[axis] != kUnknown && shape[axis] != attr.count) {
      fail(ErrorCode::invalid_argument, "[unstack] num must be the extent of axis ", attr.axis,
           " of ", shape, "; got ", attr.count);
    }
    return std::vector<Spec>(static_cast<std::size_t>(attr.count),
                             Spec{without(shape, axis), inputs[0].dtype});
  }

  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    const Shape& whole = args.inputs[0].shape;
    const int axis = checked_axis("unstack", attr.axis, whole.rank());
    std::vector<StridedCopy> copies;
    for (std::size_t i = 0; i < args.outputs.size(); ++i) {
      copies.push_back(part_of(with(args.outputs[i].shape, axis, 1), whole, axis,
                               static_cast<std::int64_t>(i), false, args.inputs[0].dtype));
    }
    return std::make_unique<ManyCopies>(std::move(copies), true);
  }
};

// axis: of the result.
class StackOp final : public OpWith<StackOp, int> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override { return "stack"; }
  Elements elements() const override { return Elements::moved; }
  std::string attributes() const override { return concat("axis ", attr); }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    if (inputs.empty())
      fail(ErrorCode::invalid_argument, "[stack] at least one input is needed; got none");
    Spec part = inputs[0];
    for (const Spec& input : inputs) {
      bool fits = input.dtype == part.dtype && input.shape.rank() == part.shape.rank();
      for (int i = 0; fits && i < part.shape.rank(); ++i) {
        std::int64_t& extent = part.shape[i];
        fits = extent == input.shape[i] || extent == kUnknown || input.shape[i] == kUnknown;
        if (extent == kUnknown) extent = input.shape[i];
      }
      if (!fits) {
        fail(ErrorCode::invalid_argument, "[stack] inputs must have one shape and dtype; got ",
             inputs[0].shape, " ", inputs[0].dtype, " and ", input.shape, " ", input.dtype);
      }
    }
    const int axis = checked_axis("stack", attr, part.shape.rank() + 1);
    return {{with(part.shape, axis, static_cast<std::int64_t>(inputs.size())), part.dtype}};
  }

  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    const Shape& whole = args.outputs[0].shape;
    const int axis = checked_axis("stack", attr, whole.rank());
    std::vector<StridedCopy> copies;
    for (std::size_t i = 0; i < args.inputs.size(); ++i) {
      copies.push_back(part_of(with(args.inputs[i].shape, axis, 1), whole, axis,
                               static_cast<std::int64_t>(i), true, args.outputs[0].dtype));
    }
    return std::make_unique<ManyCopies>(std::move(copies), false);
  }
};

}  // namespace

OpPtr make_split_at(int axis, std::vector<std::int64_t> positions) {
  std::int64_t last = 0;
  for (const std::int64_t position : positions) {
    if (position < last) {
      fail(ErrorCode::invalid_argument, "[split] positions must ascend from 0; got ", position,
           " after ", last);
    }
    last = position;
  }
  return std::make_shared<SplitOp>(SplitAttributes{axis, 0, std::move(positions)});
}

OpPtr make_split(int axis, int parts) {
  constexpr int kMost = 65536;
  if (parts < 1 || parts > kMost) {
    fail(ErrorCode::invalid_argument, "[split] number of parts must be in [1, ", kMost, "]; got ",
         parts);
  }
  return std::make_shared<SplitOp>(SplitAttributes{axis, parts, {}});
}

OpPtr make_unstack(int axis, int count) {
  constexpr int kMost = 65536;
  if (count < 1 || count > kMost) {
    fail(ErrorCode::invalid_argument, "[unstack] num must be in [1, ", kMost, "]; got ", count);
  }
  return std::make_shared<UnstackOp>(UnstackAttributes{axis, count});
}

OpPtr make_stack(int axis) {
  return std::make_shared<StackOp>(axis);
}

}  // namespace halfpixel::graph
