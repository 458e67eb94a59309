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

Tensor compute(const Operation& operation, const Tensor& x, bool explain) {
  const resample::Plan plan = operation.plan(x.shape(), x.dtype());
  if (explain) std::cout << plan.describe();
  Tensor y(plan.output_shape(), plan.output_dtype());
  plan.run(x, y);
  return y;
}

// (1, H, W, C) or (H, W, C) with 1 to 4 channels.
void require_picture(const Operation& operation, const Paths& paths) {
  const Shape& shape = operation.output_shape;
  const bool batch_of_one = shape.rank() == 4 && shape[0] == 1;
  const bool alone = shape.rank() == 3 && operation.batch_axes == 0;
  const std::int64_t channels = shape[shape.rank() - 1];
  if ((batch_of_one || alone) && channels >= 1 && channels <= 4) return;
  throw Error(
      ErrorCode::invalid_argument,
      fmt::format("[{}] {} cannot be made: a picture is (1, height, width, channels) with 1 to 4 "
                  "channels; got {}",
                  operation.name, paths.out, shape.str()));
}

void write_whole(const Operation& operation, Input& in, const Paths& paths, Progress& progress) {
  const bool to_npy = is_npy_path(paths.out);
  const Picture* picture = in.picture();
  const DType samples = to_npy ? operation.output_dtype : samples_of(in.dtype());

  progress.stage("reading " + paths.in);
  // Invisible colours must not bleed; an array, though, is to have the numbers of the framework.
  const bool blends = !to_npy && picture != nullptr && picture->has_alpha() && !operation.copies;
  const Tensor x = blends ? picture->premultiplied() : in.whole();
  progress.stage("computing");
  const Tensor y = compute(operation, x, paths.explain);
  progress.stage("writing " + paths.out);
  if (to_npy) {
    io::write_npy(paths.out, y);
  } else if (picture != nullptr) {
    picture->write(paths.out, blends ? picture->unpremultiplied(y) : to_samples(y, samples));
  } else {
    write_picture(paths.out, to_samples(y, samples));
  }
}

// Bytes of input and output from which on arrays are worked in bands. The variable is for tests.
double band_threshold() {
  if (const char* text = std::getenv("HALFPIXEL_BAND_BYTES")) return std::max(1.0, std::atof(text));
  return std::min(static_cast<double>(1 << 30), 0.25 * static_cast<double>(memory_room()));
}

}  // namespace

void carry_out(const Operation& operation, Input& in, const Paths& paths, bool quiet) {
  if (!paths.has_out()) {
    std::cout << operation.plan(in.shape(), in.dtype()).describe();
    return;
  }
  Progress progress(quiet);
  const bool to_npy = is_npy_path(paths.out);
  if (!to_npy) require_picture(operation, paths);

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
  // Pictures are held as float32 and as samples at the same time.
  const double copies = to_npy || operation.copies
                            ? 0
                            : 6 * bytes_of(operation.output_shape, DType::uint8) +
                                  4 * bytes_of(in.shape(), DType::uint8);
  const double given = in.npy() != nullptr ? in_bytes : 0;
  require_memory(given + out_bytes + copies,
                 fmt::format("[{}] result {} {}", operation.name, operation.output_shape.str(),
                             name_of(operation.output_dtype)));
  write_whole(operation, in, paths, progress);
}

}  // namespace halfpixel::cli
