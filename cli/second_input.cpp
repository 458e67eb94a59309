#include "second_input.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include <fmt/format.h>

#include <halfpixel/error.hpp>

#include "usage.hpp"

namespace halfpixel::cli {
namespace {

constexpr int kCells = 8;

// The means of 8 x 8 parts of a picture's first channel, as shares of the largest one.
std::array<double, kCells * kCells> cells_of(const std::string& path) {
  Input in(path, {}, {});
  const Tensor pixels = in.whole().astype(DType::float64);
  const std::int64_t height = pixels.shape()[1], width = pixels.shape()[2];
  const std::int64_t channels = pixels.shape()[3];
  const std::span<const double> samples = pixels.span<double>();
  std::array<double, kCells * kCells> cells{}, counts{};
  for (std::int64_t i = 0; i < height * width; ++i) {
    const auto cell =
        static_cast<std::size_t>(i / width * kCells / height * kCells + i % width * kCells / width);
    cells[cell] += samples[static_cast<std::size_t>(i * channels)];
    counts[cell] += 1;
  }
  double most = 0;
  for (std::size_t i = 0; i < cells.size(); ++i)
    most = std::max(most, cells[i] /= std::max(counts[i], 1.0));
  for (double& cell : cells) cell /= std::max(most, 1.0);
  return cells;
}

// OUT shows what IN shows, in IN's proportions (within a pixel): an earlier result.
bool shows_the_same(const Shape& shape, const Shape& there, const Paths& paths) {
  const std::int64_t across = shape[1] * there[2] - shape[2] * there[1];
  const std::int64_t least = std::min({shape[1], shape[2], there[1], there[2]});
  constexpr std::int64_t kMost = std::int64_t{1} << 26;  // samples; larger ones are not looked at
  if (std::abs(across) > std::max(shape[1], shape[2]) || least < 2 * kCells ||
      std::max(shape.num_elements(), there.num_elements()) > kMost) {
    return false;
  }
  const auto one = cells_of(paths.in), other = cells_of(paths.out);
  double sum = 0;
  for (std::size_t i = 0; i < one.size(); ++i) sum += std::abs(one[i] - other[i]);
  return sum / static_cast<double>(one.size()) < 0.01;
}

// OUT, an array or picture of this shape, may be what the command made of IN before, with another
// --size. (A photo of another size is as likely another photo.)
bool could_be_result(const Operation& operation, const Input& in, const Shape& there,
                     const Paths& paths) {
  const Shape& shape = in.shape();
  if (there == shape || there.rank() != shape.rank()) return false;
  const bool upsample = operation.name == "upsample";
  if (in.picture() != nullptr && shows_the_same(shape, there, paths)) return true;
  if (in.picture() != nullptr && !upsample) return false;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    const int i = axis - operation.first_spatial_axis;
    const bool spatial = i >= 0 && i < operation.spatial_axes;
    if (!spatial && there[axis] != shape[axis]) return false;
    if (spatial && upsample && (shape[axis] == 0 || there[axis] % shape[axis] != 0)) return false;
  }
  return true;
}

}  // namespace

// `upsample *.png` with two matches is no wish to write over the second. OUT was opened before, and
// a result of this work, or of a similar one, is none.
void require_no_second_input(const Operation& operation, const Input& in, const Paths& paths) {
  if (!paths.suspect) return;
  Shape there;
  try {
    PictureOptions whole;
    if (is_npz_file(paths.out))
      whole.array = paths.array;
    else if (!is_npy_path(paths.out))
      whole.page = "all";
    there = Input(paths.out, whole, {}).shape();
  } catch (const Error&) {
    return;  // nothing that could be lost as an IN
  }
  if (there == operation.output_shape) return;
  if (could_be_result(operation, in, there, paths)) return;
  throw UsageError(fmt::format(
      "{} and {} are all of their kind here, as a shell expands a pattern, and {} would be written "
      "over; for both: -o FOLDER; if OUT is meant: -o {}",
      paths.in, paths.out, paths.out, paths.out));
}

}  // namespace halfpixel::cli
