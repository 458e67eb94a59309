// One sum per cell of an image, which gradients are, and gradients of repetition.
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

// A row of sums of nothing: zeros in every dtype.
void put_zeros(const Run& run, char* row_dst) {
  const std::int64_t width = run.column.end - run.column.begin;
  const std::int64_t bytes =
      run.channels * static_cast<std::int64_t>(size_of(run.spec->output_dtype));
  if (run.dst.dense()) {
    std::memset(row_dst, 0, static_cast<std::size_t>(width * bytes));
    return;
  }
  for (std::int64_t x = 0; x < width; ++x)
    std::memset(row_dst + x * run.dst.pixel_step, 0, static_cast<std::size_t>(bytes));
}

// The tensors in which TensorFlow sums a repetition's copies, one axis after the other. Keras
// transposes images to channels last, volumes it leaves as they are.
class BlockSums {
 public:
  explicit BlockSums(const Run& run) {
    const PlanSpec& spec = *run.spec;
    const int rank = spec.spatial_rank;
    const auto extent = [&](int back) {  // of the output; 0: columns, 1: rows, 2: planes
      return back < rank ? spec.output_shape[spec.spatial_axis[rank - 1 - back]] : 1;
    };
    for (int back = 0; back < 3; ++back) {
      extents_[back] = extent(back);
      copies_[back] = back < rank ? spec.block[rank - 1 - back] : 1;
    }
    images_ = spec.output_shape[0];
    channels_ = spec.output_shape[spec.channel_axis];
    channels_lead_ = rank == 3 && spec.channel_axis == 1;
    z_ = run.z;
    // Channels that are no innermost axis of the caller's memory are counted with the images.
    const bool outside = run.channels != channels_;
    image_ = outside ? run.image / channels_ : run.image;
    channel_ = outside ? run.image % channels_ : 0;
  }

  // Row y of the output, and the piece of it.
  void place(std::int64_t y, const Piece& piece, kernels::BlockSumJob& job) const {
    job.columns = axis(0, y, piece);
    job.rows = axis(1, y, piece);
    job.planes = axis(2, y, piece);
  }

 private:
  // Sums along axis `back` from the last: those behind it are summed already.
  kernels::BlockSumAxis axis(int back, std::int64_t y, const Piece& piece) const {
    const std::int64_t rows_each = back < 1 ? copies_[1] : 1;
    const std::int64_t planes_each = back < 2 ? copies_[2] : 1;
    const std::int64_t width = extents_[0];
    const std::int64_t height = extents_[1] * rows_each, depth = extents_[2] * planes_each;
    kernels::BlockSumAxis axis{};
    axis.copies = copies_[back];
    axis.size = images_ * channels_ * depth * height * width;
    axis.pixel_step = channels_lead_ ? 1 : channels_;
    axis.row_step = axis.pixel_step * width;
    axis.plane_step = axis.row_step * height;
    axis.channel_step = channels_lead_ ? axis.plane_step * depth : 1;
    axis.inner = back == 0 ? axis.pixel_step : back == 1 ? axis.row_step : axis.plane_step;
    axis.first = image_ * depth * height * width * channels_ + z_ * planes_each * axis.plane_step +
                 y * rows_each * axis.row_step + piece.x * axis.pixel_step +
                 (channel_ + piece.channel) * axis.channel_step;
    return axis;
  }

  SignedArray<std::int64_t, 3> extents_{}, copies_{};
  std::int64_t images_, channels_, image_, channel_, z_;
  bool channels_lead_;
};

}  // namespace

void run_gather(const Run& run, const char* src, char* dst, std::int64_t begin,
                std::int64_t end) noexcept {
  const PlanSpec& spec = *run.spec;
  const ScopedFlush flush(spec.flushes);
  const GatherTable& columns = spec.gather[spec.spatial_rank - 1];
  const GatherTable* const rows = spec.spatial_rank > 1 ? spec.gather.data() : nullptr;
  constexpr GatherTable::Group kOneRow{0, 0, 1};
  constexpr float kOne = 1;
  const auto gathering = columns.weights.empty()                   ? kernels::kPlainGather
                         : spec.fuses                              ? kernels::kFusedGather
                         : spec.multiplies_weights                 ? kernels::kProductGather
                         : spec.accumulate_dtype == DType::float32 ? kernels::kFloatGather
                         : spec.product_dtype == DType::float32    ? kernels::kMixedGather
                                                                   : kernels::kDoubleGather;
  const auto kernel = run.kernels->gather[static_cast<int>(spec.input_dtype)][gathering];
  const auto in_size = static_cast<std::int64_t>(size_of(spec.input_dtype));
  alignas(64) char scratch[kScratchBytes];
  for (std::int64_t y = begin; y < end; ++y) {
    char* const row_dst = dst + (y - run.row.begin) * run.dst.row_step;
    const std::int64_t row_groups = rows != nullptr ? rows->begin[y + 1] - rows->begin[y] : 1;
    if (row_groups == 0) {  // nothing came from here: most rows of what was shrunk by nearest
      put_zeros(run, row_dst);
      continue;
    }
    for_each_piece(
        run, spec.accumulate_dtype, row_dst, scratch, [&](const Piece& piece, char* cells) {
          kernels::GatherJob job{};
          job.src = src - run.src_row * run.src.row_step - run.src_column * run.src.pixel_step +
                    piece.channel * in_size;
          job.src_row_step = run.src.row_step;
          job.src_step = run.src.pixel_step;
          job.row_group = rows != nullptr ? rows->group.data() + rows->begin[y] : &kOneRow;
          job.row_groups = row_groups;
          job.row_weights = rows != nullptr ? rows->weights.data() : &kOne;
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
  const auto kernel = run.kernels->block_sum[static_cast<int>(spec.input_dtype)];
  const auto in_size = static_cast<std::int64_t>(size_of(spec.input_dtype));
  kernels::BlockSumJob job{};
  const BlockSums sums(run);
  alignas(64) char scratch[kScratchBytes];
  for (std::int64_t y = begin; y < end; ++y) {
    char* const row_dst = dst + (y - run.row.begin) * run.dst.row_step;
    for_each_piece(run, spec.input_dtype, row_dst, scratch, [&](const Piece& piece, char* cells) {
      sums.place(y, piece, job);
      job.src = run.src_at(src, y * job.rows.copies, piece.x * job.columns.copies) +
                piece.channel * in_size;
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
