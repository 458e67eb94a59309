#include "model_data.hpp"

#include <cstring>

#include <fmt/format.h>

#include <halfpixel/error.hpp>
#include <halfpixel/files.hpp>
#include <halfpixel/npy.hpp>

#include "one_line.hpp"
#include "pictures.hpp"
#include "usage.hpp"

namespace halfpixel::cli {
namespace {

// Grey becomes red, green and blue; alpha is left out. As Keras' load_img does by default.
Tensor to_rgb(const Tensor& pixels) {
  const Shape& shape = pixels.shape();
  const std::int64_t channels = shape[3], positions = shape[1] * shape[2];
  Tensor rgb({1, shape[1], shape[2], 3}, pixels.dtype());
  const std::size_t sample = size_of(pixels.dtype());
  const auto* src = static_cast<const char*>(pixels.data());
  auto* dst = static_cast<char*>(rgb.data());
  for (std::int64_t i = 0; i < positions; ++i) {
    for (std::int64_t c = 0; c < 3; ++c, dst += sample) {
      const std::int64_t from = i * channels + (channels < 3 ? 0 : c);
      std::memcpy(dst, src + static_cast<std::size_t>(from) * sample, sample);
    }
  }
  return rgb;
}

bool is_picture_shape(const Shape& shape) {
  return shape.rank() == 4 && shape[0] == 1 && shape[3] >= 1 && shape[3] <= 4;
}

bool same_colours(std::int64_t channels, std::int64_t others) {
  return (channels < 3) == (others < 3);
}

void write_one(const std::filesystem::path& path, const ModelResult& result,
               const AsPicture& drawing) {
  const Tensor& value = result.value;
  if (is_npz_path(path)) {
    const io::NamedTensor array{result.name, value};
    io::write_npz(path, {&array, 1});
    return;
  }
  if (is_npy_path(path)) {
    io::write_npy(path, value);
    return;
  }
  const Picture* const picture = drawing.picture;
  const Tensor pixels = result_samples(value, drawing);
  ValueExtent extent;
  extent.add(value);
  if (!is_floating(pixels.dtype())) warn_if_black(extent, result.path, drawing);
  // A colour profile fits the channels that it was made for.
  const bool fits = picture != nullptr && same_colours(pixels.shape()[3], picture->shape()[3]);
  write_picture(path, pixels, fits ? picture : nullptr, result.path);
}

// Channels as the model wants them.
Tensor fitting(const Input& in, const Tensor& x, const std::string& path,
               const keras::KerasTensor& wanted) {
  if (wanted.shape().rank() != 4) return x;
  const std::int64_t channels = wanted.shape()[3], given = x.shape()[3];
  if (channels == kUnknown || channels == given) return x;
  if (channels == 3) {
    if (in.picture()->sees_through(x))
      warn(path + ": alpha is left out; the model takes red, green and blue");
    return to_rgb(x);
  }
  throw Error(ErrorCode::invalid_argument,
              fmt::format("[run] {} must have {} {} for this model; got {}", path, channels,
                          channels == 1 ? "channel" : "channels", given));
}

}  // namespace

Tensor read_model_input(Input& in, const std::string& path, const keras::KerasTensor& wanted,
                        const ValueRange& range) {
  if (in.picture() == nullptr) return in.whole();
  in.picture()->read_batch();
  if (range.given() && !is_floating(wanted.dtype())) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("[run] --input-range is of models that take floats; this one takes {}",
                            name_of(wanted.dtype())));
  }
  return range.values(fitting(in, in.whole(), path, wanted));
}

Tensor result_samples(const Tensor& value, const AsPicture& drawing) {
  DType samples = value.dtype() == DType::uint16 ? DType::uint16 : DType::uint8;
  if (drawing.picture != nullptr) samples = drawing.picture->dtype();
  const Tensor drawn = drawing.range.samples(value, samples);
  return to_samples(
      is_floating(drawn.dtype()) || drawn.dtype() == samples ? drawn : drawn.astype(DType::float64),
      samples);
}

void warn_if_black(const ValueExtent& extent, const std::string& out, const AsPicture& drawing) {
  if (!drawing.range.given())
    extent.warn_if_black(out, "--output-range 0..1 or -1..1 makes samples of them");
}

void require_writable(const std::string& path, const Shape& shape) {
  if (is_array_path(path) || is_picture_shape(shape)) return;
  throw Error(ErrorCode::invalid_argument,
              fmt::format("[run] {} cannot be made: a picture is (1, height, width, channels) with "
                          "1 to 4 channels; "
                          "got {}",
                          path, shape.str()));
}

void write_model_results(const std::vector<ModelResult>& results, const AsPicture& drawing) {
  std::vector<io::PendingFile> files;
  for (const ModelResult& result : results) {
    files.emplace_back(result.path);
    try {
      write_one(files.back().path(), result, drawing);
    } catch (const Error& error) {  // the name that the file has until all are written says nothing
      throw Error(error.code(), renamed(error.what(), files.back().path(), result.path));
    }
  }
  for (io::PendingFile& file : files) file.commit();
}

}  // namespace halfpixel::cli
