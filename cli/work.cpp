#include "work.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <span>
#include <string>

#include <fmt/format.h>

#include <halfpixel/error.hpp>

#include "bands.hpp"
#include "explain.hpp"
#include "memory_room.hpp"
#include "progress.hpp"
#include "samples.hpp"
#include "second_input.hpp"
#include "stream.hpp"
#include "usage.hpp"
#include "value_range.hpp"

namespace halfpixel::cli {
namespace {

double bytes_of(const Shape& shape, DType dtype) {
  double bytes = static_cast<double>(size_of(dtype));
  for (const std::int64_t extent : shape) bytes *= static_cast<double>(extent);
  return bytes;
}

// (1, H, W, C) or (H, W, C) with 1 to 4 channels, or with those of the picture that it comes from.
void require_picture(const Operation& operation, const Input& in, const Paths& paths) {
  const Shape& shape = operation.output_shape;
  const bool batch_of_one = shape.rank() == 4 && shape[0] == 1;
  const bool alone = shape.rank() == 3 && operation.batch_axes == 0;
  const std::int64_t channels = shape[shape.rank() - 1];
  if (in.picture() != nullptr) return;
  if ((batch_of_one || alone) && channels >= 1 && channels <= 4) return;
  throw Error(
      ErrorCode::invalid_argument,
      fmt::format("[{}] {} cannot be made: a picture is (1, height, width, channels) with 1 to 4 "
                  "channels; got {}",
                  operation.name, paths.out, shape.str()));
}

DType worked_dtype(const Input& in) {
  return in.picture() != nullptr ? kernel_dtype(in.dtype()) : in.dtype();
}

// From an array, or pages to one: whole.
void write_whole(const Operation& operation, Input& in, const Paths& paths, Progress& progress) {
  progress.stage("reading " + paths.in);
  const bool to_npy = is_array_path(paths.out);
  Tensor x = in.whole();
  progress.stage("computing");
  const bool is_unsigned = in.picture() != nullptr && x.dtype() == DType::uint32;
  if (is_unsigned && !operation.copies) x = x.astype(DType::float32);
  const DType dtype = is_unsigned && operation.copies ? DType::int32 : x.dtype();
  const resample::Plan plan = operation.plan(operation.worked(x.shape()), dtype);
  if (paths.explain) std::cout << explanation(plan);
  const bool back = is_unsigned && operation.copies;
  Tensor y(plan.output_shape(), back ? DType::uint32 : plan.output_dtype());
  plan.run(cut(x, dtype, operation.source, operation.first_spatial_axis),
           TensorView(y.data(), plan.output_dtype(), y.shape()));
  progress.stage("writing " + paths.out);
  if (to_npy) {
    write_array(paths, y);
  } else {
    const DType samples = samples_of(in.dtype(), paths);
    if (in.picture() == nullptr) warn_of_values(x, y, samples, paths.out);
    write_picture(paths.out, to_samples(y, samples));
  }
}

// Bytes of input and output from which on arrays are worked in bands. The variable is for tests.
double band_threshold() {
  if (const char* text = std::getenv("HALFPIXEL_BAND_BYTES")) return std::max(1.0, std::atof(text));
  return std::min(static_cast<double>(1 << 30), 0.25 * static_cast<double>(memory_room()));
}

void require_room(const Operation& operation, const Input& in, bool to_npy,
                  const std::string& what) {
  const double in_bytes = bytes_of(in.shape(), in.dtype());
  const double out_bytes = bytes_of(operation.output_shape, operation.output_dtype);
  // Pictures are held as float32 and as samples at the same time.
  const double copies =
      to_npy || operation.copies ? 0 : bytes_of(operation.output_shape, DType::uint16);
  require_memory(in_bytes + out_bytes + copies, what);
}

// Bytes of one of the bands in which pictures are worked.
double picture_band() {
  constexpr double kBand = 4 << 20;
  return std::min(kBand, band_threshold());
}

// A result far beyond both memory and IN is taken for a slip of the finger, not for a wish.
bool is_plausible(double in_bytes, double out_bytes) {
  constexpr double kMaxGrowth = 256;
  return out_bytes <= std::max(kMaxGrowth * in_bytes, static_cast<double>(memory_room()));
}

// Throws Error for a result that is a slip of the finger.
void require_plausible(const Operation& operation, const Input& in, DType dtype,
                       const std::string& what) {
  const double out_bytes = bytes_of(operation.output_shape, dtype);
  if (!is_plausible(bytes_of(in.shape(), in.dtype()), out_bytes)) require_memory(out_bytes, what);
}

std::string result_text(const Operation& operation) {
  return fmt::format("[{}] result {} {}", operation.name, operation.output_shape.str(),
                     name_of(operation.output_dtype));
}

}  // namespace

void stream(const Operation& operation, Input& in, PictureFile& file, const Paths& paths,
            Progress& progress) {
  Picture& picture = *in.picture();
  require_plausible(operation, in, operation.sample_dtype.value_or(in.dtype()),
                    result_text(operation));
  // Invisible colours must not bleed.
  const bool blends = !operation.copies && !operation.input_dtype && picture.blends();
  const SampleWork work(operation, picture,
                        blends ? SampleWork::Result::blended : SampleWork::Result::samples);
  if (paths.explain) std::cout << explanation(work.plan());
  file.begin(work.output_shape(), work.result_dtype(), &picture, picture.needs_no_alpha(paths.out));
  stream_page(
      work, picture, [&](const ConstTensorView& rows) { file.write_rows(rows); }, picture_band(),
      progress);
}

// To an array, which is to have the numbers of the framework, alpha a channel like the others.
void stream_to_npy(const Operation& operation, Input& in, const Paths& paths, Progress& progress) {
  const SampleWork work(operation, *in.picture(), SampleWork::Result::numbers);
  require_plausible(operation, in, work.result_dtype(), result_text(operation));
  if (paths.explain) std::cout << explanation(work.plan());
  io::NpyWriter writer(paths.out, operation.output_shape, work.result_dtype());
  const Shape& whole = work.output_shape();
  const std::int64_t plane = whole[1] * whole[2];
  std::int64_t row = 0;
  const auto write = [&](const ConstTensorView& rows) {
    if (operation.layout != ArrayLayout::channels_first)
      return writer.write(rows.data(), rows.size());
    // A piece for each channel.
    const Shape& shape = rows.shape();
    const std::int64_t strides[] = {1, shape[1] * shape[2], shape[2]};
    const Tensor planes(
        ConstTensorView(rows.data(), rows.dtype(), {shape[2], shape[0], shape[1]}, strides));
    const std::int64_t piece = shape[0] * shape[1];
    for (std::int64_t channel = 0; channel < shape[2]; ++channel) {
      const auto* first = static_cast<const std::byte*>(planes.data()) +
                          channel * piece * static_cast<std::int64_t>(size_of(rows.dtype()));
      writer.write_at(channel * plane + row * shape[1], first, piece);
    }
    row += shape[0];
  };
  stream_page(work, *in.picture(), write, picture_band(), progress);
  writer.finish();
}

namespace {

// "a.jpg -> b.png, 480 high and 640 wide".
std::string step_of(const Operation& operation, const Paths& paths) {
  const std::string step = fmt::format("{} -> {}", paths.in, paths.out);
  if (operation.spatial_axes != 2) return step;
  const int rows = operation.first_spatial_axis;
  const Shape& shape = operation.output_shape;
  return fmt::format("{}, {}", step, sides_text(shape[rows], shape[rows + 1]));
}

void carry_out_one(const Operation& operation, Input& in, const Paths& paths, Progress& progress) {
  if (!paths.has_out()) {
    std::cout << explanation(operation.plan(operation.worked(in.shape()), worked_dtype(in)));
    return;
  }
  const bool to_npy = is_array_path(paths.out);
  if (!to_npy) require_picture(operation, in, paths);

  // An .npz takes arrays that are whole.
  const bool in_rows = in.picture() != nullptr && in.picture()->pages() == 1;
  if (in_rows && paths.npz == nullptr) {
    progress.stage(step_of(operation, paths));
    if (to_npy) return stream_to_npy(operation, in, paths, progress);
    PictureFile file(paths.out, 1);
    stream(operation, in, file, paths, progress);
    file.finish();
    return;
  }
  if (wants_bands(operation, in, paths)) return carry_out_in_bands(operation, in, paths, progress);
  require_room(operation, in, to_npy, result_text(operation));
  write_whole(operation, in, paths, progress);
}

void carry_out_pages(const OperationFor& operation_for, Input& in, const Paths& paths,
                     Progress& progress) {
  Picture& picture = *in.picture();
  PictureFile file(paths.out, picture.pages());
  for (int page = 0; page < picture.pages(); ++page) {
    if (page > 0) picture.open_page(page);
    progress.stage(
        fmt::format("{} -> {}, page {} of {}", paths.in, paths.out, page + 1, picture.pages()));
    const Operation operation = operation_for(in.shape(), worked_dtype(in));
    stream(operation, in, file, paths, progress);
  }
  file.finish();
}

void carry_out_shown(const OperationFor& operation_for, Input& in, const Paths& paths,
                     Progress& progress) {
  if (paths.suspect)
    require_no_second_input(operation_for(in.shape(), worked_dtype(in)), in, paths);
  const bool many = in.picture() != nullptr && in.picture()->pages() > 1;
  if (many && paths.has_out() && !is_array_path(paths.out)) {
    carry_out_pages(operation_for, in, paths, progress);
  } else {
    carry_out_one(operation_for(in.shape(), worked_dtype(in)), in, paths, progress);
  }
}

}  // namespace

bool wants_bands(const Operation& operation, Input& in, const Paths& paths) {
  if (!is_npy_path(paths.out) || paths.npz != nullptr || operation.source || in.npy() == nullptr ||
      in.npy()->fortran_order()) {
    return false;
  }
  const double in_bytes = bytes_of(in.shape(), in.dtype());
  const double out_bytes = bytes_of(operation.output_shape, operation.output_dtype);
  return in_bytes > 0 && out_bytes > 0 && is_plausible(in_bytes, out_bytes) &&
         in_bytes + out_bytes > band_threshold();
}

void carry_out_in_bands(const Operation& operation, Input& in, const Paths& paths,
                        Progress& progress) {
  if (paths.explain) {
    std::cout << explanation(operation.plan(in.shape(), in.dtype()))
              << "  bands    read, worked and written in parts: IN and OUT are large\n";
  }
  progress.stage(step_of(operation, paths));
  write_in_bands(operation, *in.npy(), paths.out, band_threshold() / 8, progress);
}

Error retold(const Error& error, const std::function<std::string()>& command, const Paths& paths) {
  // The writer knows what holds such samples; here it is known what was typed.
  std::string line = error.what();
  if (line.find("or a file that ends in ") == line.npos) return error;
  line.resize(std::min(line.size(), line.find("; of values from 0 to 255")));  // for programs
  const std::size_t ending = line.find('.', line.find("ends in "));
  const std::string other =
      std::filesystem::path(paths.out)
          .replace_extension(line.substr(ending, line.find_first_of(", ", ending) - ending))
          .native();
  return Error(error.code(), fmt::format("{}; halfpixel {} {} {} … keeps them", line, command(),
                                         paths.in, other));
}

void carry_out(const OperationFor& operation_for, Input& in, const Paths& paths, bool quiet) {
  Progress progress(quiet, paths.position);
  try {
    carry_out_shown(operation_for, in, paths, progress);
  } catch (const Error& error) {
    throw retold(error, [&] { return operation_for(in.shape(), worked_dtype(in)).name; }, paths);
  }
}

}  // namespace halfpixel::cli
