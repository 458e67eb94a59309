#include "graph/ops/repeat.hpp"

#include <algorithm>

#include "core/checked.hpp"
#include "graph/ops/op_checks.hpp"
#include "graph/ops/strided_copy.hpp"

namespace halfpixel::graph {
namespace {

std::int64_t times_known(std::int64_t extent, std::int64_t times) {
  return extent == kUnknown ? kUnknown : checked_multiply(extent, times, "shape");
}

// Leading axes of extent 1 up to this rank.
Shape padded_rank(const Shape& shape, int rank) {
  Shape result;
  for (int i = shape.rank(); i < rank; ++i) result.push_back(1);
  for (const std::int64_t extent : shape) result.push_back(extent);
  return result;
}

class TileOp final : public OpWith<TileOp, std::vector<std::int64_t>> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override { return "tile"; }
  Elements elements() const override { return Elements::moved; }
  bool strided_output() const override { return true; }
  std::string attributes() const override {
    std::string text;
    for (const std::int64_t times : attr) text += concat(text.empty() ? "" : " ", times);
    return text;
  }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    require_inputs("tile", inputs, 1);
    const int rank = std::max(inputs[0].shape.rank(), static_cast<int>(attr.size()));
    Shape to = padded_rank(inputs[0].shape, rank);
    for (int i = 0; i < rank; ++i) to[i] = times_known(to[i], times(i, rank));
    return {{to, inputs[0].dtype}};
  }

  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    const Shape& to = args.outputs[0].shape;
    const Shape from = padded_rank(args.inputs[0].shape, to.rank());
    const auto src = row_major(from);
    const auto dst = row_major(to, args.row_stride());
    StridedCopy copy;
    copy.element_bytes = size_of(args.inputs[0].dtype);
    for (int i = 0; i < to.rank(); ++i) {
      const auto axis = static_cast<std::size_t>(i);
      copy.add(times(i, to.rank()), 0, dst[axis] * from[i]);
      copy.add(from[i], src[axis], dst[axis]);
    }
    return make_copy_kernel(copy);
  }

 private:
  std::int64_t times(int axis, int rank) const {
    const int i = axis - (rank - static_cast<int>(attr.size()));
    return i < 0 ? 1 : attr[static_cast<std::size_t>(i)];
  }
};

struct RepeatAttributes {
  int axis;
  std::int64_t times;
  friend bool operator==(const RepeatAttributes&, const RepeatAttributes&) = default;
};

class RepeatOp final : public OpWith<RepeatOp, RepeatAttributes> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override { return "repeat"; }
  Elements elements() const override { return Elements::moved; }
  std::string attributes() const override {
    return concat("axis ", attr.axis, ", ", attr.times, " times");
  }
  bool strided_output() const override { return true; }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    require_inputs("repeat", inputs, 1);
    Spec result = inputs[0];
    std::int64_t& extent = result.shape[checked_axis("repeat", attr.axis, result.shape.rank())];
    extent = times_known(extent, attr.times);
    return {result};
  }

  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    const Shape& from = args.inputs[0].shape;
    const auto src = row_major(from);
    const auto dst = row_major(args.outputs[0].shape, args.row_stride());
    const int repeated = checked_axis("repeat", attr.axis, from.rank());
    StridedCopy copy;
    copy.element_bytes = size_of(args.inputs[0].dtype);
    for (int i = 0; i < from.rank(); ++i) {
      const auto axis = static_cast<std::size_t>(i);
      copy.add(from[i], src[axis], dst[axis] * (i == repeated ? attr.times : 1));
      if (i == repeated) copy.add(attr.times, 0, dst[axis]);
    }
    return make_copy_kernel(copy);
  }
};

class BroadcastOp final : public OpWith<BroadcastOp, Shape> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override { return "broadcast_to"; }
  Elements elements() const override { return Elements::moved; }
  std::string attributes() const override { return attr.str(); }
  bool strided_output() const override { return true; }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    require_inputs("broadcast_to", inputs, 1);
    if (inputs[0].shape.rank() > attr.rank()) refuse(inputs[0].shape);
    const Shape from = padded_rank(inputs[0].shape, attr.rank());
    Shape to = attr;
    for (int i = 0; i < to.rank(); ++i) {
      if (to[i] == kUnknown) {
        to[i] = from[i];
      } else if (from[i] != to[i] && from[i] != 1 && from[i] != kUnknown) {
        refuse(inputs[0].shape);
      }
    }
    return {{to, inputs[0].dtype}};
  }

  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    const Shape& to = args.outputs[0].shape;
    const Shape from = padded_rank(args.inputs[0].shape, to.rank());
    const auto src = row_major(from);
    const auto dst = row_major(to, args.row_stride());
    StridedCopy copy;
    copy.element_bytes = size_of(args.inputs[0].dtype);
    for (int i = 0; i < to.rank(); ++i) {
      const auto axis = static_cast<std::size_t>(i);
      if (from[i] != to[i] && from[i] != 1) refuse(args.inputs[0].shape);
      copy.add(to[i], from[i] == 1 ? 0 : src[axis], dst[axis]);
    }
    return make_copy_kernel(copy);
  }

 private:
  [[noreturn]] void refuse(const Shape& from) const {
    fail(ErrorCode::invalid_argument, "[broadcast_to] shape ", from, " cannot become ", attr);
  }
};

}  // namespace

OpPtr make_tile(std::vector<std::int64_t> times) {
  if (times.size() > kMaxRank) {
    fail(ErrorCode::invalid_argument, "[tile] at most ", kMaxRank, " axes are possible; got ",
         times.size());
  }
  for (const std::int64_t n : times) {
    if (n < 0) fail(ErrorCode::invalid_argument, "[tile] repeats must not be negative; got ", n);
  }
  return std::make_shared<TileOp>(std::move(times));
}

OpPtr make_repeat(int axis, std::int64_t times) {
  if (times < 0)
    fail(ErrorCode::invalid_argument, "[repeat] repeats must not be negative; got ", times);
  return std::make_shared<RepeatOp>(RepeatAttributes{axis, times});
}

OpPtr make_broadcast_to(const Shape& shape) {
  return std::make_shared<BroadcastOp>(shape);
}

}  // namespace halfpixel::graph
