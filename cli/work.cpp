#include "work.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string>

#include <fmt/format.h>

#include <halfpixel/error.hpp>

#include "bands.hpp"
#include "memory_room.hpp"
#include "progress.hpp"

namespace halfpixel::cli {
namespace {

double bytes_of(const Shape& shape, DType dtype) {
  double bytes = static_cast<double>(size_of(dtype));
  for (const std::int64_t extent : shape) bytes *= static_cast<double>(extent);
  return bytes;
}

// TensorFlow's kernels know no uint32: copies are made as int32, and what is mixed becomes float32
// in any case.
DType worked_dtype(const Input& in) {
  return in.picture() != nullptr && in.dtype() == DType::uint32 ? DType::int32 : in.dtype();
}

Tensor compute(const Operation& operation, const Tensor& x, bool explain);
Tensor compute_unsigned(const Operation& operation, const Tensor& x, bool explain) {
  if (!operation.copies) return compute(operation, x.astype(DType::float32), explain);
  const ConstTensorView bits(x.data(), DType::int32, x.shape());
  const Tensor y = compute(operation, Tensor(bits), explain);
  return Tensor(ConstTensorView(y.data(), DType::uint32, y.shape()));
}

Tensor compute(const Operation& operation, const Tensor& x, bool explain) {
  const resample::Plan plan = operation.plan(x.shape(), x.dtype());
  if (explain) std::cout << plan.describe();
  Tensor y(plan.output_shape(), plan.output_dtype());
  plan.run(x, y);
  return y;
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

// One page: its result, as samples when OUT is a picture.
Tensor work_whole(const Operation& operation, Input& in, const Paths& paths, Progress& progress) {
  const bool to_npy = is_npy_path(paths.out);
  const Picture* picture = in.picture();
  // Invisible colours must not bleed; an array, though, is to have the numbers of the framework.
  const bool blends = !to_npy && picture != nullptr && !operation.copies && picture->blends();
  const Tensor x = blends ? picture->premultiplied() : in.whole();
  progress.stage("computing");
  const bool is_unsigned = picture != nullptr && x.dtype() == DType::uint32;
  const Tensor y = is_unsigned ? compute_unsigned(operation, x, paths.explain)
                               : compute(operation, x, paths.explain);
  progress.stage("writing " + paths.out);
  if (to_npy) return y;
  if (blends) return picture->unpremultiplied(y);
  return to_samples(y, picture != nullptr ? in.dtype() : samples_of(in.dtype()));
}

void write_whole(const Operation& operation, Input& in, const Paths& paths, Progress& progress) {
  progress.stage("reading " + paths.in);
  const Tensor y = work_whole(operation, in, paths, progress);
  if (is_npy_path(paths.out)) {
    io::write_npy(paths.out, y);
  } else {
    write_picture(paths.out, y, in.picture());
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
  const double copies = to_npy || operation.copies
                            ? 0
                            : 6 * bytes_of(operation.output_shape, DType::uint8) +
                                  4 * bytes_of(in.shape(), DType::uint8);
  const double given = in.picture() == nullptr ? in_bytes : 0;
  require_memory(given + out_bytes + copies, what);
}

void carry_out_one(const Operation& operation, Input& in, const Paths& paths, Progress& progress) {
  const std::string what =
      fmt::format("[{}] result {} {}", operation.name, operation.output_shape.str(),
                  name_of(operation.output_dtype));
  if (!paths.has_out()) {
    std::cout << operation.plan(in.shape(), worked_dtype(in)).describe();
    return;
  }
  const bool to_npy = is_npy_path(paths.out);
  if (!to_npy) require_picture(operation, in, paths);

  const double in_bytes = bytes_of(in.shape(), in.dtype());
  const double out_bytes = bytes_of(operation.output_shape, operation.output_dtype);
  const double threshold = band_threshold();
  const bool can_stream =
      to_npy && in.npy() != nullptr && !in.npy()->fortran_order() && in_bytes > 0 && out_bytes > 0;
  // A result far beyond both memory and IN is taken for a slip of the finger, not for a wish.
  constexpr double kMaxGrowth = 256;
  const bool plausible =
      out_bytes <= std::max(kMaxGrowth * in_bytes, static_cast<double>(memory_room()));
  if (can_stream && plausible && in_bytes + out_bytes > threshold) {
    if (paths.explain) {
      std::cout << operation.plan(in.shape(), in.dtype()).describe()
                << "  bands    read, worked and written in parts: IN and OUT are large\n";
    }
    progress.stage(fmt::format("{} -> {}", paths.in, paths.out));
    write_in_bands(operation, *in.npy(), paths.out, threshold / 8, progress);
    return;
  }
  require_room(operation, in, to_npy, what);
  write_whole(operation, in, paths, progress);
}

// One page at a time is held; the file of the result may hold them all until it is written.
void carry_out_pages(const OperationFor& operation_for, Input& in, const Paths& paths,
                     Progress& progress) {
  Picture& picture = *in.picture();
  PictureFile file(paths.out, picture.pages());
  for (int page = 0; page < picture.pages(); ++page) {
    if (page > 0) picture.read_page(page);
    const Operation operation = operation_for(in.shape(), worked_dtype(in));
    require_room(operation, in, false,
                 fmt::format("[{}] page {} of {}", operation.name, page, paths.in));
    file.write(work_whole(operation, in, paths, progress), &picture);
    progress.part(static_cast<double>(page + 1) / picture.pages());
  }
  file.finish();
}

}  // namespace

void carry_out(const OperationFor& operation_for, Input& in, const Paths& paths, bool quiet) {
  Progress progress(quiet);
  const bool many = in.picture() != nullptr && in.picture()->pages() > 1;
  if (many && paths.has_out() && !is_npy_path(paths.out)) {
    carry_out_pages(operation_for, in, paths, progress);
  } else {
    carry_out_one(operation_for(in.shape(), worked_dtype(in)), in, paths, progress);
  }
}

}  // namespace halfpixel::cli
