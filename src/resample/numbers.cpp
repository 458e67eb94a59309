// Between the caller's memory and rows of numbers of ordered sums.
#include <cstdint>

#include "resample/alpha8.hpp"
#include "resample/run.hpp"

namespace halfpixel::resample {
namespace {

template <class To, class From>
void cast_row(const void* src, void* dst, std::int64_t count) {
  const auto* const from = static_cast<const From*>(src);
  auto* const to = static_cast<To*>(dst);
  for (std::int64_t i = 0; i < count; ++i) to[i] = static_cast<To>(from[i]);
}

using Cast = void (*)(const void*, void*, std::int64_t);

// From elements of `dtype` to numbers; the frontends ask for no others.
template <class T>
Cast loader(DType dtype) {
  switch (dtype) {
    case DType::boolean:
    case DType::uint8:
      return cast_row<T, std::uint8_t>;
    case DType::int8:
      return cast_row<T, std::int8_t>;
    case DType::uint16:
      return cast_row<T, std::uint16_t>;
    case DType::int16:
      return cast_row<T, std::int16_t>;
    case DType::int32:
      return cast_row<T, std::int32_t>;
    case DType::float32:
      return cast_row<T, float>;
    default:
      return cast_row<T, double>;
  }
}

// And back. Sums that end in integers were clamped to their range.
template <class T>
Cast storer(DType dtype) {
  switch (dtype) {
    case DType::uint8:
      return cast_row<std::uint8_t, T>;
    case DType::int8:
      return cast_row<std::int8_t, T>;
    case DType::uint16:
      return cast_row<std::uint16_t, T>;
    case DType::int16:
      return cast_row<std::int16_t, T>;
    case DType::int32:
      return cast_row<std::int32_t, T>;
    case DType::float32:
      return cast_row<float, T>;
    default:
      return cast_row<double, T>;
  }
}

// Colours of `count` pixels, by `convert` and the last channel.
template <class Convert>
void convert_colours(std::int32_t* pixel, std::int64_t count, std::int64_t channels,
                     Convert convert) {
  for (std::int64_t i = 0; i < count; ++i, pixel += channels) {
    const auto alpha = static_cast<std::uint32_t>(pixel[channels - 1]);
    for (std::int64_t c = 0; c + 1 < channels; ++c)
      pixel[c] = convert(static_cast<std::uint32_t>(pixel[c]), alpha);
  }
}

void cap_colours(double* pixel, std::int64_t count, std::int64_t channels) {
  for (std::int64_t i = 0; i < count; ++i, pixel += channels) {
    const double alpha = pixel[channels - 1];
    for (std::int64_t c = 0; c + 1 < channels; ++c) pixel[c] = pixel[c] > alpha ? alpha : pixel[c];
  }
}

void scale(double* values, std::int64_t count, double factor) {
  for (std::int64_t i = 0; i < count; ++i) values[i] *= factor;
}

}  // namespace

void load_numbers(const Run& run, const char* src, std::int64_t count, std::int64_t channels,
                  void* dst) noexcept {
  const auto with = [&]<class T>(T* to) {
    const Cast cast = loader<T>(run.spec->input_dtype);
    if (run.src.dense() && channels == run.channels) return cast(src, to, count * channels);
    for (std::int64_t i = 0; i < count; ++i)
      cast(src + i * run.src.pixel_step, to + i * channels, channels);
  };
  switch (run.spec->sums.number) {
    case kernels::Number::float32:
      return load_pixels(run, src, count, channels, static_cast<float*>(dst));
    case kernels::Number::float64:
      with(static_cast<double*>(dst));
      if (const double factor = run.spec->sums.load_factor; factor != 1)
        scale(static_cast<double*>(dst), count * channels, factor);
      return;
    case kernels::Number::int32:
      with(static_cast<std::int32_t*>(dst));
      if (run.spec->sums.premultiplies)
        convert_colours(static_cast<std::int32_t*>(dst), count, channels, multiplied8);
      return;
    case kernels::Number::int64:
      return with(static_cast<std::int64_t*>(dst));
  }
}

void store_numbers(const Run& run, void* src, std::int64_t count, std::int64_t channels,
                   char* dst) noexcept {
  const auto with = [&]<class T>(const T* from) {
    const Cast cast = storer<T>(run.spec->output_dtype);
    if (run.dst.dense() && channels == run.channels) return cast(from, dst, count * channels);
    for (std::int64_t i = 0; i < count; ++i)
      cast(from + i * channels, dst + i * run.dst.pixel_step, channels);
  };
  switch (run.spec->sums.number) {
    case kernels::Number::float32:
      return store_pixels(run, static_cast<const float*>(src), count, channels, dst);
    case kernels::Number::float64:
      if (run.spec->sums.caps_at_alpha) cap_colours(static_cast<double*>(src), count, channels);
      return with(static_cast<const double*>(src));
    case kernels::Number::int32:
      if (run.spec->sums.unpremultiplies)
        convert_colours(static_cast<std::int32_t*>(src), count, channels, divided8);
      return with(static_cast<const std::int32_t*>(src));
    case kernels::Number::int64:
      return with(static_cast<const std::int64_t*>(src));
  }
}

}  // namespace halfpixel::resample
