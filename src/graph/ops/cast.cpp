#include "graph/ops/cast.hpp"

#include <cmath>
#include <limits>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "core/dispatch.hpp"
#include "graph/ops/elementwise.hpp"
#include "graph/ops/op_checks.hpp"
#include "graph/ops/rows.hpp"

namespace halfpixel::graph {
namespace {

template <class To, class From>
To convert(From value) {
  constexpr bool kFrom16 = std::is_same_v<From, float16> || std::is_same_v<From, bfloat16>;
  constexpr bool kTo16 = std::is_same_v<To, float16> || std::is_same_v<To, bfloat16>;
  if constexpr (kFrom16) {
    return convert<To>(static_cast<float>(value));
  } else if constexpr (kTo16) {
    return To(static_cast<float>(value));
  } else if constexpr (std::is_same_v<To, bool>) {
    return value != From{0};
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    // Defined for every value. To int32 and int64 what does not fit, and NaN, give the least, as
    // x86-64 has it; to others TensorFlow's answer depends on the place: they saturate, NaN gives
    // 0.
    constexpr To kLeast = std::numeric_limits<To>::min(), kMost = std::numeric_limits<To>::max();
    constexpr bool kOneAnswer = std::is_signed_v<To> && sizeof(To) >= 4;
    if (!(value == value)) return kOneAnswer ? kLeast : To{0};
    const double v = std::trunc(static_cast<double>(value));
    if (v <= static_cast<double>(kLeast)) return kLeast;
    // As a double, the greatest of 64 bits is one more than it is.
    if (v > static_cast<double>(kMost) || (sizeof(To) == 8 && v == static_cast<double>(kMost)))
      return kOneAnswer ? kLeast : kMost;
    return static_cast<To>(v);
  } else {
    return static_cast<To>(value);
  }
}

using Convert = void (*)(const void* x, void* y, std::int64_t count);

template <class To, class From>
void convert_all(const void* x, void* y, std::int64_t count) {
  const From* from = static_cast<const From*>(x);
  To* to = static_cast<To*>(y);
  for (std::int64_t i = 0; i < count; ++i) to[i] = convert<To>(from[i]);
}

class CastKernel final : public Kernel {
 public:
  CastKernel(Convert convert, std::size_t from_bytes, std::size_t to_bytes, const Rows& rows)
      : convert_(convert),
        from_bytes_(static_cast<std::int64_t>(from_bytes)),
        to_bytes_(static_cast<std::int64_t>(to_bytes)),
        rows_(rows) {}
  void run(State*, const void* const* in, void* const* out, void*) const noexcept override {
    const auto* x = static_cast<const char*>(in[0]);
    auto* y = static_cast<char*>(out[0]);
    rows_.run([&](std::int64_t first, std::int64_t count, std::int64_t position) {
      convert_(x + first * from_bytes_, y + position * to_bytes_, count);
    });
  }

 private:
  Convert convert_;
  std::int64_t from_bytes_, to_bytes_;
  Rows rows_;
};

class CastOp final : public ElementwiseOp<CastOp, DType> {
 public:
  using ElementwiseOp::ElementwiseOp;
  std::string_view kind() const noexcept override { return "cast"; }
  std::string attributes() const override { return std::string(name_of(attr)); }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    require_inputs("cast", inputs, 1);
    return {{inputs[0].shape, attr}};
  }

  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    const DType source = args.inputs[0].dtype;
    const Convert function = dispatch(source, [&](auto from) {
      return dispatch(attr, [&](auto to) -> Convert {
        return convert_all<typename decltype(to)::type, typename decltype(from)::type>;
      });
    });
    return std::make_unique<CastKernel>(function, size_of(source), size_of(attr), Rows::of(args));
  }

  void apply(std::span<const Operand> x, float* y, std::int64_t count) const noexcept override {
    convert_all<float, float>(x[0].data, y, count);
  }
  int repeated_input(const PrepareArgs& args) const override {
    return args.inputs[0].dtype == attr ? 0 : -1;
  }
};

}  // namespace

OpPtr make_cast(DType dtype) {
  return std::make_shared<CastOp>(dtype);
}

}  // namespace halfpixel::graph
