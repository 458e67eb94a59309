#include "graph/ops/reshape.hpp"

#include <algorithm>
#include <cstring>

#include "core/checked.hpp"
#include "graph/ops/op_checks.hpp"

namespace halfpixel::graph {
namespace {

class ReshapeKernel final : public Kernel {
 public:
  explicit ReshapeKernel(std::int64_t bytes) : bytes_(static_cast<std::size_t>(bytes)) {}
  void run(State*, const void* const* in, void* const* out, void*) const noexcept override {
    if (in[0] != out[0] && bytes_ > 0) std::memcpy(out[0], in[0], bytes_);
  }

 private:
  std::size_t bytes_;
};

class ReshapeOp final : public OpWith<ReshapeOp, std::vector<Extent>> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override { return "reshape"; }
  Elements elements() const override { return Elements::moved; }
  bool in_place(int input) const override { return input == 0; }

  std::string attributes() const override {
    std::string text;
    for (const Extent& extent : attr) {
      text += text.empty() ? "" : " ";
      text += extent.from_axis >= 0 ? concat("=", extent.from_axis) : concat(extent.value);
    }
    return text;
  }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    require_inputs("reshape", inputs, 1);
    const Shape& from = inputs[0].shape;
    // Extents that are copied cancel, so that (None, 7, 7) -> (None, -1) knows its 49.
    std::vector<bool> cancelled(from.size(), false);
    std::int64_t made = 1;
    int rest = -1;
    bool known = true;
    Shape to;
    for (const Extent& extent : attr) {
      if (extent.from_axis >= 0) {
        if (extent.from_axis >= from.rank()) refuse(from);
        const std::int64_t same = from[extent.from_axis];
        to.push_back(same);
        const auto axis = static_cast<std::size_t>(extent.from_axis);
        if (!cancelled[axis]) {
          cancelled[axis] = true;
        } else if (same == kUnknown) {
          known = false;
        } else {
          made = checked_multiply(made, same, "shape");
        }
      } else if (extent.value == Extent::kRest) {
        rest = to.rank();
        to.push_back(kUnknown);
      } else {
        to.push_back(extent.value);
        made = checked_multiply(made, extent.value, "shape");
      }
    }
    std::int64_t given = 1;
    for (int i = 0; i < from.rank(); ++i) {
      if (cancelled[static_cast<std::size_t>(i)]) continue;
      if (from[i] == kUnknown) {
        known = false;
      } else {
        given = checked_multiply(given, from[i], "shape");
      }
    }
    if (!known) return {{to, inputs[0].dtype}};
    if (rest >= 0) {
      if (made == 0 ? given != 0 : given % made != 0) refuse(from);
      to[rest] = made == 0 ? 0 : given / made;
    } else if (made != given && !has_empty_axis(from)) {
      refuse(from);
    }
    return {{to, inputs[0].dtype}};
  }

  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    const Spec& spec = args.inputs[0];
    if (spec.shape.num_elements() != args.outputs[0].shape.num_elements()) refuse(spec.shape);
    return std::make_unique<ReshapeKernel>(checked_multiply(
        spec.shape.num_elements(), static_cast<std::int64_t>(size_of(spec.dtype)), "value"));
  }

 private:
  static bool has_empty_axis(const Shape& shape) {
    return std::find(shape.begin(), shape.end(), 0) != shape.end();
  }

  [[noreturn]] void refuse(const Shape& from) const {
    std::string wanted;
    for (const Extent& extent : attr) {
      wanted += wanted.empty() ? "(" : ", ";
      wanted += extent.from_axis >= 0 && extent.from_axis < from.rank()
                    ? (from[extent.from_axis] == kUnknown ? "None" : concat(from[extent.from_axis]))
                    : concat(extent.value);
    }
    fail(ErrorCode::invalid_argument,
         "[reshape] The total size of the tensor must be unchanged. Received: input_shape=", from,
         ", target_shape=", wanted.empty() ? "(" : wanted, ")");
  }
};

}  // namespace

OpPtr make_reshape(std::vector<Extent> extents) {
  if (extents.size() > kMaxRank) {
    fail(ErrorCode::invalid_argument, "[reshape] at most ", kMaxRank, " axes are possible; got ",
         extents.size());
  }
  int rests = 0;
  for (const Extent& extent : extents) {
    if (extent.from_axis >= 0) continue;
    if (extent.value < -1)
      fail(ErrorCode::invalid_argument, "[reshape] shape must not be negative; got ", extent.value);
    rests += extent.value == Extent::kRest ? 1 : 0;
  }
  if (rests > 1) {
    fail(ErrorCode::invalid_argument,
         "[reshape] There must be at most one unknown dimension (-1) in shape; got ", rests);
  }
  return std::make_shared<ReshapeOp>(std::move(extents));
}

OpPtr make_reshape(std::span<const std::int64_t> extents) {
  std::vector<Extent> list;
  for (const std::int64_t extent : extents) list.push_back(Extent::of(extent));
  return make_reshape(std::move(list));
}

OpPtr make_expand_dims(std::int64_t axis, int rank) {
  const int at = checked_axis("expand_dims", axis, rank + 1);
  std::vector<Extent> extents;
  for (int i = 0; i < rank; ++i) extents.push_back(Extent::same_as(i));
  extents.insert(extents.begin() + at, Extent::of(1));
  return make_reshape(std::move(extents));
}

OpPtr make_squeeze(const std::vector<std::int64_t>& axes, const Shape& shape) {
  std::vector<bool> dropped(shape.size(), false);
  for (const std::int64_t axis : axes) {
    const int at = checked_axis("squeeze", axis, shape.rank());
    if (shape[at] != 1 && shape[at] != kUnknown) {
      fail(ErrorCode::invalid_argument, "[squeeze] axis ", axis, " must have extent 1; got shape ",
           shape);
    }
    dropped[static_cast<std::size_t>(at)] = true;
  }
  if (axes.empty()) {
    for (int i = 0; i < shape.rank(); ++i) dropped[static_cast<std::size_t>(i)] = shape[i] == 1;
  }
  std::vector<Extent> extents;
  for (int i = 0; i < shape.rank(); ++i) {
    if (!dropped[static_cast<std::size_t>(i)]) extents.push_back(Extent::same_as(i));
  }
  return make_reshape(std::move(extents));
}

}  // namespace halfpixel::graph
