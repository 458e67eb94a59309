#pragma once

#include <nanobind/nanobind.h>

#include <halfpixel/keras/model.hpp>

#include <deque>
#include <vector>

#include "arrays.hpp"

namespace halfpixel::python {

void bind_models(nb::module_& m);
void bind_layers_of_models(nb::module_& m);
void bind_functions(nb::module_& m);

// Arrays of a call, read where they lie.
class BorrowedList {
 public:
  BorrowedList(nb::handle arrays, const char* who);
  const std::vector<ConstTensorView>& views() const { return views_; }
  std::int64_t size_bytes() const;
  // With elements of their own, for calls that keep tensors.
  std::vector<Tensor> tensors() const;

 private:
  std::deque<Borrowed> arrays_;
  std::vector<ConstTensorView> views_;
};

nb::object to_numpy_list(std::vector<Tensor> tensors);
nb::object from_spec(const Shape& shape, DType dtype);  // (shape, dtype)

}  // namespace halfpixel::python
