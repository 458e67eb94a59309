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
#include "resample/kernel_notes.hpp"
#include "resample/plan_impl.hpp"

namespace halfpixel::resample {
namespace {

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

std::string axis_text(const GatherTable& table, bool taps) {
  std::int32_t most = 0;
  for (std::int64_t i = 0; i < table.dst_len; ++i) {
    most = std::max(most, table.begin[i + 1] - table.begin[i]);
  }
  return concat(table.src_len, " -> ", table.dst_len, ", up to ", most,
                taps ? " taps" : " of dy for each");
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
  if (is_byte_lerp(spec) || is_byte_exact(spec)) return scratch_of_byte_lerp();
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
      if (spec.multiplies_weights)
        return "one sum for each pixel of all taps, in the program's own order of additions";
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
    if (spec.form == Form::gather)
      report.line(name, axis_text(spec.gather[i], spec.multiplies_weights));
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
