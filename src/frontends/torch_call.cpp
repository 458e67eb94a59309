#include "frontends/torch_call.hpp"

#include <string>

#include "core/enumerator.hpp"

namespace halfpixel::torch_dialect {
namespace {

bool interpolates(Mode mode) {
  return mode == Mode::linear || mode == Mode::bilinear || mode == Mode::bicubic ||
         mode == Mode::trilinear;
}

std::string list_of(const auto& values) {
  std::string text;
  for (const auto& value : values) text += (text.empty() ? "" : ", ") + concat(value);
  return "[" + text + "]";
}

void check_rank(int rank, Mode mode) {
  const auto wants = [&](int other) {
    if (rank != other)
      refuse("Got ", rank, "D input, but ", name_of(mode), " mode needs ", other, "D input");
  };
  if (rank < 3 || rank > 5) {
    refuse("Input Error: Only 3D, 4D and 5D input Tensors supported (got ", rank,
           "D) for the modes: nearest | linear | bilinear | bicubic | trilinear | lanczos | area | "
           "nearest-exact (got ",
           name_of(mode), ")");
  }
  if (mode == Mode::linear) wants(3);
  if (mode == Mode::bilinear || mode == Mode::bicubic || mode == Mode::lanczos) wants(4);
  if (mode == Mode::trilinear) wants(5);
}

void check_words(const InterpolateOptions& options, int rank) {
  require_enumerator(kWho, "mode", options.mode, Mode::lanczos);
  require_enumerator(kWho, "memory_format", options.memory_format, MemoryFormat::channels_last);
  const Mode mode = options.mode;
  const bool sized = options.size.has_value(), scaled = !options.scale_factor.empty();
  if (options.align_corners && !interpolates(mode) && !(mode == Mode::lanczos)) {
    refuse(
        "align_corners option can only be set with the interpolating modes: linear | bilinear | "
        "bicubic | trilinear; got mode '",
        name_of(mode), "'");
  }
  if (sized && scaled)
    refuse("only one of size or scale_factor should be defined; got size ", *options.size,
           " and scale_factor ", list_of(options.scale_factor));
  if (!sized && !scaled) refuse("either size or scale_factor should be defined; got neither");
  if (options.recompute_scale_factor.value_or(false) && sized)
    refuse("recompute_scale_factor is not meaningful with an explicit size.; got size ",
           *options.size);
  const bool can = mode == Mode::bilinear || mode == Mode::bicubic || mode == Mode::lanczos;
  if (options.antialias && (!can || rank != 4)) {
    refuse(
        "Anti-alias option is restricted to bilinear, bicubic, and lanczos modes and requires a "
        "4-D tensor as input; got mode '",
        name_of(mode), "' and a ", rank, "-D tensor");
  }
  if (options.memory_format == MemoryFormat::channels_last && rank == 3)
    refuse("required rank 4 tensor to use channels_last format; got rank ", rank);
  if (mode == Mode::lanczos && !options.antialias)
    refuse("Lanczos mode requires antialias=True; got antialias=False");
  if (mode == Mode::lanczos && options.align_corners.value_or(false))
    refuse("Lanczos mode does not support align_corners=True; got align_corners=True");
}

void check_dtype(DType dtype, const Call& call, int rank) {
  const auto not_implemented = [&](std::string_view kernel) {
    refuse_dtype("\"", kernel, "\" not implemented for '", dtype, "'; got dtype ", dtype);
  };
  const bool floating = dtype == DType::float32 || dtype == DType::float64 ||
                        dtype == DType::float16 || dtype == DType::bfloat16;
  const std::string name = concat("upsample_", name_of(call.mode), rank - 2, "d");
  if (dtype == DType::uint8) {
    if (call.mode == Mode::linear || call.mode == Mode::trilinear) not_implemented(name);
    if (call.mode == Mode::area) not_implemented("adaptive_avg_pool2d");
    return;
  }
  if (!floating) not_implemented(call.mode == Mode::area ? "adaptive_avg_pool2d" : name);
  if (call.antialias && dtype != DType::float32 && dtype != DType::float64)
    not_implemented("compute_index_ranges_weights");
}

}  // namespace

Call call_of(const Shape& shape, DType dtype, const InterpolateOptions& options) {
  const int rank = shape.rank(), axes = rank - 2;
  check_rank(rank, options.mode);
  check_words(options, rank);
  Call call{options.mode, options.antialias, false, {}};
  std::vector<std::int64_t> spatial(shape.begin() + 2, shape.end());
  if (options.size && !options.size->fits(axes)) {
    refuse(
        "Input and output must have the same number of spatial dimensions, but got input with "
        "spatial dimensions of ",
        list_of(spatial), " and output size of ", *options.size,
        ". Please provide input tensor in (N, C, d1, d2, ...,dK) format and output size in (o1, "
        "o2, ...,oK) format.");
  }
  const auto& factors = options.scale_factor;
  if (!options.size && factors.size() != 1 && factors.size() != static_cast<std::size_t>(axes)) {
    refuse(
        "Input and scale_factor must have the same number of spatial dimensions, but got input "
        "with spatial dimensions of ",
        list_of(spatial), " and scale_factor of shape ", list_of(factors),
        ". Please provide input tensor in (N, C, d1, d2, ...,dK) format and scale_factor in "
        "(s1, s2, ...,sK) format.");
  }
  const bool keeps_factor =
      !options.size && !options.recompute_scale_factor.value_or(false) && call.mode != Mode::area;
  for (int i = 0; i < axes; ++i) {
    const std::int64_t in = spatial[static_cast<std::size_t>(i)];
    Sides sides{in, 0, options.align_corners.value_or(false), {}};
    if (options.size) {
      sides.out = (*options.size)[i];
    } else {
      const double factor = factors[factors.size() == 1 ? 0 : static_cast<std::size_t>(i)];
      const double out = static_cast<double>(in) * factor;
      sides.out = out > -1e18 && out < 1e18 ? static_cast<std::int64_t>(out) : -1;
      if (keeps_factor && factor > 0) sides.factor = factor;
    }
    call.sides.push_back(sides);
  }
  // What pools takes an empty size, images whatever their dtype.
  const bool pools = call.mode == Mode::area;
  for (const Sides& sides : call.sides) {
    if (sides.in > 0 && (sides.out > 0 || (pools && sides.out == 0))) continue;
    refuse("Input and output sizes should be greater than 0, but got input ", list_of(spatial),
           " output ", list_of(call.size()));
  }
  const bool means = pools && call.has_one_pixel();  // which looks at dtypes, at emptiness never
  if (shape[1] == 0 && !means && !(pools && rank < 5))
    refuse("Non-empty ", rank, "D data tensor expected but got a tensor with sizes ", shape);
  // Antialiasing copies what keeps its size, pools fill nothing: neither looks at the dtype.
  const bool copies = call.antialias && call.keeps_size();
  const bool fills_nothing = rank < 5 && pools && !means && (shape[0] == 0 || shape[1] == 0);
  if ((!call.is_empty() || rank == 5) && !fills_nothing && !copies) check_dtype(dtype, call, rank);
  bool one_pixel = rank == 4;
  for (const std::int64_t side : spatial) one_pixel = one_pixel && side == 1;
  call.channels_last = one_pixel || options.memory_format == MemoryFormat::channels_last;
  return call;
}

}  // namespace halfpixel::torch_dialect
