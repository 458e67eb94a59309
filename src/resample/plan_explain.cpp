// Plan::describe(): what a plan will do, for people who wonder why it is fast or slow.
//
// Which kernels it uses is not deduced but watched: the engine works on a few rows in the middle
// with a table of kernels that take notes instead of computing. So the report stays true when the
// engines change; a kernel that takes no notes merely stays unmentioned.
#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <halfpixel/resample.hpp>

#include "core/checked.hpp"
#include "resample/byte_engines.hpp"
#include "resample/plan_impl.hpp"

namespace halfpixel::resample {
namespace {

using kernels::KernelTable;

// Kernels in the order in which an engine first asked for them. It runs inside of engines, so it
// neither allocates nor throws.
struct Notes {
  struct Call {
    const char* kernel;
    const char* how;  // "" when there is one way only
    int dtype;        // -1: not chosen by dtype
    friend bool operator==(const Call&, const Call&) = default;
  };
  std::array<Call, 16> calls{};
  int call_count = 0;
  std::int64_t strip_columns = 0, strip_channels = 0;
  std::int64_t rows_at_once = 1;
  bool streamed = false;

  void add(const Call& call) noexcept {
    const auto end = calls.begin() + call_count;
    if (std::find(calls.begin(), end, call) == end && call_count < std::ssize(calls)) {
      calls[static_cast<std::size_t>(call_count++)] = call;
    }
  }
  void strip(std::int64_t columns, std::int64_t channels) noexcept {
    strip_columns = std::max(strip_columns, columns);
    strip_channels = std::max(strip_channels, channels);
  }
};

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

void note_ordered_rows(const kernels::OrderedRowsJob&) {
  notes->add({"ordered_rows", "", -1});
}
void note_ordered_columns(const kernels::OrderedColumnsJob& job) {
  notes->add({"ordered_columns", "", -1});
  notes->strip(job.outputs, job.width);
}
void note_corners(const kernels::CornersJob& job) {
  notes->add({"corners", "", -1});
  notes->strip(job.count, 1);
}
void note_lerp_byte_columns(const kernels::LerpByteColumnsJob& job) {
  notes->add({"lerp_byte_columns", "", -1});
  notes->strip(job.groups * kernels::ByteGroup::kOutputs, 1);
}
void note_lerp_byte_rows(const kernels::LerpByteRowsJob&) {
  notes->add({"lerp_byte_rows", "", -1});
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
  replace(table.fixed.columns, note_fixed_columns);
  replace(table.fixed.rows, note_fixed_rows);
  replace(table.bytes.lerp_columns, note_lerp_byte_columns);
  replace(table.bytes.lerp_rows, note_lerp_byte_rows);
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

std::string bytes_text(std::int64_t bytes) {
  constexpr const char* kUnits[] = {" bytes", " KiB", " MiB", " GiB", " TiB"};
  int unit = 0;
  std::int64_t scale = 1;
  while (unit < 4 && bytes / scale >= 1024) scale *= 1024, ++unit;
  std::string text = std::to_string(bytes / scale);
  if (unit > 0) text += '.' + std::to_string(bytes % scale * 10 / scale);
  return text + kUnits[unit];
}

std::string axis_text(const AxisTable& table) {
  const std::string lengths = concat(table.src_len, " -> ", table.dst_len, ", ");
  switch (table.kind) {
    case AxisTable::Kind::copy:
      if (table.repeat == 0) return lengths + "copies by index";
      if (table.repeat == 1) return lengths + "copies as they stand";
      return concat(lengths, "each ", table.repeat, " times");
    case AxisTable::Kind::lerp:
      if (table.period == 0) return lengths + "lerp, a weight for each";
      return concat(lengths, "lerp, ", table.period, " constant phases in [", table.regular_begin,
                    ", ", table.regular_end, ")");
    case AxisTable::Kind::pair:
      return lengths + "two weights for each";
    case AxisTable::Kind::taps:
      break;
  }
  const auto [least, most] = std::minmax_element(table.count.begin(), table.count.end());
  if (least == table.count.end()) return lengths + "taps";
  return concat(lengths, *least == *most ? "" : concat(*least, " to "), *most, " taps");
}

std::string axis_text(const GatherTable& table) {
  std::int32_t most = 0;
  for (std::int64_t i = 0; i < table.dst_len; ++i) {
    most = std::max(most, table.begin[i + 1] - table.begin[i]);
  }
  return concat(table.src_len, " -> ", table.dst_len, ", up to ", most, " of dy for each");
}

// How many positions of an axis are read at all: shrinking without a wide filter skips some.
std::int64_t positions_read(const AxisTable& table) {
  SignedVector<std::uint8_t> read(static_cast<std::size_t>(table.src_len));
  for (std::int64_t i = 0; i < table.dst_len; ++i) {
    const std::int64_t taps = table.kind == AxisTable::Kind::taps ? table.count[i] : 1;
    for (std::int64_t k = 0; k < taps; ++k) {
      read[std::clamp<std::int64_t>(table.first[i] + k, 0, table.src_len - 1)] = 1;
    }
    if (!table.second.empty()) read[table.second[i]] = 1;
  }
  return std::count(read.begin(), read.end(), 1);
}

std::int64_t product_of_others(const Shape& shape, std::initializer_list<int> axes) {
  std::int64_t product = 1;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (std::find(axes.begin(), axes.end(), axis) == axes.end()) product *= shape[axis];
  }
  return product;
}

std::int64_t bytes_of(const Shape& shape, DType dtype) {
  return product_of_others(shape, {}) * static_cast<std::int64_t>(size_of(dtype));
}

// Bytes that have to come from the input. Memory moves in cache lines, so of a row that skips
// pixels nothing is saved unless they are large or far apart.
std::int64_t bytes_read(const PlanSpec& spec, std::int64_t pixel_bytes) {
  const std::int64_t all = bytes_of(spec.input_shape, spec.input_dtype);
  if (spec.form != Form::copy && spec.form != Form::separable) return all;
  constexpr std::int64_t kLine = 64;
  double share = 1;
  for (int i = 0; i < spec.spatial_rank; ++i) {
    const AxisTable& table = spec.axis[i];
    if (table.src_len == 0) return 0;
    auto read = static_cast<double>(positions_read(table));
    if (i == spec.spatial_rank - 1) {
      read *= static_cast<double>(std::max(pixel_bytes, kLine)) / static_cast<double>(pixel_bytes);
    }
    share *= std::min(1.0, read / static_cast<double>(table.src_len));
  }
  return static_cast<std::int64_t>(static_cast<double>(all) * share);
}

std::int64_t scratch_bytes(const PlanSpec& spec) {
  if (is_byte_lerp(spec)) return scratch_of_byte_lerp();
  if (is_byte_cells(spec)) return scratch_of_byte_cells();
  if (is_byte_shares(spec)) return scratch_of_byte_shares();
  if (is_byte_fixed(spec)) return scratch_of_byte_fixed();
  switch (spec.form) {
    case Form::copy:
    case Form::move:
      return 0;
    case Form::cast:
      return scratch_of_cast();
    case Form::gather:
    case Form::block_sum:
      return scratch_of_gather();
    case Form::ordered:
      return scratch_of_ordered();
    case Form::corners:
      return scratch_of_corners();
    case Form::cells:
      return scratch_of_cells();
    case Form::separable:
      break;
  }
  return spec.order == Order::columns_first ? scratch_of_columns_first() : scratch_of_rows_first();
}

std::string form_text(const PlanSpec& spec) {
  switch (spec.form) {
    case Form::copy:
      return "copies";
    case Form::cast:
      return "every value through float32";
    case Form::move:
      return "a copy of everything";
    case Form::gather:
      return concat("gradient, one sum for each pixel in TensorFlow's order of additions, in ",
                    spec.accumulate_dtype);
    case Form::block_sum:
      return "gradient, sums over the copies in TensorFlow's order of additions";
    case Form::ordered:
      return concat("one pass per axis, ", spec.order == Order::columns_first ? "columns" : "rows",
                    " first, in the program's own order of additions");
    case Form::corners:
      return concat(spec.spatial_rank == 3 ? "eight" : "four",
                    " corners at once, in the program's own order of additions");
    case Form::cells:
      return "means of cells, in the program's own order of additions";
    case Form::separable:
      break;
  }
  return concat("one pass per axis in float32, ",
                spec.order == Order::columns_first ? "columns" : "rows",
                " first, as TensorFlow rounds",
                spec.store == Store::saturate ? "; results rounded and clamped" : "");
}

std::string kernels_text(const Notes& seen) {
  if (seen.call_count == 0) return "memcpy";
  std::string text;
  for (int i = 0; i < seen.call_count; ++i) {
    const Notes::Call& call = seen.calls[static_cast<std::size_t>(i)];
    if (i > 0) text += ", ";
    text += call.kernel;
    if (call.dtype >= 0) text += concat(" of ", static_cast<DType>(call.dtype));
    if (*call.how != '\0') text += concat(" ", call.how);
  }
  return text;
}

class Report {
 public:
  explicit Report(std::string title) : text_(std::move(title) + '\n') {}
  template <class... Parts>
  void line(std::string label, const Parts&... parts) {
    label.resize(std::max<std::size_t>(label.size() + 1, 9), ' ');
    text_ += "  " + label + concat(parts...) + '\n';
  }
  std::string text() && { return std::move(text_); }

