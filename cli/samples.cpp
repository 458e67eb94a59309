#include "samples.hpp"

#include <cstring>
#include <utility>

#include <halfpixel/executor.hpp>

#include "in_out.hpp"

namespace halfpixel::cli {
namespace {

using resample::Range;
using resample::Window;

// The dtype that the plan takes: colours that are weighted are floats.
DType planned_dtype(const Operation& operation, const Picture& picture, bool blends) {
  if (operation.input_dtype) return *operation.input_dtype;
  if (blends) return DType::float32;
  if (picture.dtype() == DType::uint32 && !operation.copies) return DType::float32;
  return kernel_dtype(picture.dtype());
}

// Rows and columns of packed rows, as a batch of one. The first of the rows is row `first`.
ConstTensorView cut(const ConstTensorView& rows, DType dtype, std::int64_t first, Range y,
                    Range x) {
  const Shape& shape = rows.shape();
  const std::int64_t row = shape[1] * shape[2];
  const std::int64_t offset = (y.begin - first) * row + x.begin * shape[2];
  const auto* begin = static_cast<const std::byte*>(rows.data()) +
                      offset * static_cast<std::int64_t>(size_of(dtype));
  const Shape part{1, y.end - y.begin, x.end - x.begin, shape[2]};
  const std::int64_t strides[] = {shape[0] * row, row, shape[2], 1};
  return {begin, dtype, part, strides};
}

}  // namespace

DType kernel_dtype(DType samples) {
  return samples == DType::uint32 ? DType::int32 : samples;
}

SampleWork::SampleWork(const Operation& operation, const Picture& picture, Result result)
    : picture_(picture),
      dtype_(picture.dtype()),
      blends_(result == Result::blended),
      straight_(operation.input_dtype.has_value()),
      layout_(operation.layout),
      plan_(operation.plan(shape_in(layout_, operation.worked_picture(picture.shape())),
                           planned_dtype(operation, picture, blends_))),
      output_shape_(nhwc_of(layout_, plan_.output_shape())),
      result_dtype_(result == Result::numbers && !operation.copies
                        ? plan_.output_dtype()
                        : operation.sample_dtype.value_or(dtype_)) {
  const auto axes = axes_of(layout_);
  for (int i = 0; i < plan_.spatial_rank(); ++i) {
    if (plan_.spatial_axis(i) == axes[1]) rows_ = i;
    if (plan_.spatial_axis(i) == axes[2]) columns_ = i;
  }
  if (!operation.source) return;
  first_row_ = (*operation.source)[0].begin;
  first_column_ = (*operation.source)[1].begin;
}

Window SampleWork::window(Range output) const {
  const int rank = plan_.spatial_rank();
  Window window = rank == 1 ? Window{{}} : rank == 2 ? Window{{}, {}} : Window{{}, {}, {}};
  for (int i = 0; i < rank; ++i)
    window[i] = i == rows_ ? output : Range{0, plan_.output_shape()[plan_.spatial_axis(i)]};
  return window;
}

// In the picture's own rows and columns.
SampleWork::Part SampleWork::required(Range output) const {
  const Window needed = plan_.required_input(window(output));
  const Range rows = rows_ < 0 ? output : needed[rows_];
  const Range columns = columns_ < 0 ? Range{0, output_shape_[2]} : needed[columns_];
  return {{rows.begin + first_row_, rows.end + first_row_},
          {columns.begin + first_column_, columns.end + first_column_}};
}

Range SampleWork::required_rows(Range output) const {
  return required(output).rows;
}

bool SampleWork::goes_by_rows() const {
  if (rows_ < 0) return false;
  Range before{0, 0};
  for (std::int64_t row = 0; row < output_shape_[1]; ++row) {
    const Range needed = required_rows({row, row + 1});
    if (needed.begin < before.begin || needed.end < before.end || needed.begin >= needed.end)
      return false;
    before = needed;
  }
  return true;
}

void SampleWork::run(const ConstTensorView& rows, std::int64_t first, Range output,
                     const TensorView& result) const {
  const Window to = window(output);
  const Part from = required(output);
  const Shape shape{1, output.end - output.begin, output_shape_[2], output_shape_[3]};
  const auto compute = [&](const ConstTensorView& x, const TensorView& y) {
    plan_.run_window(seen(layout_, x), seen(layout_, y), to, serial_executor());
  };
  // What is needed and no more is converted before.
  const Shape& held = rows.shape();
  const Shape used_shape{from.rows.end - from.rows.begin, held[1], held[2]};
  const ConstTensorView used(
      static_cast<const std::byte*>(rows.data()) + (from.rows.begin - first) * held[1] * held[2] *
                                                       static_cast<std::int64_t>(size_of(dtype_)),
      dtype_, used_shape);
  const auto taken = [&](DType dtype) { return straight_ ? dtype : kernel_dtype(dtype); };
  Tensor values;
  if (blends_) {
    values = picture_.premultiplied(used);
  } else if (plan_.input_dtype() != taken(dtype_)) {
    values = as_dtype(Tensor(used), plan_.input_dtype());
  }
  const bool converted = values.size() > 0;
  const ConstTensorView x = cut(converted ? values.view() : used, plan_.input_dtype(),
                                from.rows.begin, from.rows, from.columns);
  // Copies, and results that are right already, go straight to their place.
  const bool as_it_is = plan_.output_dtype() == taken(result_dtype_);
  if (as_it_is && !blends_) {
    compute(x, TensorView(result.data(), plan_.output_dtype(), shape));
    return;
  }
  Tensor y(shape, plan_.output_dtype());
  compute(x, y);
  const Tensor samples = blends_ ? picture_.unpremultiplied(y) : to_samples(y, result_dtype_);
  std::memcpy(result.data(), samples.data(), static_cast<std::size_t>(samples.size_bytes()));
}

}  // namespace halfpixel::cli
