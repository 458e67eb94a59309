#include "model_bands.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <halfpixel/error.hpp>
#include <halfpixel/tf_bands.hpp>

#include "in_out.hpp"
#include "memory_room.hpp"

namespace halfpixel::cli {

std::optional<Tensor> run_by_bands(const keras::Model& model, const ImageRun& run,
                                   const tf::FunctionOptions& options, double memory_limit,
                                   Progress& progress) {
  constexpr std::int64_t kLarge = std::int64_t{1} << 20;  // elements
  constexpr double kBand = 192 << 20;
  const keras::KerasTensor wanted = model.inputs()[0];
  const Tensor& image = run.image;
  if (image.size() < kLarge || image.shape().rank() != 4 || image.shape()[0] != 1)
    return std::nullopt;
  std::optional<tf::BandedFunction> bands;
  try {
    bands.emplace(
        model, tf::TensorSpec{image.shape(), wanted.dtype()},
        tf::BandedOptions{.function = options,
                          .memory_bytes = static_cast<std::size_t>(std::min(kBand, memory_limit))});
  } catch (const Error& error) {
    if (error.code() == ErrorCode::unsupported || error.code() == ErrorCode::out_of_memory)
      return std::nullopt;
    throw;
  }
  if (bands->bands() == 1) return std::nullopt;
  const tf::TensorSpec spec = bands->output();
  require_writable(run.out, spec.shape);
  const bool is_array = is_npy_path(run.out) || is_npz_path(run.out);
  std::optional<Tensor> result;
  std::byte* to = nullptr;
  ValueExtent extent;
  progress.stage("computing");
  for (std::int64_t i = 0; i < bands->bands(); ++i) {
    Tensor rows = bands->run_band(i, image);
    if (!is_array) {
      extent.add(rows);
      rows = result_samples(rows, run.drawing);
    }
    if (!result) {
      require_memory(static_cast<double>(spec.shape.num_elements()) *
                         static_cast<double>(size_of(rows.dtype())),
                     "[run] the result");
      to = static_cast<std::byte*>(result.emplace(spec.shape, rows.dtype()).data());
    }
    std::memcpy(to, rows.data(), static_cast<std::size_t>(rows.size_bytes()));
    to += rows.size_bytes();
    progress.part(static_cast<double>(i + 1) / static_cast<double>(bands->bands()));
  }
  if (!is_floating(result->dtype())) warn_if_black(extent, run.out, run.drawing);
  return result;
}

}  // namespace halfpixel::cli
