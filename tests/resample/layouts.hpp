// Tensors laid out in guarded memory in every way that strides allow.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include <halfpixel/tensor.hpp>

#include "resample/guarded_memory.hpp"

namespace testing_memory {

using halfpixel::ConstTensorView;
using halfpixel::DType;
using halfpixel::Shape;
using halfpixel::Tensor;
using halfpixel::TensorView;

// How the axes (always named in the order of the shape) lie in memory.
struct Layout {
  std::vector<int> order;         // axes from the outermost to the innermost; empty: as they are
  std::vector<std::int64_t> gap;  // unused elements behind each axis' step; empty: none
  std::vector<bool> reversed;     // negative stride; empty: none
  GuardedMemory::Against side = GuardedMemory::Against::last_page;

  std::string str() const {
    std::string text = side == GuardedMemory::Against::last_page ? "last page" : "first page";
    for (const int axis : order) text += " axis" + std::to_string(axis);
    for (const auto g : gap) text += " gap" + std::to_string(g);
    for (const bool r : reversed) text += r ? " -" : " +";
    return text;
  }
};

template <class Engine>
Layout random_layout(Engine& engine, int rank) {
  const auto upto = [&](int most) { return static_cast<int>(engine() % (most + 1)); };
  Layout layout;
  if (upto(1) != 0) layout.side = GuardedMemory::Against::first_page;
  const int kind = upto(4);
  for (int i = 0; i < rank; ++i) layout.order.push_back(i);
  if (kind == 0) return layout;  // dense
  if (kind >= 3) std::shuffle(layout.order.begin(), layout.order.end(), engine);
  for (int i = 0; i < rank; ++i) {
    layout.gap.push_back(kind == 2 ? 0 : upto(3) * upto(1));
    layout.reversed.push_back(kind >= 2 && upto(2) == 0);
  }
  return layout;
}

class Placed {
 public:
  Placed(const Shape& shape, DType dtype, const Layout& layout)
      : shape_(shape), dtype_(dtype), strides_(shape.size()), memory_(plan(layout), layout.side) {}

  TensorView view() const {
    return TensorView(memory_.data() + first_ * bytes(), dtype_, shape_, strides_);
  }
  // The same memory with its axes renamed: axis i of the result is axis order[i].
  TensorView view(const std::vector<int>& order) const {
    Shape shape;
    std::vector<std::int64_t> strides;
    for (const int axis : order) {
      shape.push_back(shape_[axis]);
      strides.push_back(strides_[static_cast<std::size_t>(axis)]);
    }
    return TensorView(memory_.data() + first_ * bytes(), dtype_, shape, strides);
  }
  void write(const Tensor& values) {
    const char* from = static_cast<const char*>(values.data());
    for_each([&](char* at) {
      std::memcpy(at, from, static_cast<std::size_t>(bytes()));
      from += bytes();
    });
  }
  Tensor read() const { return Tensor(ConstTensorView(view())); }
  // Takes the elements away and looks at what is left: nobody else's bytes have changed.
  bool surroundings_untouched() {
    for_each([&](char* at) { std::memset(at, kPoison, static_cast<std::size_t>(bytes())); });
    return memory_.all_poison();
  }
  void make_read_only() { memory_.make_read_only(); }

 private:
  std::int64_t bytes() const { return static_cast<std::int64_t>(halfpixel::size_of(dtype_)); }

  std::size_t plan(const Layout& layout) {
    std::int64_t extent = 1;  // elements from the first to the last of what is inside
    std::int64_t step = 1;
    for (int i = shape_.rank() - 1; i >= 0; --i) {
      const int axis = layout.order.empty() ? i : layout.order[static_cast<std::size_t>(i)];
      const auto at = static_cast<std::size_t>(axis);
      if (!layout.gap.empty()) step += layout.gap[at];
      const std::int64_t reach = shape_[axis] > 0 ? (shape_[axis] - 1) * step : 0;
      const bool backwards = !layout.reversed.empty() && layout.reversed[at];
      strides_[at] = backwards ? -step : step;
      if (backwards) first_ += reach;
      extent += reach;
      step = extent;
    }
    return static_cast<std::size_t>(extent * bytes());
  }

  template <class F>
  void for_each(F&& f) {
    char* const base = memory_.data() + first_ * bytes();
    visit(base, 0, f);
  }
  template <class F>
  void visit(char* at, int axis, F& f) {
    if (axis == shape_.rank()) return f(at);
    for (std::int64_t i = 0; i < shape_[axis]; ++i) {
      visit(at + i * strides_[static_cast<std::size_t>(axis)] * bytes(), axis + 1, f);
    }
  }

  Shape shape_;
  DType dtype_;
  std::int64_t first_ = 0;
  std::vector<std::int64_t> strides_;
  GuardedMemory memory_;
};

}  // namespace testing_memory
