// Gradients that are one two-dimensional sum per cell, and gradients of repetition.
#include <algorithm>
#include <cstring>

#include "core/float_state.hpp"
#include "resample/run.hpp"

namespace halfpixel::resample {
namespace {

constexpr std::int64_t kScratchBytes = kScratchFloats * 8;
static_assert(kScratchBytes <= kMostScratchBytes);

// A piece of one row of dx: cells [x, x + count) and channels [channel, channel + channels).
struct Piece {
  std::int64_t x, count, channel, channels;
};

// Cells of type `dtype` from scratch to where they belong, converted when the plan's dtype is
// narrower.
void put_cells(const Run& run, DType dtype, const char* cells, const Piece& piece, char* dst) {
  const std::int64_t bytes = piece.channels * static_cast<std::int64_t>(size_of(dtype));
  if (dtype != run.spec->output_dtype) {  // float32 sums of 16-bit gradients
    store_pixels(run, reinterpret_cast<const float*>(cells), piece.count, piece.channels, dst);
    return;
  }
  for (std::int64_t i = 0; i < piece.count; ++i) {
    std::memcpy(dst + i * run.dst.pixel_step, cells + i * bytes, static_cast<std::size_t>(bytes));
  }
}

// Calls f(piece, cells) for all pieces of a row: in place where possible, else pieces that fit into
// scratch.
template <class F>
void for_each_piece(const Run& run, DType dtype, char* row_dst, char* scratch, F&& f) {
  const std::int64_t width = run.column.end - run.column.begin;
  if (run.dst.dense() && dtype == run.spec->output_dtype) {
    f(Piece{run.column.begin, width, 0, run.channels}, row_dst);
    return;
  }
  const auto size = static_cast<std::int64_t>(size_of(dtype));
  const auto out_size = static_cast<std::int64_t>(size_of(run.spec->output_dtype));
  const std::int64_t part = std::min(run.channels, kScratchBytes / size);
  const std::int64_t step = kScratchBytes / (part * size);
  for (std::int64_t c = 0; c < run.channels; c += part) {
    for (std::int64_t x = 0; x < width; x += step) {
      const Piece piece{run.column.begin + x, std::min(step, width - x), c,
                        std::min(part, run.channels - c)};
      f(piece, scratch);
      put_cells(run, dtype, scratch, piece, row_dst + x * run.dst.pixel_step + c * out_size);
    }
  }
}

}  // namespace

void run_gather(const Run& run, const char* src, char* dst, std::int64_t begin,
                std::int64_t end) noexcept {
  const ScopedFlush flush;
  const PlanSpec& spec = *run.spec;
  const GatherTable& rows = spec.gather[0];
  const GatherTable& columns = spec.gather[1];
  const int products = columns.weights.empty() ? 0 : spec.product_dtype == DType::float32 ? 2 : 1;
  const auto kernel = run.kernels->gather[static_cast<int>(spec.input_dtype)][products];
  const auto in_size = static_cast<std::int64_t>(size_of(spec.input_dtype));
  alignas(64) char scratch[kScratchBytes];
  for (std::int64_t y = begin; y < end; ++y) {
    char* const row_dst = dst + (y - run.row.begin) * run.dst.row_step;
    for_each_piece(run, spec.accumulate_dtype, row_dst, scratch,
                   [&](const Piece& piece, char* cells) {
                     kernels::GatherJob job{};
                     job.src = src - run.src_row * run.src.row_step -
                               run.src_column * run.src.pixel_step + piece.channel * in_size;
                     job.src_row_step = run.src.row_step;
                     job.src_step = run.src.pixel_step;
                     job.row_group = rows.group.data() + rows.begin[y];
                     job.row_groups = rows.begin[y + 1] - rows.begin[y];
                     job.row_weights = rows.weights.data();
                     job.column_begin = columns.begin.data() + piece.x;
                     job.column_group = columns.group.data();
                     job.column_weights = columns.weights.data();
                     job.count = piece.count;
                     job.channels = piece.channels;
                     job.dst = cells;
                     job.stream = run.stream && cells != scratch;
                     kernel(job);
                   });
  }
}

void run_block_sum(const Run& run, const char* src, char* dst, std::int64_t begin,
                   std::int64_t end) noexcept {
  const ScopedFlush flush;
  const PlanSpec& spec = *run.spec;
  const int rank = spec.spatial_rank;
  const auto kernel = run.kernels->block_sum[static_cast<int>(spec.input_dtype)];
  // How many values stand behind one step of an axis, in the tensor that TensorFlow sums: Keras
  // transposes images to channels last, volumes it leaves as they are.
  const auto extent = [&](int i) { return spec.output_shape[spec.spatial_axis[i]]; };
  const bool channels_lead = rank == 3 && spec.channel_axis == 1;
  const std::int64_t behind_column = channels_lead ? 1 : spec.output_shape[spec.channel_axis];
  const std::int64_t behind_row = behind_column * extent(rank - 1);
  const std::int64_t behind_plane = rank >= 2 ? behind_row * extent(rank - 2) : behind_row;
  const auto in_size = static_cast<std::int64_t>(size_of(spec.input_dtype));
  alignas(64) char scratch[kScratchBytes];
  for (std::int64_t y = begin; y < end; ++y) {
    char* const row_dst = dst + (y - run.row.begin) * run.dst.row_step;
    for_each_piece(run, spec.input_dtype, row_dst, scratch, [&](const Piece& piece, char* cells) {
      kernels::BlockSumJob job{};
      job.planes = rank == 3 ? spec.block[0] : 1;
      job.rows = rank >= 2 ? spec.block[rank - 2] : 1;
      job.columns = spec.block[rank - 1];
      job.column_neighbours = behind_column == 1;
      job.row_neighbours = behind_row == 1;
      job.plane_neighbours = behind_plane == 1;
      job.src = run.src_at(src, y * job.rows, piece.x * job.columns) + piece.channel * in_size;
      job.src_plane_step = run.src.plane_step;
      job.src_row_step = run.src.row_step;
      job.src_step = run.src.pixel_step;
      job.count = piece.count;
      job.channels = piece.channels;
      job.dst = cells;
      kernel(job);
    });
  }
}

std::int64_t scratch_of_gather() noexcept {
  return kScratchBytes;
}

}  // namespace halfpixel::resample
