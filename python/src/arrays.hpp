// Python's arrays as views, and tensors as Python's arrays. Everything that has the buffer protocol
// is read where it lies; what has not becomes a NumPy array first, in halfpixel/_arrays.py.
#pragma once

#include <Python.h>
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <optional>
#include <string>

#include <halfpixel/resample.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel::python {

namespace nb = nanobind;

// The memory of an array for as long as this lives. Made and destroyed with the interpreter's lock.
class Borrowed {
 public:
  enum class Access { read, write };
  // Throws what Python raised, or type_fault and Error with `who` and `name` in the message.
  Borrowed(nb::handle array, Access access, const char* who, const char* name);
  ~Borrowed();
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;

  const TensorView& view() const { return *view_; }

 private:
  void borrow(nb::handle array, Access access, const char* who, const char* name);
  bool take(nb::handle array, Access access, std::optional<DType> dtype);
  bool fits(DType dtype) const;
  void require_own_elements(const char* who, const char* name) const;

  Py_buffer buffer_{};
  bool held_ = false;
  nb::object array_;
  std::optional<TensorView> view_;
};

// Releases the interpreter's lock, unless the work is shorter than that takes.
class Released {
 public:
  explicit Released(std::int64_t bytes);
  ~Released();
  Released(const Released&) = delete;
  Released& operator=(const Released&) = delete;

 private:
  PyThreadState* state_ = nullptr;
};

// A NumPy array on the tensor's own memory.
nb::object to_numpy(Tensor tensor);
nb::object numpy_dtype(DType dtype);

// Runs a plan on an array, into `out` or, when that is None, into a new array; returns it.
nb::object run(const resample::Plan& plan, const ConstTensorView& src, nb::handle out,
               const char* who);
// The same with the plan that `make(shape, dtype)` gives for the array.
template <class Make>
nb::object apply(nb::handle array, nb::handle out, const char* who, const char* name, Make&& make) {
  const Borrowed src(array, Borrowed::Access::read, who, name);
  return run(make(src.view().shape(), src.view().dtype()), src.view(), out, who);
}
// For functions that are no plan: `call(view)` gives a tensor, `into(view, out)` fills one.
template <class Call, class Into>
nb::object compute(nb::handle array, nb::handle out, const char* who, const char* name, Call&& call,
                   Into&& into) {
  const Borrowed src(array, Borrowed::Access::read, who, name);
  if (out.is_none()) {
    Tensor result;
    {
      const Released released(src.view().size_bytes());
      result = call(src.view());
    }
    return to_numpy(std::move(result));
  }
  const Borrowed dst(out, Borrowed::Access::write, who, "out");
  {
    const Released released(dst.view().size_bytes());
    into(src.view(), dst.view());
  }
  return nb::borrow(out);
}

void bind_arrays(nb::module_& m);

}  // namespace halfpixel::python
