#include "model/emit.hpp"

#include "graph/ops/binary.hpp"
#include "graph/ops/cast.hpp"
#include "graph/ops/op_checks.hpp"
#include "graph/ops/reshape.hpp"

namespace halfpixel::keras {

ValueId cast_to(Builder& builder, ValueId x, DType dtype) {
  return builder.spec(x).dtype == dtype ? x : builder.add1(graph::make_cast(dtype), {x});
}

ValueId as_float32(Builder& builder, ValueId x) {
  return cast_to(builder, x, DType::float32);
}

ValueId class_rows(Builder& builder, ValueId x, std::int64_t classes, std::int64_t axis) {
  const int rank = builder.shape(x).rank();
  const int at = graph::checked_axis("one_hot", axis, rank + 1);
  x = builder.add1(graph::make_expand_dims(at, rank), {cast_to(builder, x, DType::int64)});
  Shape shape = {classes};
  for (int i = at; i < rank; ++i) shape.push_back(1);
  Tensor numbers(shape, DType::int64);
  for (std::int64_t i = 0; i < classes; ++i) numbers.data<std::int64_t>()[i] = i;
  return builder.add1(graph::make_binary(graph::BinaryFunction::equal),
                      {x, builder.constant(numbers)});
}

}  // namespace halfpixel::keras
