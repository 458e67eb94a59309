// A table of kernels that take notes instead of computing.
#include "resample/kernel_notes.hpp"

#include <memory>
#include <new>
#include <utility>

namespace halfpixel::resample {
namespace {

using kernels::KernelTable;

thread_local Notes* notes = nullptr;

void note_copy(const kernels::CopyJob& job) {
  const bool repeats = job.first == nullptr;
  notes->add({"copy", job.windows ? "by windows" : repeats ? "repeating pixels" : "by index", -1});
  notes->rows_at_once = std::max(notes->rows_at_once, job.rows);
  notes->streamed |= job.stream;
}
void note_lerp_columns(const kernels::LerpColumnsJob& job) {
  notes->add({"lerp_columns", job.period > 0 ? "by phase" : "", -1});
  notes->strip(job.part.outputs, job.channels);
}
void note_taps_columns(const kernels::TapsColumnsJob& job) {
  notes->add({"taps_columns", "", -1});
  notes->strip(job.part.outputs, job.channels);
}
void note_lerp_windows(const kernels::LerpWindowsJob& job) {
  notes->add({"lerp_windows", job.windows->wide ? "of two vectors" : "", -1});
  notes->strip(job.part.outputs, job.channels);
}
void note_taps_windows(const kernels::TapsWindowsJob& job) {
  notes->add({"taps_windows", job.windows->wide ? "of two vectors" : "", -1});
  notes->strip(job.part.outputs, job.channels);
  notes->streamed |= job.stream;
}
void note_add_row(const kernels::AddRowJob&) {
  notes->add({"add_row", "", -1});
}
void note_interleave(const kernels::InterleaveJob&) {
  notes->add({"interleave", "", -1});
}
void note_deinterleave(const kernels::InterleaveJob&) {
  notes->add({"deinterleave", "", -1});
}
void note_stream(const float*, float*, std::int64_t) {
  notes->add({"stream", "", -1});
  notes->streamed = true;
}
void note_scale(float*, float, std::int64_t) {
  notes->add({"scale", "", -1});
}

// Kernels of one dtype each.
template <int kDType>
struct Of {
  static void taps_rows_group(const kernels::TapsRowsGroupJob& job) {
    notes->add({"taps_rows_group", "", kDType});
    const std::int64_t rows = std::count_if(std::begin(job.out), std::end(job.out),
                                            [](const auto& out) { return out.dst != nullptr; });
    notes->rows_at_once = std::max(notes->rows_at_once, rows);
  }
  static void lerp_rows(const kernels::LerpRowsJob& job) {
    constexpr bool kFloats = kDType == static_cast<int>(DType::float32);
    notes->add({"lerp_rows", kFloats ? "" : "rounded and clamped", kFloats ? -1 : kDType});
    notes->rows_at_once = std::max(notes->rows_at_once, job.rows);
    notes->streamed |= job.stream;
  }
  static void load(const void*, float*, std::int64_t) { notes->add({"load", "", kDType}); }
  static void store(const float*, void*, std::int64_t) { notes->add({"store", "", kDType}); }
  static void store_saturated(const float*, void*, std::int64_t) {
    notes->add({"store", "rounded and clamped", kDType});
  }
  static void gather(const kernels::GatherJob& job) {
    notes->add({"gather", "", kDType});
    notes->streamed |= job.stream;
  }
  static void block_sum(const kernels::BlockSumJob&) { notes->add({"block_sum", "", kDType}); }
};

template <class... Arguments>
void replace(void (*&kernel)(Arguments...), void (*by)(Arguments...)) {
  if (kernel != nullptr) kernel = by;
}

template <int kDType>
void replace_of_dtype(KernelTable& table) {
  replace(table.taps_rows_group[kDType], Of<kDType>::taps_rows_group);
  replace(table.lerp_rows[kDType], Of<kDType>::lerp_rows);
  replace(table.load[kDType], Of<kDType>::load);
  replace(table.store[kDType], Of<kDType>::store);
  replace(table.store_saturated[kDType], Of<kDType>::store_saturated);
  for (auto& kernel : table.gather[kDType]) replace(kernel, Of<kDType>::gather);
  replace(table.block_sum[kDType], Of<kDType>::block_sum);
}

void note_ordered_rows(const kernels::OrderedRowsJob& job) {
  notes->add({"ordered_rows", "", -1});
  notes->streamed |= job.stream;
}
void note_ordered_windows(const kernels::OrderedWindowsJob& job) {
  notes->add({"ordered_windows", job.windows->wide ? "of two vectors" : "", -1});
  notes->strip(job.columns.outputs, job.columns.width);
}
void note_ordered_columns(const kernels::OrderedColumnsJob& job) {
  notes->add({"ordered_columns", "", -1});
  notes->strip(job.outputs, job.width);
}
void note_corners(const kernels::CornersJob& job) {
  notes->add({"corners", "", -1});
  notes->strip(job.count, 1);
  notes->rows_at_once = std::max(notes->rows_at_once, job.rows);
  notes->streamed |= job.stream;
}
void note_lerp_byte_columns(const kernels::LerpByteColumnsJob& job) {
  notes->add({"lerp_byte_columns", "", -1});
  notes->strip(job.groups * kernels::ByteGroup::kOutputs, 1);
}
void note_lerp_byte_rows(const kernels::LerpByteRowsJob&) {
  notes->add({"lerp_byte_rows", "", -1});
}
void note_lerp_exact_columns(const kernels::LerpByteColumnsJob& job) {
  notes->add({"lerp_exact_columns", "", -1});
  notes->strip(job.groups * kernels::ByteGroup::kOutputs, 1);
}
void note_lerp_exact_rows(const kernels::LerpByteRowsJob&) {
  notes->add({"lerp_exact_rows", "", -1});
}
void note_fixed_columns(const kernels::FixedColumnsJob& job) {
  notes->add({"fixed_columns", job.parts == 1 ? "of 16 bits" : "of 24 bits", -1});
  notes->strip(job.outputs, job.channels);
  notes->rows_at_once = kernels::FixedColumnsJob::kRows;
}
void note_fixed_rows(const kernels::FixedRowsJob& job) {
  notes->add({"fixed_rows", job.parts == 1 ? "of 16 bits" : "of 24 bits", -1});
  notes->strip(job.count, 1);
}
void note_fixed_quads(const kernels::FixedQuadsJob& job) {
  notes->add({"fixed_quads", job.parts == 1 ? "of 16 bits" : "of 24 bits", -1});
  notes->strip(job.count, 1);
}
void note_part_quads(const std::uint8_t* /*quads*/, std::int64_t /*count*/,
                     std::uint8_t* const* /*rows*/) {
  notes->add({"part_quads", "", -1});
}
void note_halve_bytes(const kernels::HalveBytesJob& job) {
  notes->add({"halve_bytes", "", -1});
  notes->strip(job.outputs, job.channels);
}
void note_sum_byte_rows(const kernels::SumByteRowsJob&) {
  notes->add({"sum_byte_rows", "", -1});
}
void note_mean_columns(const kernels::MeanColumnsJob& job) {
  notes->add({"mean_columns", "", -1});
  notes->strip(job.outputs, job.channels);
}
void note_share_bytes(const kernels::ShareBytesJob& job) {
  notes->add({"share_bytes", "", -1});
  notes->strip(job.outputs, job.channels);
}
void note_cells(const kernels::CellsJob& job) {
  notes->add({"cells", "", -1});
  notes->strip(job.outputs, job.width);
}
void note_cells_done(const kernels::CellsDoneJob&) {}
void note_corner_pixels(const kernels::CornerPixelsJob& job) {
  notes->add({"corner_pixels", "", -1});
  notes->strip(job.outputs, job.channels);
  notes->rows_at_once = std::max(notes->rows_at_once, job.rows);
  notes->streamed |= job.stream;
}
void note_lay_out(const kernels::LayOutJob& job) {
  notes->add({"lay_out", job.windows->wide ? "by windows of two vectors" : "by windows", -1});
}
void note_numbers(const kernels::NumbersJob&) {
  notes->add({"interleave", "", -1});
}

KernelTable note_takers(KernelTable table) {
  for (kernels::CornerKernels& corners : table.corners) {
    for (auto& kernel : corners.sum) replace(kernel, note_corners);
    for (auto& kernel : corners.pixels) replace(kernel, note_corner_pixels);
  }
  for (kernels::FixedKernels* const fixed : {&table.fixed, &table.narrow_fixed}) {
    replace(fixed->columns, note_fixed_columns);
    replace(fixed->rows, note_fixed_rows);
    replace(fixed->quads, note_fixed_quads);
    replace(fixed->part, note_part_quads);
  }
  replace(table.bytes.lerp_columns, note_lerp_byte_columns);
  replace(table.bytes.lerp_rows, note_lerp_byte_rows);
  replace(table.bytes.lerp_exact_columns, note_lerp_exact_columns);
  replace(table.bytes.lerp_exact_rows, note_lerp_exact_rows);
  replace(table.bytes.halve, note_halve_bytes);
  replace(table.bytes.sum_rows, note_sum_byte_rows);
  replace(table.bytes.mean_columns, note_mean_columns);
  replace(table.bytes.share, note_share_bytes);
  for (kernels::CellKernels& cells : table.cells) {
    for (auto& kernel : cells.add) replace(kernel, note_cells);
    replace(cells.done, note_cells_done);
  }
  for (kernels::OrderedKernels& ordered : table.ordered) {
    for (auto& kernel : ordered.rows) replace(kernel, note_ordered_rows);
    for (auto& kernel : ordered.columns) replace(kernel, note_ordered_columns);
    for (auto& kernel : ordered.windows) replace(kernel, note_ordered_windows);
    replace(ordered.interleave, note_numbers);
    replace(ordered.deinterleave, note_numbers);
  }
  replace(table.copy, note_copy);
  replace(table.lerp_columns, note_lerp_columns);
  replace(table.taps_columns, note_taps_columns);
  replace(table.lerp_windows, note_lerp_windows);
  replace(table.taps_windows, note_taps_windows);
  replace(table.lay_out, note_lay_out);
  replace(table.add_row, note_add_row);
  replace(table.interleave, note_interleave);
  replace(table.deinterleave, note_deinterleave);
  replace(table.stream, note_stream);
  replace(table.scale, note_scale);
  [&]<int... kDType>(std::integer_sequence<int, kDType...>) {
    (replace_of_dtype<kDType>(table), ...);
  }(std::make_integer_sequence<int, kDTypeCount>());
  return table;
}

}  // namespace

Notes watch(Engine engine, Run run, std::int64_t src_columns) {
  const KernelTable table = note_takers(*run.kernels);
  run.kernels = &table;
  // All rows are one: kernels that take notes touch none, and plain copies may as well overwrite.
  const auto row = [](Side& side, std::int64_t pixels) {
    side.row_step = side.plane_step = 0;
    side.outer_step = {};
    std::unique_ptr<char[]> memory(new char[static_cast<std::size_t>(pixels * side.pixel_step)]);
    side.base = memory.get();
    return memory;
  };
  const auto src = row(run.src, src_columns);
  const auto dst = row(run.dst, run.column.end - run.column.begin);
  Notes seen;
  Notes* const before = std::exchange(notes, &seen);
  engine(run, run.src.base, run.dst.base, run.row.begin, run.row.end);
  notes = before;
  return seen;
}

}  // namespace halfpixel::resample
