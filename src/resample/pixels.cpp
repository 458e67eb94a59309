// Between the caller's memory and rows of floats.
#include <algorithm>

#include "resample/run.hpp"

namespace halfpixel::resample {
namespace {

std::size_t index_of(DType dtype) {
  return static_cast<std::size_t>(dtype);
}

}  // namespace

void load_pixels(const Run& run, const char* src, std::int64_t count, std::int64_t channels,
                 float* dst) noexcept {
  const PlanSpec& spec = *run.spec;
  const auto load = run.kernels->load[index_of(spec.input_dtype)];
  if (run.src.dense() && channels == run.channels) {
    load(src, dst, count * channels);
  } else {
    for (std::int64_t i = 0; i < count; ++i)
      load(src + i * run.src.pixel_step, dst + i * channels, channels);
  }
  if (spec.cast_dtype == spec.input_dtype || size_of(spec.cast_dtype) != 2) return;
  // A layer that computes in 16 bits rounds its input first.
  alignas(8) char narrow[512];
  constexpr std::int64_t kMost = sizeof narrow / 2;
  for (std::int64_t i = 0; i < count * channels; i += kMost) {
    const std::int64_t n = std::min(kMost, count * channels - i);
    run.kernels->store[index_of(spec.cast_dtype)](dst + i, narrow, n);
    run.kernels->load[index_of(spec.cast_dtype)](narrow, dst + i, n);
  }
}

void store_pixels(const Run& run, const float* src, std::int64_t count, std::int64_t channels,
                  char* dst) noexcept {
  const PlanSpec& spec = *run.spec;
  const auto store = spec.store == Store::plain
                         ? run.kernels->store[index_of(spec.output_dtype)]
                         : run.kernels->store_saturated[index_of(spec.output_dtype)];
  if (run.dst.dense() && channels == run.channels) {
    if (run.stream && spec.output_dtype == DType::float32) {
      run.kernels->stream(src, reinterpret_cast<float*>(dst), count * channels);
      return;
    }
    store(src, dst, count * channels);
    return;
  }
  for (std::int64_t i = 0; i < count; ++i)
    store(src + i * channels, dst + i * run.dst.pixel_step, channels);
}

}  // namespace halfpixel::resample
