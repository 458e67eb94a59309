// From IN to OUT by another program's resize: whole in memory.
#include <array>
#include <cstddef>
#include <cstring>
#include <iostream>
#include <optional>

#include <fmt/format.h>

#include <halfpixel/error.hpp>

#include "dialects.hpp"
#include "explain.hpp"
#include "memory_room.hpp"
#include "progress.hpp"
#include "usage.hpp"
#include "work.hpp"

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
  if (layout == ArrayLayout::image && shape.rank() == 4) return shape;  // a batch
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

// A program of single images takes those of a batch one after the other.
bool is_batch_of_images(const DialectWork& work, const Shape& shape) {
  return work.layout == ArrayLayout::image && shape.rank() == 4;
}

// What the plan of an array of `shape` is for.
Shape planned_shape(const DialectWork& work, const Shape& shape) {
  return is_batch_of_images(work, shape) ? Shape{shape[1], shape[2], shape[3]} : shape;
}

Tensor batch_result(const DialectWork& work, const Tensor& x, bool explain) {
  const Shape one = planned_shape(work, x.shape());
  const std::int64_t bytes = one.num_elements() * static_cast<std::int64_t>(size_of(x.dtype()));
  std::optional<Tensor> all;
  for (std::int64_t i = 0; i < x.shape()[0]; ++i) {
    const auto* image = static_cast<const std::byte*>(x.data()) + i * bytes;
    const Tensor y = result_of(work, ConstTensorView(image, x.dtype(), one), explain && i == 0);
    const Shape& shape = y.shape();
    if (!all) all.emplace(Shape{x.shape()[0], shape[0], shape[1], shape[2]}, y.dtype());
    std::memcpy(static_cast<std::byte*>(all->data()) + i * y.size_bytes(), y.data(),
                static_cast<std::size_t>(y.size_bytes()));
  }
  if (all) return *all;
  const resample::Plan plan = work.plan(one, x.dtype());
  const Shape& shape = plan.output_shape();
  return Tensor({0, shape[0], shape[1], shape[2]}, plan.output_dtype());
}

Tensor array_result(const DialectWork& work, const Tensor& x, bool explain) {
  return is_batch_of_images(work, x.shape()) ? batch_result(work, x, explain)
                                             : result_of(work, x, explain);
}

// The same of pictures (N, H, W, C); the result is of the program's layout.
Tensor picture_result(const DialectWork& work, const Tensor& x, bool explain) {
  if (work.layout == ArrayLayout::image && x.shape()[0] != 1) return batch_result(work, x, explain);
  return result_of(
      work,
      seen<ConstTensorView>(work.layout, static_cast<const void*>(x.data()), x.dtype(), x.shape()),
      explain);
}

// --input-dtype.
Tensor taken(const DialectWork& work, const Tensor& x) {
  if (!work.input_dtype || *work.input_dtype == x.dtype()) return x;
  if (is_floating(*work.input_dtype)) return x.astype(*work.input_dtype);
  return to_samples(is_floating(x.dtype()) ? x : x.astype(DType::float64), *work.input_dtype);
}

// The dtype of the samples of a picture that is made of IN's.
DType result_dtype(const DialectWork& work, DType dtype) {
  return work.input_dtype && !is_floating(*work.input_dtype) ? *work.input_dtype : dtype;
}

void write_pictures(const DialectWork& work, Input& in, const Paths& paths, Progress& progress) {
  Picture& picture = *in.picture();
  PictureFile file(paths.out, picture.pages());
  for (int page = 0; page < picture.pages(); ++page) {
    if (page > 0) picture.open_page(page);
    progress.stage(fmt::format("{} -> {}", paths.in, paths.out));
    require_opaque(work, picture, picture.pixels(), paths.in);
    const Tensor y =
        picture_result(work, taken(work, picture.pixels()), paths.explain && page == 0);
    file.write(to_samples(as_nhwc(work.layout, y), result_dtype(work, in.dtype())), &picture);
  }
  file.finish();
}

Shape shape_of(const DialectWork& work, const Input& in) {
  return in.picture() != nullptr ? shape_in(work.layout, in.shape()) : in.shape();
}

void carry_out_shown(const DialectWork& work, Input& in, const Paths& paths, Progress& progress) {
  const bool to_array = is_array_path(paths.out);
  if (!paths.has_out()) {
    std::cout << explanation(
        work.plan(planned_shape(work, shape_of(work, in)), work.input_dtype.value_or(in.dtype())));
    return;
  }
  if (in.picture() != nullptr && !to_array) return write_pictures(work, in, paths, progress);
  progress.stage("reading " + paths.in);
  Tensor x = in.whole();
  if (in.picture() != nullptr) require_opaque(work, *in.picture(), x, paths.in);
  x = taken(work, x);
  progress.stage("computing");
  const Tensor y = in.picture() != nullptr ? picture_result(work, x, paths.explain)
                                           : array_result(work, x, paths.explain);
  progress.stage("writing " + paths.out);
  if (to_array) return write_array(paths, y);
  const bool one_image = (work.layout == ArrayLayout::image && y.rank() < 4) ||
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
  const DType samples = samples_of(result_dtype(work, in.dtype()), paths.in);
  write_picture(paths.out, to_samples(as_nhwc(work.layout, y), samples));
}

bool takes(const DialectWork& work, const Shape& shape, DType dtype) {
  try {
    static_cast<void>(work.plan(planned_shape(work, shape), dtype));
    return true;
  } catch (const Error&) {
    return false;
  }
}

// What to type where the program refuses IN's dtype and takes another.
std::string other_dtype(const DialectWork& work, const Input& in) {
  const Shape shape = shape_of(work, in);
  if (work.input_dtype || takes(work, shape, in.dtype())) return "";
  if (!is_floating(in.dtype()) && takes(work, shape, DType::float32))
    return "; --input-dtype float32 makes floats of them first";
  if (in.dtype() != DType::uint8 && takes(work, shape, DType::uint8))
    return "; --input-dtype uint8 makes bytes of them first, rounded and clamped to 0 to 255";
  return "";
}

// An array in the layout of pictures, given to a program that has its channels first.
bool looks_channels_last(const DialectWork& work, const Input& in) {
  const Shape& shape = in.shape();
  if (in.picture() != nullptr || work.layout != ArrayLayout::channels_first || shape.rank() < 3)
    return false;
  const int rank = shape.rank();
  return shape[rank - 1] <= 4 && shape[rank - 2] > 4 && shape[rank - 3] > 4;
}

std::string layout_hint(const DialectWork& work, const Input& in) {
  if (!looks_channels_last(work, in)) return "";
  return fmt::format("; arrays are (N, C, H, W) here, channels before rows; got shape {}",
                     in.shape().str());
}

}  // namespace

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
  try {
    carry_out_shown(work, in, paths, progress);
    const Shape& shape = in.shape();
    if (shape.rank() == 4 && looks_channels_last(work, in)) {
      warn(fmt::format("{} of shape {} is (N, C, H, W) here: {} channels, {} high and {} wide",
                       paths.label(), shape.str(), shape[1], shape[2], shape[3]));
    }
  } catch (const Error& error) {
    throw retold(Error(error.code(), error.what() + other_dtype(work, in) + layout_hint(work, in)),
                 "resize", paths);
  }
}

}  // namespace halfpixel::cli
