#include "graph/ops/select.hpp"

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "graph/ops/broadcast.hpp"

namespace halfpixel::graph {
namespace {

template <class T>  // an integer of the elements' size
class SelectKernel final : public Kernel {
 public:
  explicit SelectKernel(const PrepareArgs& args)
      : walk_({args.inputs[0].shape, args.inputs[1].shape, args.inputs[2].shape},
              args.outputs[0].shape) {}
  void run(State*, const void* const* in, void* const* out, void*) const noexcept override {
    const auto* condition = static_cast<const bool*>(in[0]);
    const T* a = static_cast<const T*>(in[1]);
    const T* b = static_cast<const T*>(in[2]);
    T* y = static_cast<T*>(out[0]);
    const int cs = walk_.run_step(0), as = walk_.run_step(1), bs = walk_.run_step(2);
    walk_.run([&](const std::array<std::int64_t, 3>& at, std::int64_t first, std::int64_t count) {
      for (std::int64_t i = 0; i < count; ++i) {
        const T p = a[at[1] + i * as], q = b[at[2] + i * bs];
        y[first + i] = condition[at[0] + i * cs] ? p : q;
      }
    });
  }

 private:
  BroadcastWalk<3> walk_;
};

class SelectOp final : public Op {
 public:
  std::string_view kind() const noexcept override { return "select"; }
  Elements elements() const override { return Elements::each; }
  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    if (inputs.size() != 3)
      fail(ErrorCode::internal, "[where] three inputs are needed; got ", inputs.size());
    if (inputs[0].dtype != DType::boolean) {
      fail(ErrorCode::invalid_argument, "[where] condition must be bool; got ", inputs[0].dtype);
    }
    if (inputs[1].dtype != inputs[2].dtype) {
      fail(ErrorCode::invalid_argument, "[where] both values must have one dtype; got ",
           inputs[1].dtype, " and ", inputs[2].dtype);
    }
    const Shape values = broadcast_shapes("where", inputs[1].shape, inputs[2].shape);
    return {{broadcast_shapes("where", inputs[0].shape, values), inputs[1].dtype}};
  }
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    switch (size_of(args.outputs[0].dtype)) {
      case 1:
        return std::make_unique<SelectKernel<std::uint8_t>>(args);
      case 2:
        return std::make_unique<SelectKernel<std::uint16_t>>(args);
      case 4:
        return std::make_unique<SelectKernel<std::uint32_t>>(args);
      default:
        return std::make_unique<SelectKernel<std::uint64_t>>(args);
    }
  }
  bool in_place(int input) const override { return input > 0; }
  bool equals(const Op& other) const override {
    return dynamic_cast<const SelectOp*>(&other) != nullptr;
  }
  InputAxes input_axes(int) const override { return InputAxes::broadcast; }
  OpPtr before_transpose(std::span<const int>) const override { return shared_from_this(); }
};

}  // namespace

OpPtr make_select() {
  return std::make_shared<SelectOp>();
}

}  // namespace halfpixel::graph
