// From IN to OUT by another program's resize: in bands where its plan has rows to cut, else whole.
#include <cstdint>
#include <iostream>
#include <optional>

#include <fmt/format.h>

#include <halfpixel/error.hpp>

#include "dialects.hpp"
#include "explain.hpp"
#include "progress.hpp"
#include "samples.hpp"
#include "second_input.hpp"
#include "usage.hpp"
#include "value_range.hpp"
#include "work.hpp"

namespace halfpixel::cli {
namespace {

using resample::Plan;

constexpr int kPictureRows = 1;  // of (N, H, W, C)

DType taken_dtype(const DialectWork& work, const Input& in) {
  return work.input_dtype.value_or(in.dtype());
}

Operation operation_of(const Plan& plan) {
  Operation operation;
  operation.name = "resize";
  operation.output_shape = plan.output_shape();
  operation.output_dtype = plan.output_dtype();
  return operation;
}

// The open page as an operation that has a single plan. What has none, and what is refused, is for
// the work on the whole to do and to say.
std::optional<Operation> page_operation(const DialectWork& work, const Input& in) {
  if (in.shape()[0] != 1) return std::nullopt;
  try {
    const Shape worked = filling_shape(work, in.shape(), kPictureRows);
    const Plan plan = work.plan(shape_in(work.layout, worked), taken_dtype(work, in));
    Operation operation = operation_of(plan);
    operation.source = filling(work, in.shape(), kPictureRows);
    operation.layout = work.layout;
    operation.first_spatial_axis = axes_of(work.layout)[1];
    operation.input_dtype = taken_dtype(work, in);
    operation.sample_dtype = sample_dtype(work, in.dtype());
    operation.plan = [plan](const Shape&, DType) { return plan; };
    if (nhwc_of(work.layout, plan.output_shape())[0] == 1) return operation;
  } catch (const Error&) {
  }
  return std::nullopt;
}

// Bands lie on each other by what a filter reaches: one that reaches over half of the page is
// better held whole.
bool goes_by_rows(const Operation& operation, const Picture& picture) {
  const SampleWork work(operation, picture, SampleWork::Result::samples);
  const std::int64_t middle = work.output_shape()[1] / 2;
  if (work.output_shape().num_elements() == 0 || !work.goes_by_rows()) return false;
  const resample::Range rows = work.required_rows({middle, middle + 1});
  return 2 * (rows.end - rows.begin) <= picture.shape()[1];
}

// An array file as an operation: its leading axis may be one of independent arrays.
std::optional<Operation> array_operation(const DialectWork& work, Input& in) {
  if (in.npy() == nullptr || work.input_dtype || work.fill ||
      planned_shape(work, in.shape()) != in.shape())
    return std::nullopt;
  try {
    const Plan plan = work.plan(in.shape(), in.dtype());
    Operation operation = operation_of(plan);
    operation.first_spatial_axis = plan.spatial_axis(0);
    operation.spatial_axes = plan.spatial_rank();
    operation.batch_axes = operation.first_spatial_axis == 0 ? 0 : 1;
    operation.plan = work.plan;
    for (int i = 0; i < plan.spatial_rank(); ++i) {
      if (plan.spatial_axis(i) != operation.first_spatial_axis + i) return std::nullopt;
    }
    if (operation.batch_axes == 0) return operation;
    // One of the arrays becomes what it would among all of them.
    Shape one = in.shape(), wanted = plan.output_shape();
    if (one[0] != wanted[0]) return std::nullopt;
    one[0] = wanted[0] = 1;
    if (work.plan(one, in.dtype()).output_shape() == wanted) return operation;
  } catch (const Error&) {
  }
  return std::nullopt;
}

// `resize *.png` of a shell.
void check_second_input(const DialectWork& work, Input& in, const Paths& paths) {
  if (!paths.suspect) return;
  std::optional<Operation> operation =
      in.picture() != nullptr ? page_operation(work, in) : array_operation(work, in);
  if (!operation) return;
  if (in.picture() != nullptr) {  // files of pictures are compared
    operation->output_shape = nhwc_of(work.layout, operation->output_shape);
    operation->first_spatial_axis = 1;
  }
  require_no_second_input(*operation, in, paths);
}

// y: of the program's layout.
void require_one_picture(const DialectWork& work, const Tensor& y, const Input& in,
                         const Paths& paths) {
  const bool one_image = (work.layout == ArrayLayout::image && y.rank() < 4) ||
                         (y.rank() == 4 && y.shape()[0] == 1) ||
                         (work.layout == ArrayLayout::channels_last && y.rank() == 3);
  const Shape nhwc = one_image ? nhwc_of(work.layout, y.shape()) : Shape{1, 1, 1, 0};
  // A TIFF has any number of channels, which come from one.
  if (nhwc[3] < 1 || (nhwc[3] > 4 && in.picture() == nullptr)) {
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("[resize] {} cannot be made: a picture is one image of 1 to 4 channels; "
                    "got {}",
                    paths.out, y.shape().str()));
  }
}

void write_pages(const DialectWork& work, Input& in, const Paths& paths, Progress& progress) {
  Picture& picture = *in.picture();
  PictureFile file(paths.out, picture.pages());
  for (int page = 0; page < picture.pages(); ++page) {
    if (page > 0) picture.open_page(page);
    progress.stage(fmt::format("{} -> {}", paths.in, paths.out));
    require_opaque(work, !work.multiplied || !picture.sees_through(), paths.in);
    const std::optional<Operation> operation = page_operation(work, in);
    if (operation && goes_by_rows(*operation, picture)) {
      stream(*operation, in, file, paths, progress);
      continue;
    }
    const bool without_alpha = picture.needs_no_alpha(paths.out);
    const Tensor part = filling_part(work, picture.pixels(), kPictureRows);
    const Tensor x = as_dtype(part, taken_dtype(work, in));
    const Tensor y = picture_result(work, x, paths.explain);
    require_one_picture(work, y, in, paths);
    file.write(to_samples(as_nhwc(work.layout, y), sample_dtype(work, in.dtype())), &picture,
               without_alpha);
  }
  file.finish();
}

// To an array; an .npz takes arrays that are whole.
bool write_in_bands(const DialectWork& work, Input& in, const Paths& paths, Progress& progress) {
  if (!is_npy_path(paths.out) || paths.npz != nullptr) return false;
  if (in.picture() != nullptr) {
    const std::optional<Operation> operation = page_operation(work, in);
    if (!operation || !goes_by_rows(*operation, *in.picture())) return false;
    progress.stage(fmt::format("{} -> {}", paths.in, paths.out));
    stream_to_npy(*operation, in, paths, progress);
    return true;
  }
  const std::optional<Operation> operation = array_operation(work, in);
  if (!operation || !wants_bands(*operation, in, paths)) return false;
  carry_out_in_bands(*operation, in, paths, progress);
  return true;
}

void write_whole(const DialectWork& work, Input& in, const Paths& paths, Progress& progress) {
  progress.stage("reading " + paths.in);
  const int rows = in.picture() != nullptr ? kPictureRows : rows_of(work, in.shape());
  const Tensor x = as_dtype(filling_part(work, in.whole(), rows), taken_dtype(work, in));
  progress.stage("computing");
  const Tensor y = in.picture() != nullptr ? picture_result(work, x, paths.explain)
                                           : array_result(work, x, paths.explain);
  progress.stage("writing " + paths.out);
  if (is_array_path(paths.out)) return write_array(paths, y);
  require_one_picture(work, y, in, paths);
  const DType samples = samples_of(sample_dtype(work, in.dtype()), paths);
  if (in.picture() == nullptr) warn_of_values(x, y, samples, paths.out);
  write_picture(paths.out, to_samples(as_nhwc(work.layout, y), samples));
}

// What is worked of IN, in the program's layout.
Shape shape_of(const DialectWork& work, const Input& in) {
  const Shape& shape = in.shape();
  if (in.picture() == nullptr) return filling_shape(work, shape, rows_of(work, shape));
  return shape_in(work.layout, filling_shape(work, shape, kPictureRows));
}

void carry_out_shown(const DialectWork& work, Input& in, const Paths& paths, Progress& progress) {
  if (!paths.has_out()) {
    std::cout << explanation(
        work.plan(planned_shape(work, shape_of(work, in)), taken_dtype(work, in)));
    return;
  }
  check_second_input(work, in, paths);
  Picture* const picture = in.picture();
  if (picture != nullptr && !is_array_path(paths.out))
    return write_pages(work, in, paths, progress);
  if (picture != nullptr && work.multiplied) {
    const bool batch = in.shape()[0] != 1;
    const bool opaque = batch ? !picture->sees_through(in.whole()) : !picture->sees_through();
    require_opaque(work, opaque, paths.in);
  }
  if (!write_in_bands(work, in, paths, progress)) write_whole(work, in, paths, progress);
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
    throw retold(
        Error(error.code(), error.what() + other_dtype(work, in) + layout_hint(work, in)),
        [] { return std::string("resize"); }, paths);
  }
}

}  // namespace halfpixel::cli
