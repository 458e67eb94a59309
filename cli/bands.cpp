// Small arrays of a batch go together; a large one is cut into bands of rows (the first spatial
// axis). With channels first a band is one piece per channel in the file.
#include "bands.hpp"

#include <algorithm>
#include <span>

#include "memory_room.hpp"

namespace halfpixel::cli {
namespace {

using resample::Plan;
using resample::Range;
using resample::Window;

std::int64_t product(const Shape& shape, int begin, int end) {
  std::int64_t result = 1;
  for (int axis = begin; axis < end; ++axis) result *= shape[axis];
  return result;
}

// An array as a file sees it: `outer` pieces, each `rows` times `inner` elements.
struct Layout {
  std::int64_t outer;
  std::int64_t rows;
  std::int64_t inner;

  Layout(const Shape& shape, const Operation& operation)
      : outer(product(shape, operation.batch_axes, operation.first_spatial_axis)),
        rows(shape[operation.first_spatial_axis]),
        inner(product(shape, operation.first_spatial_axis + 1, shape.rank())) {}
  std::int64_t size() const { return outer * rows * inner; }
};

// Calls transfer(position in the file, position in the band, elements) for each piece of a band.
template <class Transfer>
void for_pieces(const Layout& layout, std::int64_t array, Range rows, Transfer&& transfer) {
  const std::int64_t piece = (rows.end - rows.begin) * layout.inner;
  for (std::int64_t i = 0; i < layout.outer; ++i) {
    transfer(array * layout.size() + (i * layout.rows + rows.begin) * layout.inner, i * piece,
             piece);
  }
}

Shape with_rows(Shape shape, const Operation& operation, Range rows) {
  shape[operation.first_spatial_axis] = rows.end - rows.begin;
  return shape;
}

// What a window needs may be narrower than the rows that were read: the outer columns of an image
// that shrinks, say. `rows` holds needed[0] and all of the other axes.
ConstTensorView narrowed(const Tensor& rows, const Operation& operation, const Window& needed) {
  Shape shape = rows.shape();
  Shape strides = shape;
  std::int64_t stride = 1;
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  std::int64_t offset = 0;
  for (int axis = 1; axis < operation.spatial_axes; ++axis) {
    shape[operation.first_spatial_axis + axis] = needed[axis].end - needed[axis].begin;
    offset += needed[axis].begin * strides[operation.first_spatial_axis + axis];
  }
  const char* first = static_cast<const char*>(rows.data()) +
                      offset * static_cast<std::int64_t>(size_of(rows.dtype()));
  return ConstTensorView(first, rows.dtype(), shape, std::span(strides.begin(), strides.end()));
}

char* at(Tensor& tensor, std::int64_t element) {
  return static_cast<char*>(tensor.data()) +
         element * static_cast<std::int64_t>(size_of(tensor.dtype()));
}

}  // namespace

void write_in_bands(const Operation& operation, io::NpyReader& in, const std::filesystem::path& out,
                    double budget, Progress& progress) {
  const Layout src(in.shape(), operation);
  const Layout dst(operation.output_shape, operation);
  const std::int64_t arrays = operation.batch_axes == 0 ? 1 : in.shape()[0];
  const double array_bytes =
      static_cast<double>(src.size()) * static_cast<double>(size_of(in.dtype())) +
      static_cast<double>(dst.size()) * static_cast<double>(size_of(operation.output_dtype));
  io::NpyWriter writer(out, operation.output_shape, operation.output_dtype);

  if (array_bytes <= budget) {
    const auto group =
        std::clamp<std::int64_t>(static_cast<std::int64_t>(budget / array_bytes), 1, arrays);
    for (std::int64_t begin = 0; begin < arrays; begin += group) {
      Shape shape = in.shape();
      if (operation.batch_axes == 1) shape[0] = std::min(group, arrays - begin);
      const Plan plan = operation.plan(shape, in.dtype());
      Tensor x(shape, in.dtype());
      Tensor y(plan.output_shape(), plan.output_dtype());
      in.read(begin * src.size(), x.size(), x.data());
      plan.run(x, y);
      writer.write(y.data(), y.size());
      progress.part(static_cast<double>(begin + group) / static_cast<double>(arrays));
    }
    writer.finish();
    return;
  }

  Shape one = in.shape();
  if (operation.batch_axes == 1) one[0] = 1;
  const Plan plan = operation.plan(one, in.dtype());
  Window window;
  switch (operation.spatial_axes) {
    case 1:
      window = {{0, 0}};
      break;
    case 2:
      window = {{0, 0}, {0, 0}};
      break;
    default:
      window = {{0, 0}, {0, 0}, {0, 0}};
      break;
  }
  for (int axis = 0; axis < operation.spatial_axes; ++axis) {
    window[axis] = {0, plan.output_shape()[operation.first_spatial_axis + axis]};
  }
  const auto band = std::max<std::int64_t>(
      1, static_cast<std::int64_t>(budget / array_bytes * static_cast<double>(dst.rows)));
  for (std::int64_t array = 0; array < arrays; ++array) {
    for (std::int64_t row = 0; row < dst.rows; row += band) {
      window[0] = {row, std::min(row + band, dst.rows)};
      const Window needed = plan.required_input(window);
      const Shape x_shape = with_rows(one, operation, needed[0]);
      const Shape y_shape = with_rows(plan.output_shape(), operation, window[0]);
      require_memory(
          static_cast<double>(x_shape.num_elements()) * static_cast<double>(size_of(in.dtype())) +
              static_cast<double>(y_shape.num_elements()) *
                  static_cast<double>(size_of(plan.output_dtype())),
          "[" + operation.name + "] a band");
      Tensor x(x_shape, in.dtype());
      Tensor y(y_shape, plan.output_dtype());
      for_pieces(src, array, needed[0],
                 [&](std::int64_t file, std::int64_t memory, std::int64_t count) {
                   in.read(file, count, at(x, memory));
                 });
      plan.run_window(narrowed(x, operation, needed), y, window);
      for_pieces(dst, array, window[0],
                 [&](std::int64_t file, std::int64_t memory, std::int64_t count) {
                   writer.write_at(file, at(y, memory), count);
                 });
      progress.part((static_cast<double>(array) +
                     static_cast<double>(window[0].end) / static_cast<double>(dst.rows)) /
                    static_cast<double>(arrays));
    }
  }
  writer.finish();
}

}  // namespace halfpixel::cli
