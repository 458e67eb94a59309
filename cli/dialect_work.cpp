// What another program's resize makes of arrays and pictures that are whole in memory.
#include <cstddef>
#include <cstring>
#include <iostream>
#include <optional>

#include <fmt/format.h>

#include <halfpixel/error.hpp>

#include "crop.hpp"
#include "dialects.hpp"
#include "explain.hpp"
#include "memory_room.hpp"

namespace halfpixel::cli {
namespace {

void require_room(const ConstTensorView& x, const Shape& shape, DType dtype) {
  double bytes = static_cast<double>(size_of(dtype));
  for (const std::int64_t extent : shape) bytes *= static_cast<double>(extent);
  require_memory(static_cast<double>(x.size_bytes()) + 2 * bytes,
                 fmt::format("[resize] result {} {}", shape.str(), name_of(dtype)));
}

// The result of an array of the program's own layout.
Tensor result_of(const DialectWork& work, const ConstTensorView& x, bool explain) {
  if (work.run && !explain) return work.run(x);
  const resample::Plan plan = work.plan(x.shape(), x.dtype());
  if (explain) std::cout << explanation(plan);
  require_room(x, plan.output_shape(), plan.output_dtype());
  Tensor y(plan.output_shape(), plan.output_dtype());
  plan.run(x, y);
  return y;
}

// A program of single images takes those of a batch one after the other.
bool is_batch_of_images(const DialectWork& work, const Shape& shape) {
  return work.layout == ArrayLayout::image && shape.rank() == 4;
}

Tensor batch_result(const DialectWork& work, const Tensor& x, bool explain) {
  const Shape one = planned_shape(work, x.shape());
  const std::int64_t bytes = one.num_elements() * static_cast<std::int64_t>(size_of(x.dtype()));
  std::optional<Tensor> all;
  for (std::int64_t i = 0; i < x.shape()[0]; ++i) {
    const auto* image = static_cast<const std::byte*>(x.data()) + i * bytes;
    const Tensor y = result_of(work, ConstTensorView(image, x.dtype(), one), explain && i == 0);
    const Shape& shape = y.shape();
    if (!all) all.emplace(Shape{x.shape()[0], shape[0], shape[1], shape[2]}, y.dtype());
    std::memcpy(static_cast<std::byte*>(all->data()) + i * y.size_bytes(), y.data(),
                static_cast<std::size_t>(y.size_bytes()));
  }
  if (all) return *all;
  const resample::Plan plan = work.plan(one, x.dtype());
  const Shape& shape = plan.output_shape();
  return Tensor({0, shape[0], shape[1], shape[2]}, plan.output_dtype());
}

}  // namespace

Shape planned_shape(const DialectWork& work, const Shape& shape) {
  return is_batch_of_images(work, shape) ? Shape{shape[1], shape[2], shape[3]} : shape;
}

int rows_of(const DialectWork& work, const Shape& shape) {
  const int rank = shape.rank();
  switch (work.layout) {
    case ArrayLayout::channels_first:
      return rank == 4 ? 2 : -1;
    case ArrayLayout::channels_last:
      return rank == 3 || rank == 4 ? rank - 3 : -1;
    case ArrayLayout::image:
      break;
  }
  return rank == 2 || rank == 3 ? 0 : rank == 4 ? 1 : -1;
}

std::optional<resample::Window> filling(const DialectWork& work, const Shape& shape, int rows) {
  if (!work.fill) return std::nullopt;
  return filling(*work.fill, shape, rows);
}

Shape filling_shape(const DialectWork& work, const Shape& shape, int rows) {
  return cut(shape, filling(work, shape, rows), rows);
}

Tensor filling_part(const DialectWork& work, const Tensor& x, int rows) {
  const std::optional<resample::Window> part = filling(work, x.shape(), rows);
  return part ? Tensor(cut(x, x.dtype(), part, rows)) : x;
}

Tensor array_result(const DialectWork& work, const Tensor& x, bool explain) {
  return is_batch_of_images(work, x.shape()) ? batch_result(work, x, explain)
                                             : result_of(work, x, explain);
}

Tensor picture_result(const DialectWork& work, const Tensor& x, bool explain) {
  if (work.layout == ArrayLayout::image && x.shape()[0] != 1) return batch_result(work, x, explain);
  return result_of(work, seen<ConstTensorView>(work.layout, x), explain);
}

DType sample_dtype(const DialectWork& work, DType dtype) {
  return work.input_dtype && !is_floating(*work.input_dtype) ? *work.input_dtype : dtype;
}

void require_opaque(const DialectWork& work, bool opaque, const std::string& in) {
  if (!work.multiplied || opaque) return;
  throw Error(
      ErrorCode::unsupported,
      fmt::format("[resize] this program's colours are multiplied by alpha, those of {} are "
                  "not; without alpha, or as an array of colours that are multiplied "
                  "(.npy), it is taken",
                  in));
}

Tensor dialect_result(const std::string& dialect,
                      const std::vector<std::pair<std::string, std::string>>& options,
                      const Tensor& pictures) {
  const Words words(options);
  const DialectWork work =
      dialect == "keras" ? keras_work(words) : find_dialect(dialect).work(words);
  return as_nhwc(work.layout, picture_result(work, pictures, false));
}

}  // namespace halfpixel::cli