 private:
  std::string text_;
};

// A window of a few rows and so many columns that every kernel gets its turn.
Window sample(const PlanSpec& spec) {
  constexpr std::int64_t kRows = 8;
  Window window = whole(spec, spec.output_shape);
  const int rank = spec.spatial_rank;
  for (int i = 0; i < rank - 1; ++i) {
    const std::int64_t length = window[i].end, most = i == rank - 2 ? kRows : 1;
    window[i].begin = std::max<std::int64_t>(0, length / 2 - most / 2);
    window[i].end = std::min(length, window[i].begin + most);
  }
  if (spec.form == Form::separable || spec.form == Form::ordered || spec.form == Form::corners ||
      spec.form == Form::cells || spec.input_dtype != spec.output_dtype ||
      spec.form == Form::cast || spec.form == Form::move) {
    const std::int64_t channels = std::max<std::int64_t>(1, channels_of(spec, spec.output_shape));
    const std::int64_t most = std::max<std::int64_t>(1, 4 * kScratchFloats / channels);
    window[rank - 1].end = std::min(window[rank - 1].end, most);
  }
  return window;
}

// Lets the engine work on a few rows and takes notes of what it asks for.
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

}  // namespace

std::string Plan::describe() const try {
  const Impl& impl = *impl_;
  const PlanSpec& spec = impl.spec;
  const std::int64_t in_bytes = bytes_of(spec.input_shape, spec.input_dtype);
  const std::int64_t out_bytes = bytes_of(spec.output_shape, spec.output_dtype);

  Report report(spec.speaker + ": " + spec.method);
  report.line("input", spec.input_shape.str(), " ", spec.input_dtype, ", ", bytes_text(in_bytes));
  report.line("output", spec.output_shape.str(), " ", spec.output_dtype, ", ",
              bytes_text(out_bytes));
  report.line("form", form_text(spec));
  if (spec.cast_dtype != spec.input_dtype) {
    report.line("cast", spec.input_dtype, " to ", spec.cast_dtype, " first, as the layer does");
  }
  constexpr const char* kAxes[] = {"planes", "rows", "columns"};
  for (int i = 0; i < spec.spatial_rank; ++i) {
    const char* const name = kAxes[3 - spec.spatial_rank + i];
    if (spec.form == Form::gather) report.line(name, axis_text(spec.gather[i]));
    if (spec.form == Form::block_sum) report.line(name, "sums of ", spec.block[i]);
    if (spec.form == Form::copy || spec.form == Form::separable || spec.form == Form::ordered ||
        spec.form == Form::corners || spec.form == Form::cells) {
      report.line(name, axis_text(spec.axis[i]));
    }
  }
  if (out_bytes == 0) {
    report.line("kernels", "none");
    report.line("target", impl.kernels->target);
    return std::move(report).text();
  }

  // As if both sides lay in memory without gaps.
  alignas(64) char somewhere[64];
  const auto view = [&](const Shape& shape, DType dtype) {
    return TensorView(somewhere, dtype, shape);
  };
  const Run run = impl.prepare(view(spec.input_shape, spec.input_dtype),
                               view(spec.output_shape, spec.output_dtype),
                               whole(spec, spec.output_shape), whole(spec, spec.input_shape));
  const Window part = sample(spec);
  const Range needed = required_input(part)[spec.spatial_rank - 1];
  Run few = run;
  few.column = part[spec.spatial_rank - 1];
  few.src_column = needed.begin;
  if (spec.spatial_rank >= 2) few.row = part[spec.spatial_rank - 2];
  const Notes seen = watch(impl.engine, few, needed.end - needed.begin);

  report.line("kernels", kernels_text(seen));
  report.line("target", impl.kernels->target);
  if (seen.strip_columns > 0) {
    const std::int64_t width = run.column.end - run.column.begin;
    const std::int64_t channels = std::min(seen.strip_channels, run.channels);
    report.line("strips", seen.strip_columns, " of ", width, " columns, ", channels, " of ",
                run.channels, " channels: ", seen.strip_columns * channels, " floats a row");
  } else if (spec.form == Form::separable) {
    report.line("strips", "single columns, in pieces: what one reads exceeds the scratch");
  }
  const int threads = default_executor().concurrency();
  const Job job = impl.cut(run, std::max(in_bytes, out_bytes), threads);
  report.line("tasks", job.tasks, " of ", (job.total + job.tasks - 1) / job.tasks, " rows, ",
              seen.rows_at_once, " at once, for ", threads, threads == 1 ? " thread" : " threads");
  const std::int64_t scratch = scratch_bytes(spec);
  report.line("scratch", scratch == 0 ? "none" : bytes_text(scratch) + " on each thread's stack");
  const char* const limit = out_bytes >= impl.stream_from ? "at least" : "less than";
  report.line("stores", seen.streamed ? "past" : "through", " the caches: the output has ", limit,
              ' ', bytes_text(impl.stream_from),
              run.stream && !seen.streamed ? ", but these kernels do not stream" : "");
  const std::int64_t read = bytes_read(spec, run.src.pixel_bytes);
  report.line("memory", bytes_text(read), " read, ", bytes_text(out_bytes), " written");
  return std::move(report).text();
} catch (const std::bad_alloc&) {
  fail(ErrorCode::out_of_memory, "[Plan] no memory to describe the plan");
}

}  // namespace halfpixel::resample
