// Plan: the door in front of the engines. Checks the views, lays them out, cuts the rows into
// bands.
#include <algorithm>
#include <new>
#include <utility>

#include <halfpixel/error.hpp>
#include <halfpixel/resample.hpp>

#include "core/access.hpp"
#include "core/cache.hpp"
#include "core/checked.hpp"
#include "core/enumerator.hpp"
#include "resample/byte_engines.hpp"
#include "resample/plan_impl.hpp"
#include "resample/windows.hpp"

namespace halfpixel::resample {

Window::Window(std::initializer_list<Range> ranges) : rank_(static_cast<int>(ranges.size())) {
  if (ranges.size() > 3) {
    fail(ErrorCode::invalid_argument, "[Window] window must have at most 3 ranges; got ",
         ranges.size());
  }
  std::copy(ranges.begin(), ranges.end(), ranges_);
}

namespace {

// Work below this many bytes is not worth waking another thread for.
constexpr std::int64_t kBytesPerTask = 256 * 1024;

Engine choose_engine(const PlanSpec& spec) {
  if (const Engine engine = byte_engine(spec)) return engine;
  switch (spec.form) {
    case Form::copy:
      return run_copy;
    case Form::gather:
      return run_gather;
    case Form::block_sum:
      return run_block_sum;
    case Form::cast:
      return run_cast;
    case Form::move:
      return run_move;
    case Form::ordered:
      return run_ordered;
    case Form::corners:
      return run_corners;
    case Form::cells:
      return run_cells;
    case Form::separable:
      break;
  }
  return spec.order == Order::columns_first ? run_columns_first : run_rows_first;
}

// For the layout in which views come as a rule: channels inside of pixels only when they are the
// last axis.
std::unique_ptr<const kernels::WindowTable> column_windows(const PlanSpec& spec,
                                                           const kernels::KernelTable& kernels) {
  const std::int64_t lanes = kernels.lanes;
  const AxisTable& columns = spec.axis[spec.spatial_rank - 1];
  const Shape& shape = spec.output_shape;
  const bool inside = spec.channel_axis == shape.rank() - 1;
  const std::int64_t channels = inside ? channels_of(spec, shape) : 1;
  if (spec.form == Form::copy && spec.input_dtype == spec.output_dtype) {
    const auto bytes = static_cast<std::int64_t>(size_of(spec.output_dtype));
    return copy_windows_of(columns, channels * bytes, lanes);
  }
  const bool narrow =
      spec.sums.number == kernels::Number::float32 || spec.sums.number == kernels::Number::int32;
  if (spec.form == Form::corners && narrow) return pair_windows_of(columns, channels, lanes);
  if (spec.form == Form::ordered && spec.sums.number == kernels::Number::float32) {
    const auto order = spec.sums.pass[spec.spatial_rank - 1].order;
    const auto& ordered = kernels.ordered[static_cast<int>(kernels::Number::float32)];
    if (ordered.windows[static_cast<int>(order)] == nullptr) return nullptr;
    return term_windows_of(columns, channels, lanes);
  }
  // area mixes rows that were filtered one at a time, by taps_columns
  const bool area = spec.order == Order::columns_first && columns.kind == AxisTable::Kind::taps;
  if (spec.form != Form::separable || area) return nullptr;
  return windows_of(columns, channels, lanes);
}

std::int64_t extent(const PlanSpec& spec, const Shape& shape, int spatial) {
  return shape[spec.spatial_axis[spatial]];
}

Shape windowed(const PlanSpec& spec, Shape shape, const Window& window) {
  for (int i = 0; i < spec.spatial_rank; ++i) {
    shape[spec.spatial_axis[i]] = window[i].end - window[i].begin;
  }
  return shape;
}

void check_view(const PlanSpec& spec, const char* what, const ConstTensorView& view,
                const Shape& shape, DType dtype) {
  if (view.shape() == shape && view.dtype() == dtype) return;
  fail(ErrorCode::invalid_argument, "[", spec.speaker, "] ", what, " must have shape ", shape.str(),
       " and dtype ", dtype, "; got shape ", view.shape().str(), " and dtype ", view.dtype());
}

Range required_of(const PlanSpec& spec, int spatial, Range out) {
  if (out.begin >= out.end) return {0, 0};
  if (spec.form == Form::cast || spec.form == Form::move) return out;
  if (spec.form == Form::block_sum) {
    const std::int64_t times = spec.block[spatial];
    return {out.begin * times, out.end * times};
  }
  if (spec.form == Form::gather) {
    const GatherTable& table = spec.gather[spatial];
    Range range{table.src_len, 0};
    for (std::int32_t g = table.begin[out.begin]; g < table.begin[out.end]; ++g) {
      const std::int64_t at = table.group[g].src;
      range = {std::min(range.begin, at), std::max(range.end, at + 1)};
    }
    return range.begin < range.end ? range : Range{0, 0};
  }
  return required(spec.axis[spatial], out);
}

// Bytes from one position of an axis to the next; an axis of one position may have any stride at
// all.
std::int64_t step_of(const ConstTensorView& view, int axis) {
  if (view.shape()[axis] <= 1) return 0;
  return view.stride(axis) * static_cast<std::int64_t>(size_of(view.dtype()));
}

// Axis steps of one view, sorted into what the engines walk.
Side side_of(const PlanSpec& spec, const ConstTensorView& view, bool channels_inside) {
  const auto bytes = static_cast<std::int64_t>(size_of(view.dtype()));
  Side side;
  side.base = static_cast<char*>(const_cast<void*>(view.data()));
  side.pixel_bytes = bytes * (channels_inside ? channels_of(spec, view.shape()) : 1);
  const int rank = spec.spatial_rank;
  const int column = spec.spatial_axis[rank - 1];
  side.pixel_step = view.shape()[column] > 1 ? step_of(view, column) : side.pixel_bytes;
  if (rank >= 2) side.row_step = step_of(view, spec.spatial_axis[rank - 2]);
  if (rank == 3) side.plane_step = step_of(view, spec.spatial_axis[0]);
  return side;
}

bool contiguous_channels(const PlanSpec& spec, const ConstTensorView& view) {
  return channels_of(spec, view.shape()) == 1 || view.stride(spec.channel_axis) == 1;
}

// Rows [begin, end) counted over all images and planes.
void run_rows(const Job& job, std::int64_t begin, std::int64_t end) noexcept {
  Run run = *job.run;
  while (begin < end) {
    const std::int64_t plane = begin / job.rows;
    const std::int64_t stop = std::min(end, (plane + 1) * job.rows);
    std::int64_t image = run.image = plane / job.planes;
    const std::int64_t z = run.z = run.plane.begin + plane % job.planes;
    std::int64_t src_z = z;
    if (run.spec->form == Form::copy && run.spec->spatial_rank == 3) {
      src_z = run.spec->axis[0].first[z];
    } else if (run.spec->form == Form::block_sum && run.spec->spatial_rank == 3) {
      src_z = z * run.spec->block[0];
    } else if (run.spec->form == Form::ordered || run.spec->form == Form::corners ||
               run.spec->form == Form::cells) {
      src_z = run.src_plane;
    }
    const char* src = run.src.base + (src_z - run.src_plane) * run.src.plane_step;
    char* dst = run.dst.base + (z - run.plane.begin) * run.dst.plane_step;
    for (int i = run.outer_rank - 1; i >= 0; --i) {
      src += image % run.outer[i] * run.src.outer_step[i];
      dst += image % run.outer[i] * run.dst.outer_step[i];
      image /= run.outer[i];
    }
    const std::int64_t first = run.row.begin - plane * job.rows;
    job.engine(run, src, dst, begin + first, stop + first);
    if (run.spec->has_outside()) fill_outside(run, dst, begin + first, stop + first);
    begin = stop;
  }
  if (run.stream) finish_streaming();
}

// Colours and the alpha that weighs them are worked together.
void require_whole_pixels(const PlanSpec& spec, const ConstTensorView& src, const TensorView& dst) {
  if (!spec.sums.has_alpha() ||
      (contiguous_channels(spec, src) && contiguous_channels(spec, dst))) {
    return;
  }
  fail(ErrorCode::unsupported, "[", spec.speaker,
       "] channels that alpha weighs must lie side by side in memory; got strides of ",
       src.stride(spec.channel_axis), " and ", dst.stride(spec.channel_axis));
}

void run_task(void* context, std::int64_t index) noexcept {
  const Job& job = *static_cast<const Job*>(context);
  const auto cut = [&](std::int64_t i) {  // total * i / tasks without overflow
    return job.total / job.tasks * i + job.total % job.tasks * i / job.tasks;
  };
  run_rows(job, cut(index), cut(index + 1));
}

}  // namespace

Window whole(const PlanSpec& spec, const Shape& shape) {
  Window window = spec.spatial_rank == 1   ? Window{{}}
                  : spec.spatial_rank == 2 ? Window{{}, {}}
                                           : Window{{}, {}, {}};
  for (int i = 0; i < spec.spatial_rank; ++i) window[i] = {0, extent(spec, shape, i)};
  return window;
}

Run Plan::Impl::prepare(const ConstTensorView& src, const TensorView& dst, const Window& output,
                        const Window& input) const {
  Run run;
  run.spec = &spec;
  run.kernels = kernels;
  const bool inside = contiguous_channels(spec, src) && contiguous_channels(spec, dst);
  run.src = side_of(spec, src, inside);
  run.dst = side_of(spec, dst, inside);
  run.channels = inside ? channels_of(spec, dst.shape()) : 1;
  const auto bytes = static_cast<std::int64_t>(size_of(spec.output_dtype));
  const std::int64_t units = spec.form == Form::copy && windows != nullptr
                                 ? run.channels * bytes / windows->unit
                                 : run.channels;
  if (windows != nullptr && windows->channels == units) run.windows = windows.get();
  for (int axis = 0; axis < dst.shape().rank(); ++axis) {
    const auto* const spatial = spec.spatial_axis.data();
    if (std::find(spatial, spatial + spec.spatial_rank, axis) != spatial + spec.spatial_rank)
      continue;
    if (axis == spec.channel_axis && inside) continue;
    const int i = run.outer_rank++;
    run.outer[i] = dst.shape()[axis];
    run.src.outer_step[i] = step_of(src, axis);
    run.dst.outer_step[i] = step_of(dst, axis);
  }
  const int rank = spec.spatial_rank;
  run.column = output[rank - 1];
  run.src_column = input[rank - 1].begin;
  if (rank >= 2) run.row = output[rank - 2], run.src_row = input[rank - 2].begin;
  if (rank == 3) run.plane = output[0], run.src_plane = input[0].begin;
  run.stream = dst.size_bytes() >= stream_from && !spec.has_outside();
  return run;
}

Job Plan::Impl::cut(const Run& run, std::int64_t bytes, int concurrency) const {
  Job job{&run, engine, run.row.end - run.row.begin, run.plane.end - run.plane.begin, 0, 1};
  job.total = job.planes * job.rows;
  for (int i = 0; i < run.outer_rank; ++i) job.total *= run.outer[i];
  job.tasks = std::min({job.total, bytes / kBytesPerTask, std::int64_t{4} * concurrency});
  if (job.tasks < 1 || concurrency <= 1) job.tasks = 1;
  return job;
}

void Plan::Impl::execute(const ConstTensorView& src, const TensorView& dst, const Window& output,
                         const Window& input, Executor& executor) const {
  if (dst.size() == 0) return;
  const Run run = prepare(src, dst, output, input);
  Job job = cut(run, std::max(src.size_bytes(), dst.size_bytes()), executor.concurrency());
  if (job.tasks == 1) {
    run_rows(job, 0, job.total);
    return;
  }
  executor.parallel_for(job.tasks, run_task, &job);
}

Plan make_plan(PlanSpec spec) {
  require_enumerator(spec.speaker, "dtype", spec.input_dtype, DType::boolean);
  try {
    auto impl = Access::new_impl<Plan>();
    impl->kernels = &kernels::current_table();
    impl->engine = choose_engine(spec);
    impl->stream_from = streaming_bytes();
    impl->spec = std::move(spec);
    for (AxisTable& table : impl->spec.axis) {
      find_repetition(table);
      find_period(table);
    }
    if (is_byte_fixed(impl->spec))
      pack_byte_fixed(impl->spec, impl->kernels->fixed, impl->kernels->narrow_fixed);
    impl->windows = column_windows(impl->spec, *impl->kernels);
    return Access::make<Plan>(std::move(impl));
  } catch (const std::bad_alloc&) {
    fail(ErrorCode::out_of_memory, "[Plan] no memory for the plan");
  }
}

const PlanSpec& spec_of(const Plan& plan) {
  return Access::impl(plan).spec;
}

const Shape& Plan::input_shape() const noexcept {
  return impl_->spec.input_shape;
}
const Shape& Plan::output_shape() const noexcept {
  return impl_->spec.output_shape;
}
DType Plan::input_dtype() const noexcept {
  return impl_->spec.input_dtype;
}
DType Plan::output_dtype() const noexcept {
  return impl_->spec.output_dtype;
}

void Plan::run(const ConstTensorView& src, const TensorView& dst) const {
  run(src, dst, default_executor());
}

void Plan::run(const ConstTensorView& src, const TensorView& dst, Executor& executor) const {
  const PlanSpec& spec = impl_->spec;
  check_view(spec, "input", src, spec.input_shape, spec.input_dtype);
  check_view(spec, "out", dst, spec.output_shape, spec.output_dtype);
  if (overlaps(src, dst)) {
    fail(ErrorCode::invalid_argument, "[", spec.speaker,
         "] out must not overlap the input; got shared memory");
  }
  require_whole_pixels(spec, src, dst);
  impl_->execute(src, dst, whole(spec, spec.output_shape), whole(spec, spec.input_shape), executor);
}

int Plan::spatial_rank() const noexcept {
  return impl_->spec.spatial_rank;
}
int Plan::spatial_axis(int i) const noexcept {
  return impl_->spec.spatial_axis[i];
}

Window Plan::required_input(const Window& output) const {
  const PlanSpec& spec = impl_->spec;
  if (output.rank() != spec.spatial_rank) {
    fail(ErrorCode::invalid_argument, "[", spec.speaker, "] window must have ", spec.spatial_rank,
         " ranges; got ", output.rank());
  }
  Window input = output;
  for (int i = 0; i < spec.spatial_rank; ++i) {
    const Range& range = output[i];
    if (range.begin < 0 || range.end < range.begin ||
        range.end > extent(spec, spec.output_shape, i)) {
      fail(ErrorCode::invalid_argument, "[", spec.speaker,
           "] window must lie inside the output; got [", range.begin, ", ", range.end,
           ") on an axis of ", extent(spec, spec.output_shape, i));
    }
    input[i] = required_of(spec, i, range);
  }
  return input;
}

void Plan::run_window(const ConstTensorView& src, const TensorView& dst,
                      const Window& output) const {
  run_window(src, dst, output, default_executor());
}

void Plan::run_window(const ConstTensorView& src, const TensorView& dst, const Window& output,
                      Executor& executor) const {
  const PlanSpec& spec = impl_->spec;
  const Window input = required_input(output);
  check_view(spec, "input", src, windowed(spec, spec.input_shape, input), spec.input_dtype);
  check_view(spec, "out", dst, windowed(spec, spec.output_shape, output), spec.output_dtype);
  if (overlaps(src, dst)) {
    fail(ErrorCode::invalid_argument, "[", spec.speaker,
         "] out must not overlap the input; got shared memory");
  }
  require_whole_pixels(spec, src, dst);
  impl_->execute(src, dst, output, input, executor);
}

}  // namespace halfpixel::resample
