#include "arrays.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "errors.hpp"

namespace halfpixel::python {
namespace {

// The dtype of a buffer's format, none where it takes a closer look: other byte orders, structures.
std::optional<DType> dtype_of_format(const char* format, Py_ssize_t bytes) {
  if (format == nullptr) return DType::uint8;
  std::string_view text(format);
  if (text.size() == 2 && (text[0] == '@' || text[0] == '=' || text[0] == '<'))
    text.remove_prefix(1);
  if (text.size() != 1) return std::nullopt;
  const auto integer = [&](DType one, DType two, DType four, DType eight) -> std::optional<DType> {
    return bytes == 1 ? one : bytes == 2 ? two : bytes == 4 ? four : eight;
  };
  switch (text[0]) {
    case 'e':
      return DType::float16;
    case 'f':
      return DType::float32;
    case 'd':
      return DType::float64;
    case '?':
      return DType::boolean;
    case 'b':
    case 'h':
    case 'i':
    case 'l':
    case 'q':
    case 'n':
      return integer(DType::int8, DType::int16, DType::int32, DType::int64);
    case 'B':
    case 'H':
    case 'I':
    case 'L':
    case 'Q':
    case 'N':
      return integer(DType::uint8, DType::uint16, DType::uint32, DType::uint64);
    default:
      return std::nullopt;
  }
}

constexpr std::int64_t kShortWork = 32 << 10;  // bytes that are written in a microsecond or two

}  // namespace

bool Borrowed::fits(DType dtype) const {
  const auto bytes = static_cast<Py_ssize_t>(size_of(dtype));
  if (buffer_.itemsize != bytes) return false;
  if (reinterpret_cast<std::uintptr_t>(buffer_.buf) % static_cast<std::uintptr_t>(bytes) != 0)
    return false;
  for (int axis = 0; axis < buffer_.ndim; ++axis) {
    if (buffer_.strides[axis] % bytes != 0) return false;
  }
  return true;
}

bool Borrowed::take(nb::handle array, Access access, std::optional<DType> dtype) {
  const int flags = access == Access::write ? PyBUF_FULL : PyBUF_FULL_RO;
  if (PyObject_GetBuffer(array.ptr(), &buffer_, flags) != 0) {
    PyErr_Clear();
    return false;
  }
  held_ = true;
  if (!dtype) dtype = dtype_of_format(buffer_.format, buffer_.itemsize);
  if (!dtype || buffer_.suboffsets != nullptr || !fits(*dtype) || buffer_.ndim > kMaxRank) {
    PyBuffer_Release(&buffer_);
    held_ = false;
    return false;
  }
  std::array<std::int64_t, kMaxRank> shape, strides;
  for (int axis = 0; axis < buffer_.ndim; ++axis) {
    const auto i = static_cast<std::size_t>(axis);
    shape[i] = buffer_.shape[axis];
    strides[i] = buffer_.strides[axis] / buffer_.itemsize;
  }
  const auto rank = static_cast<std::size_t>(buffer_.ndim);
  try {
    view_.emplace(buffer_.buf, *dtype, Shape(std::span<const std::int64_t>(shape.data(), rank)),
                  std::span<const std::int64_t>(strides.data(), rank));
  } catch (...) {
    PyBuffer_Release(&buffer_);
    held_ = false;
    throw;
  }
  return true;
}

// As PyTorch does: elements that lie on each other cannot all be written.
void Borrowed::require_own_elements(const char* who, const char* name) const {
  if (std::find(buffer_.shape, buffer_.shape + buffer_.ndim, 0) != buffer_.shape + buffer_.ndim)
    return;  // steps of arrays without elements say nothing
  for (int axis = 0; axis < buffer_.ndim; ++axis) {
    if (buffer_.strides[axis] != 0 || buffer_.shape[axis] < 2) continue;
    throw value_fault("[" + std::string(who) + "] " + name +
                      " must have memory of its own for each element: more than one element of the "
                      "written-to array refers to a single memory location; got stride 0 on axis " +
                      std::to_string(axis));
  }
}

Borrowed::Borrowed(nb::handle array, Access access, const char* who, const char* name) {
  borrow(array, access, who, name);
  if (access == Access::write) {
    try {
      require_own_elements(who, name);
    } catch (...) {
      PyBuffer_Release(&buffer_);
      throw;
    }
  }
}

void Borrowed::borrow(nb::handle array, Access access, const char* who, const char* name) {
  if (take(array, access, std::nullopt)) return;
  // bfloat16, other byte orders, DLPack, lists, images: Python's side says what this is.
  const bool write = access == Access::write;
  const nb::object plain =
      nb::module_::import_("halfpixel._arrays").attr("plain")(array, who, name, write);
  array_ = plain[0];
  const DType dtype = to_dtype(nb::cast<std::string>(plain[1]));
  if (!take(array_, access, dtype)) {
    throw type_fault("[" + std::string(who) + "] " + name + " must be an array; got " +
                     nb::cast<std::string>(nb::repr(array.type())));
  }
}

Borrowed::~Borrowed() {
  if (held_) PyBuffer_Release(&buffer_);
}

Released::Released(std::int64_t bytes) {
  if (bytes > kShortWork) state_ = PyEval_SaveThread();
}
Released::~Released() {
  if (state_ != nullptr) PyEval_RestoreThread(state_);
}

namespace {

// The buffer protocol of a Tensor that Python owns: what NumPy's array stands on.
int get_buffer(PyObject* self, Py_buffer* buffer, int flags) {
  Tensor& tensor = *nb::inst_ptr<Tensor>(nb::handle(self));
  static char nothing;
  void* const data = tensor.data() != nullptr ? tensor.data() : &nothing;
  return PyBuffer_FillInfo(buffer, self, data, static_cast<Py_ssize_t>(tensor.size_bytes()), 0,
                           flags);
}

PyType_Slot tensor_slots[] = {{Py_bf_getbuffer, reinterpret_cast<void*>(get_buffer)}, {0, nullptr}};

// NumPy's own objects, looked up once. Never destroyed: the interpreter may be gone by then.
struct NumPy {
  nb::object ndarray = nb::module_::import_("numpy").attr("ndarray");
  std::array<nb::object, kDTypeCount> dtypes;
};
NumPy& numpy() {
  static NumPy* const found = new NumPy;
  return *found;
}

}  // namespace

nb::object numpy_dtype(DType dtype) {
  nb::object& found = numpy().dtypes[static_cast<std::size_t>(dtype)];
  if (!found.is_valid()) {
    found = dtype == DType::bfloat16
                ? nb::module_::import_("halfpixel._arrays").attr("bfloat16")()
                : nb::module_::import_("numpy").attr("dtype")(std::string(name_of(dtype)));
  }
  return found;
}

nb::object to_numpy(Tensor tensor) {
  const Shape shape = tensor.shape();
  const nb::object dtype = numpy_dtype(tensor.dtype());
  PyObject* const extents = PyTuple_New(shape.rank());
  for (int axis = 0; axis < shape.rank(); ++axis)
    PyTuple_SetItem(extents, axis, PyLong_FromLongLong(shape[axis]));
  return numpy().ndarray(nb::steal(extents), dtype, nb::cast(std::move(tensor)));
}

nb::object run(const resample::Plan& plan, const ConstTensorView& src, nb::handle out,
               const char* who) {
  if (out.is_none()) {
    Tensor result;
    {
      const Released released(src.size_bytes());
      result = Tensor(plan.output_shape(), plan.output_dtype());
      plan.run(src, result);
    }
    return to_numpy(std::move(result));
  }
  const Borrowed dst(out, Borrowed::Access::write, who, "out");
  {
    const Released released(dst.view().size_bytes());
    plan.run(src, dst.view());
  }
  return nb::borrow(out);
}

void bind_arrays(nb::module_& m) {
  nb::class_<Tensor>(m, "Buffer", nb::type_slots(tensor_slots));
}

}  // namespace halfpixel::python
