// Between the caller's memory and rows of floats.
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "resample/run.hpp"

namespace halfpixel::resample {
namespace {

std::size_t index_of(DType dtype) {
  return static_cast<std::size_t>(dtype);
}

// Converted piece by piece in the nearest cache, and from there past all of them.
void stream_pixels(const Run& run, void (*store)(const float*, void*, std::int64_t),
                   const float* src, std::int64_t count, char* dst) {
  if (run.spec->output_dtype == DType::float32) {
    return run.kernels->stream(src, reinterpret_cast<float*>(dst), count);
  }
  const auto size = static_cast<std::int64_t>(size_of(run.spec->output_dtype));
  alignas(64) char narrow[8192];
  constexpr auto kBytes = static_cast<std::int64_t>(sizeof narrow);
  const std::int64_t step = kBytes / size;
  for (std::int64_t i = 0; i < count; i += step) {
    const std::int64_t n = std::min(step, count - i);
    const std::int64_t floats = n * size / 4;
    store(src + i, narrow, n);
    run.kernels->stream(reinterpret_cast<const float*>(narrow),
                        reinterpret_cast<float*>(dst + i * size), floats);
    std::memcpy(dst + i * size + floats * 4, narrow + floats * 4,
                static_cast<std::size_t>(n * size - floats * 4));
  }
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
    if (run.stream && reinterpret_cast<std::uintptr_t>(dst) % sizeof(float) == 0) {
      stream_pixels(run, store, src, count * channels, dst);
    } else {
      store(src, dst, count * channels);
    }
    return;
  }
  for (std::int64_t i = 0; i < count; ++i)
    store(src + i * channels, dst + i * run.dst.pixel_step, channels);
}

}  // namespace halfpixel::resample
