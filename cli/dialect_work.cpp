// From IN to OUT by another program's resize: whole in memory.
#include <array>
#include <iostream>

#include <fmt/format.h>

#include <halfpixel/error.hpp>

#include "dialects.hpp"
#include "explain.hpp"
#include "memory_room.hpp"
#include "progress.hpp"

namespace halfpixel::cli {
namespace {

// Where the axes (N, H, W, C) of a picture are in the program's layout; -1: nowhere.
std::array<int, 4> axes_of(ArrayLayout layout) {
  switch (layout) {
    case ArrayLayout::channels_first:
      return {0, 2, 3, 1};
    case ArrayLayout::channels_last:
      return {0, 1, 2, 3};
    case ArrayLayout::image:
      break;
  }
  return {-1, 0, 1, 2};
}

Shape shape_in(ArrayLayout layout, const Shape& nhwc) {
  Shape shape = nhwc;
  if (layout == ArrayLayout::image) return {nhwc[1], nhwc[2], nhwc[3]};
  const auto axes = axes_of(layout);
  for (int i = 0; i < 4; ++i) shape[axes[static_cast<std::size_t>(i)]] = nhwc[i];
  return shape;
}

Shape nhwc_of(ArrayLayout layout, const Shape& shape) {
  if (layout == ArrayLayout::image) {
    return {1, shape[0], shape[1], shape.rank() == 3 ? shape[2] : 1};
  }
  if (layout == ArrayLayout::channels_last && shape.rank() == 3)
    return {1, shape[0], shape[1], shape[2]};
  Shape nhwc = shape;
  const auto axes = axes_of(layout);
  for (int i = 0; i < 4; ++i) nhwc[i] = shape[axes[static_cast<std::size_t>(i)]];
  return nhwc;
}

// The memory of a picture (N, H, W, C), seen as the program has it.
template <class View, class Pointer>
View seen(ArrayLayout layout, Pointer data, DType dtype, const Shape& nhwc) {
  Shape strides = nhwc;
  std::int64_t stride = 1;
  for (int axis = 3; axis >= 0; --axis) {
    strides[axis] = stride;
    stride *= nhwc[axis];
  }
  const Shape shape = shape_in(layout, nhwc);
  const Shape steps = shape_in(layout, strides);
  return View(data, dtype, shape, std::span(steps.begin(), steps.end()));
}

// A dense array of the program's layout as (N, H, W, C).
Tensor as_nhwc(ArrayLayout layout, const Tensor& array) {
  const Shape nhwc = nhwc_of(layout, array.shape());
  if (layout != ArrayLayout::channels_first) return array.reshape(nhwc);
  const Shape& shape = array.shape();  // (N, C, H, W)
  const std::int64_t strides[] = {shape[1] * shape[2] * shape[3], shape[3], 1, shape[2] * shape[3]};
  return Tensor(ConstTensorView(array.data(), array.dtype(), nhwc, strides));
}

void require_room(const ConstTensorView& x, const Shape& shape, DType dtype) {
  double bytes = static_cast<double>(size_of(dtype));
  for (const std::int64_t extent : shape) bytes *= static_cast<double>(extent);
  require_memory(static_cast<double>(x.size_bytes()) + 2 * bytes,
                 fmt::format("[resize] result {} {}", shape.str(), name_of(dtype)));
}

// The result of an array of the program's own layout.
Tensor result_of(const DialectWork& work, const ConstTensorView& x, bool explain) {
  if (work.run && !explain) return work.run(x);
  const resample::Plan plan = work.plan(x.shape(), x.dtype());
  if (explain) std::cout << explanation(plan);
  require_room(x, plan.output_shape(), plan.output_dtype());
  Tensor y(plan.output_shape(), plan.output_dtype());
  plan.run(x, y);
  return y;
}

// Colours of files are straight.
void require_opaque(const DialectWork& work, const Picture& picture, const Tensor& pixels,
                    const std::string& in) {
  if (!work.multiplied || !picture.sees_through(pixels)) return;
  throw Error(
      ErrorCode::unsupported,
      fmt::format("[resize] this program's colours are multiplied by alpha, those of {} are "
                  "not; without alpha, or as an array of colours that are multiplied "
                  "(.npy), it is taken",
                  in));
}

// The same of a picture (N, H, W, C); the result is of the program's layout.
Tensor picture_result(const DialectWork& work, const Tensor& x, bool explain) {
  return result_of(
      work,
      seen<ConstTensorView>(work.layout, static_cast<const void*>(x.data()), x.dtype(), x.shape()),
      explain);
}

void write_pictures(const DialectWork& work, Input& in, const Paths& paths, Progress& progress) {
  Picture& picture = *in.picture();
  PictureFile file(paths.out, picture.pages());
  for (int page = 0; page < picture.pages(); ++page) {
    if (page > 0) picture.open_page(page);
    progress.stage(fmt::format("{} -> {}", paths.in, paths.out));
    require_opaque(work, picture, picture.pixels(), paths.in);
    const Tensor y = picture_result(work, picture.pixels(), paths.explain && page == 0);
    file.write(to_samples(as_nhwc(work.layout, y), in.dtype()), &picture);
  }
  file.finish();
}

}  // namespace

Tensor dialect_result(const std::string& dialect,
                      const std::vector<std::pair<std::string, std::string>>& options,
                      const Tensor& pictures) {
  const Words words(options);
  const DialectWork work =
      dialect == "keras" ? keras_work(words) : find_dialect(dialect).work(words);
  return as_nhwc(work.layout, picture_result(work, pictures, false));
}

void carry_out_dialect(const DialectWork& work, Input& in, const Paths& paths, bool quiet) {
  Progress progress(quiet, paths.position);
  const bool to_array = is_array_path(paths.out);
  if (!paths.has_out()) {
    const Shape shape = in.picture() != nullptr ? shape_in(work.layout, in.shape()) : in.shape();
    std::cout << explanation(work.plan(shape, in.dtype()));
    return;
  }
  if (in.picture() != nullptr && !to_array) return write_pictures(work, in, paths, progress);
  progress.stage("reading " + paths.in);
  const Tensor x = in.whole();
  if (in.picture() != nullptr) require_opaque(work, *in.picture(), x, paths.in);
  progress.stage("computing");
  const Tensor y = in.picture() != nullptr ? picture_result(work, x, paths.explain)
                                           : result_of(work, x, paths.explain);
  progress.stage("writing " + paths.out);
  if (to_array) return write_array(paths, y);
  const bool one_image = work.layout == ArrayLayout::image ||
                         (y.rank() == 4 && y.shape()[0] == 1) ||
                         (work.layout == ArrayLayout::channels_last && y.rank() == 3);
  const Shape nhwc = one_image ? nhwc_of(work.layout, y.shape()) : Shape{1, 1, 1, 0};
  if (nhwc[3] < 1 || nhwc[3] > 4) {
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("[resize] {} cannot be made: a picture is one image of 1 to 4 channels; "
                    "got {}",
                    paths.out, y.shape().str()));
  }
  write_picture(paths.out, to_samples(as_nhwc(work.layout, y), samples_of(in.dtype(), paths.in)));
}

}  // namespace halfpixel::cli
