// A plan with a known result on every instruction set, in guarded memory, laid out in any way, and
// window by window: the bits must be the same.
#pragma once

#include <functional>
#include <optional>
#include <random>
#include <sstream>
#include <string>

#include <halfpixel/error.hpp>
#include <halfpixel/executor.hpp>
#include <halfpixel/resample.hpp>

#include "resample/checker.hpp"

namespace oracle {

using halfpixel::TensorView;

inline Tensor part_of(const Tensor& whole, const halfpixel::resample::Window& window, int first) {
  Shape shape = whole.shape();
  std::int64_t offset = 0;
  std::vector<std::int64_t> strides;
  for (int i = 0; i < shape.rank(); ++i) strides.push_back(whole.view().stride(i));
  for (int i = 0; i < window.rank(); ++i) {
    offset += window[i].begin * strides[static_cast<std::size_t>(first + i)];
    shape[first + i] = window[i].end - window[i].begin;
  }
  const auto bytes = static_cast<std::int64_t>(size_of(whole.dtype()));
  const auto* const at = static_cast<const char*>(whole.data()) + offset * bytes;
  return Tensor(halfpixel::ConstTensorView(at, whole.dtype(), shape, strides));
}

// plan(): a new one, for the target of the moment. first_axis: of the spatial ones.
template <class MakePlan>
std::optional<std::string> failure_everywhere(MakePlan plan, const Tensor& in, const Tensor& want,
                                              int first_axis, std::uint64_t seed) {
  using testing_memory::Layout;
  using testing_memory::Placed;
  std::mt19937_64 engine(seed);
  const auto run = [&](const auto& way, const Tensor& x, const Tensor& y, const Layout& src,
                       const Layout& dst) -> std::optional<std::string> {
    Placed from(x.shape(), x.dtype(), src), to(y.shape(), y.dtype(), dst);
    from.write(x);
    from.make_read_only();
    way(from.view(), to.view());
    if (const auto wrong = difference(to.read(), y)) return wrong;
    if (!to.surroundings_untouched()) return "bytes beside the destination were written";
    return std::nullopt;
  };
  for (const std::string& target : halfpixel::cpu::available_targets()) {
    const checker::ScopedTarget scope(target);
    const halfpixel::resample::Plan made = plan();
    const auto whole = [&](const TensorView& x, const TensorView& y) {
      made.run(x, y, halfpixel::serial_executor());
    };
    for (int i = 0; i < 4; ++i) {
      Layout src, dst;
      if (i == 1) src.side = dst.side = testing_memory::GuardedMemory::Against::first_page;
      if (i > 1) src = testing_memory::random_layout(engine, in.rank());
      if (i > 1) dst = testing_memory::random_layout(engine, in.rank());
      if (const auto wrong = run(whole, in, want, src, dst)) {
        return target + ", source " + src.str() + ", destination " + dst.str() + ": " + *wrong;
      }
    }
    for (int i = 0; i < 3; ++i) {
      halfpixel::resample::Window window{{}, {}};
      for (int axis = 0; axis < 2; ++axis) {
        const auto length = static_cast<std::uint64_t>(want.shape()[first_axis + axis]);
        const auto begin = static_cast<std::int64_t>(engine() % length);
        const auto rest = length - static_cast<std::uint64_t>(begin);
        window[axis] = {begin, begin + 1 + static_cast<std::int64_t>(engine() % rest)};
      }
      const auto windowed = [&](const TensorView& x, const TensorView& y) {
        made.run_window(x, y, window, halfpixel::serial_executor());
      };
      const Tensor x = part_of(in, made.required_input(window), first_axis);
      const Tensor y = part_of(want, window, first_axis);
      if (const auto wrong = run(windowed, x, y, {}, {})) {
        std::ostringstream text;
        text << target << ", window " << window[0].begin << ".." << window[0].end << ", "
             << window[1].begin << ".." << window[1].end << ": " << *wrong;
        return text.str();
      }
    }
  }
  return std::nullopt;
}

// What a call throws, in words.
inline std::string message_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const halfpixel::Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

}  // namespace oracle
