// Plans from arbitrary options, shapes, strides and windows. Only halfpixel::Error may escape;
// small problems must have the slow twin's bits on every target, and windows the bits of the whole.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/up_sampling.hpp>

#include "resample/checker.hpp"

namespace {

using halfpixel::ConstTensorView;
using halfpixel::DType;
using halfpixel::Shape;
using halfpixel::Size;
using halfpixel::Tensor;
using halfpixel::TensorView;
using halfpixel::resample::Plan;
using halfpixel::resample::Window;
using problems::Problem;

[[noreturn]] void wrong(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::abort();
}

// The input's bytes as choices; zeros when they have run out.
class Choices {
 public:
  Choices(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  std::uint8_t byte() { return at_ < size_ ? data_[at_++] : 0; }
  int below(int n) { return byte() % n; }
  bool flag() { return (byte() & 1) != 0; }
  std::uint64_t word() {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = value << 8 | byte();
    return value;
  }
  // Mostly small; sometimes nothing, negative, or larger than anything.
  std::int64_t side(int most) {
    const int kind = below(16);
    if (kind == 0) return below(3) - 2;
    if (kind == 1) return static_cast<std::int64_t>(word());
    if (kind == 2) return (std::int64_t{1} << (31 + below(32))) - below(3);
    return 1 + below(most);
  }
  Shape shape(int rank, int most) {
    Shape shape;
    for (int i = 0; i < rank; ++i) shape.push_back(side(most));  // may throw: the caller expects it
    return shape;
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
};

bool is_small(const Shape& shape) {
  double product = 1;
  for (const std::int64_t extent : shape) product *= static_cast<double>(extent);
  return product <= 20000;
}

// Against the twin, in any layout.
void compare_with_twin(Choices& in) {
  Problem p;
  p.v1 = in.flag(), p.gradient = in.flag(), p.antialias = in.flag();
  p.align_corners = in.flag(), p.half_pixel = in.flag(), p.channels_first = in.flag();
  p.method = problems::kMethods[in.below(8)];
  p.dtype = problems::kDTypes[in.below(10)];
  p.n = in.below(3), p.h = 1 + in.below(20), p.w = 1 + in.below(20);
  p.out_h = 1 + in.below(20), p.out_w = 1 + in.below(20), p.c = 1 + in.below(40);
  if (!p.valid()) return;
  if (const auto text = checker::failure_of(p, in.word(), in.flag(), 2)) wrong(*text);
}

// A window of a plan, in memory that holds no more than it needs, against the whole.
void compare_window(const Plan& plan, const std::vector<int>& axes, Choices& in) {
  if (!is_small(plan.input_shape()) || !is_small(plan.output_shape())) return;
  if (plan.output_shape().num_elements() == 0) return;
  const Tensor x = problems::values(plan.input_shape(), plan.input_dtype(), in.word(), in.flag());
  Tensor whole(plan.output_shape(), plan.output_dtype());
  plan.run(x, whole, halfpixel::serial_executor());
  Window window = axes.size() == 1   ? Window{{}}
                  : axes.size() == 2 ? Window{{}, {}}
                                     : Window{{}, {}, {}};
  for (int i = 0; i < window.rank(); ++i) {
    const std::int64_t length = plan.output_shape()[axes[static_cast<std::size_t>(i)]];
    window[i].begin = in.byte() % length;
    window[i].end = window[i].begin + in.byte() % (length - window[i].begin + 1);
  }
  const auto part = [&](const Tensor& t, const Window& w) {
    Shape shape = t.shape();
    std::vector<std::int64_t> strides;
    std::int64_t offset = 0;
    for (int i = 0; i < shape.rank(); ++i) strides.push_back(t.view().stride(i));
    for (int i = 0; i < w.rank(); ++i) {
      const auto axis = axes[static_cast<std::size_t>(i)];
      shape[axis] = w[i].end - w[i].begin;
      offset += w[i].begin * strides[static_cast<std::size_t>(axis)];
    }
    const auto* const base = static_cast<const char*>(t.data());
    const auto bytes = static_cast<std::int64_t>(size_of(t.dtype()));
    return Tensor(ConstTensorView(base + offset * bytes, t.dtype(), shape, strides));
  };
  const Tensor need = part(x, plan.required_input(window));
  const Tensor want = part(whole, window);
  std::mt19937_64 engine(in.word());
  const int rank = need.rank();
  checker::Placed src(need.shape(), need.dtype(), testing_memory::random_layout(engine, rank));
  src.write(need);
  src.make_read_only();
  checker::Placed dst(want.shape(), want.dtype(), testing_memory::random_layout(engine, rank));
  plan.run_window(src.view(), dst.view(), window, halfpixel::serial_executor());
  if (const auto text = oracle::difference(dst.read(), want)) wrong(*text + "\n" + plan.describe());
  if (!dst.surroundings_untouched()) wrong("wrote beside the window\n" + plan.describe());
}

void make_resize(Choices& in) {
  namespace image = halfpixel::tf::image;
  namespace v1 = halfpixel::tf::compat::v1::image;
  const auto method = problems::kMethods[in.below(8)];
  const auto dtype = static_cast<DType>(in.below(halfpixel::kDTypeCount));
  const int kind = in.below(3);
  const bool flags[] = {in.flag(), in.flag()};
  const int rank = in.below(8) == 0 ? in.below(9) : 3 + in.below(2);
  const Shape shape = in.shape(rank, 12);
  const Size size = in.below(8) == 0 ? Size{in.side(20)} : Size{in.side(20), in.side(20)};
  const auto make = [&] {
    if (kind == 0) {
      return image::plan_resize(
          shape, dtype, size,
          {.method = method, .preserve_aspect_ratio = flags[0], .antialias = flags[1]});
    }
    if (kind == 1) {
      return v1::plan_resize(
          shape, dtype, size,
          {.method = method, .align_corners = flags[0], .preserve_aspect_ratio = flags[1]});
    }
    Shape input = shape;
    if (rank >= 3) input[rank - 3] = size[0], input[rank - 2] = size[1];
    return image::plan_resize_gradient(shape, dtype, input,
                                       {.method = method, .antialias = flags[1]});
  };
  const Plan plan = make();
  compare_window(plan, {rank - 3, rank - 2}, in);
}

void make_up_sampling(Choices& in) {
  namespace keras = halfpixel::keras;
  const auto dtype = static_cast<DType>(in.below(halfpixel::kDTypeCount));
  const auto format =
      in.flag() ? halfpixel::DataFormat::channels_first : halfpixel::DataFormat::channels_last;
  const int first = format == halfpixel::DataFormat::channels_first ? 2 : 1;
  const int rank = in.below(8) == 0 ? in.below(9) : 3 + in.below(3);
  const Shape shape = in.shape(rank, 6);
  if (rank == 3) {
    const keras::layers::UpSampling1D layer({.size = in.side(5)});
    compare_window(layer.plan(shape, dtype), {1}, in);
  } else if (rank == 4) {
    const keras::layers::UpSampling2D layer(
        {.size = {in.side(5), in.side(5)},
         .data_format = format,
         .interpolation = static_cast<keras::Interpolation>(in.below(5))});
    compare_window(layer.plan(shape, dtype), {first, first + 1}, in);
  } else {
    const keras::layers::UpSampling3D layer(
        {.size = {in.side(4), in.side(4), in.side(4)}, .data_format = format});
    compare_window(layer.plan(shape, dtype), {first, first + 1, first + 2}, in);
  }
}

// Views over a few bytes with any strides: accepted only if every element lies in memory that could
// be.
void make_views(Choices& in) {
  alignas(64) static std::uint8_t memory[256];
  const auto dtype = static_cast<DType>(in.below(halfpixel::kDTypeCount));
  const int rank = in.below(6);
  const Shape shape = in.shape(rank, 4);
  std::vector<std::int64_t> strides;
  for (int i = 0; i < rank; ++i) {
    strides.push_back(in.flag() ? static_cast<std::int64_t>(in.word()) : in.below(5) - 2);
  }
  const ConstTensorView a(memory + in.below(64), dtype, shape);
  const ConstTensorView b(memory + 128 + in.below(64), dtype, shape, strides);
  if (overlaps(a, b) != overlaps(b, a)) wrong("overlaps is not symmetric");
  if (b.size() > 0 && !overlaps(b, b)) wrong("a view does not overlap itself");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices in(data, size);
  try {
    switch (in.below(4)) {
      case 0:
        compare_with_twin(in);
        break;
      case 1:
        make_resize(in);
        break;
      case 2:
        make_up_sampling(in);
        break;
      default:
        make_views(in);
        break;
    }
  } catch (const halfpixel::Error& error) {
    if (error.code() == halfpixel::ErrorCode::internal) wrong(error.what());
  }
  return 0;
}
