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
  if (blends) return DType::float32;
  if (picture.dtype() == DType::uint32 && !operation.copies) return DType::float32;
  return kernel_dtype(picture.dtype());
}

// The columns `needed` of packed rows, as a batch of one. The first of the rows is row `first`.
ConstTensorView cut(const ConstTensorView& rows, DType dtype, std::int64_t first,
                    const Window& needed) {
  const Shape& shape = rows.shape();
  const std::int64_t row = shape[1] * shape[2];
  const std::int64_t offset = (needed[0].begin - first) * row + needed[1].begin * shape[2];
  const auto* begin = static_cast<const std::byte*>(rows.data()) +
                      offset * static_cast<std::int64_t>(size_of(dtype));
  const Shape part{1, needed[0].end - needed[0].begin, needed[1].end - needed[1].begin, shape[2]};
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
      plan_(operation.plan(operation.worked(picture.shape()),
                           planned_dtype(operation, picture, blends_))),
      result_dtype_(result == Result::numbers && !operation.copies ? plan_.output_dtype()
                                                                   : dtype_) {
  if (!operation.source) return;
  first_row_ = (*operation.source)[0].begin;
  first_column_ = (*operation.source)[1].begin;
}

Window SampleWork::window(Range output) const {
  return {output, {0, plan_.output_shape()[2]}};
}

Range SampleWork::required_rows(Range output) const {
  return required(window(output))[0];
}

// In the picture's own rows and columns.
Window SampleWork::required(const Window& output) const {
  Window needed = plan_.required_input(output);
  needed[0] = {needed[0].begin + first_row_, needed[0].end + first_row_};
  needed[1] = {needed[1].begin + first_column_, needed[1].end + first_column_};
  return needed;
}

void SampleWork::run(const ConstTensorView& rows, std::int64_t first, Range output,
                     const TensorView& result) const {
  const Window to = window(output);
  const Window from = required(to);
  const Shape& whole = plan_.output_shape();
  const Shape shape{1, output.end - output.begin, whole[2], whole[3]};
  const auto compute = [&](const ConstTensorView& x, const TensorView& y) {
    plan_.run_window(x, y, to, serial_executor());
  };
  // What is needed and no more is converted before.
  const Shape& held = rows.shape();
  const Shape used_shape{from[0].end - from[0].begin, held[1], held[2]};
  const ConstTensorView used(
      static_cast<const std::byte*>(rows.data()) +
          (from[0].begin - first) * held[1] * held[2] * static_cast<std::int64_t>(size_of(dtype_)),
      dtype_, used_shape);
  Tensor floats;
  if (blends_) {
    floats = picture_.premultiplied(used);
  } else if (plan_.input_dtype() == DType::float32 && dtype_ == DType::uint32) {
    floats = Tensor(used).astype(DType::float32);
  }
  const bool converted = floats.size() > 0;
  const ConstTensorView x =
      cut(converted ? floats.view() : used, plan_.input_dtype(), from[0].begin, from);
  // Copies, and results that are right already, go straight to their place.
  const bool as_it_is = plan_.output_dtype() == kernel_dtype(result_dtype_);
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
