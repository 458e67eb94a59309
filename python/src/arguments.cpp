#include "arguments.hpp"

#include <array>

#include "errors.hpp"

namespace halfpixel::python {
namespace {

[[noreturn]] void wrong(nb::handle value, const char* who, const char* name, const char* what) {
  throw type_fault("[" + std::string(who) + "] " + name + " must be " + what + "; got " +
                   nb::cast<std::string>(nb::repr(value)));
}

std::int64_t fitting(PyObject* value, const char* who, const char* name) {
  int overflow = 0;
  const long long result = PyLong_AsLongLongAndOverflow(value, &overflow);
  if (overflow == 0) return result;
  throw value_fault("[" + std::string(who) + "] " + name + " must fit in 64 bits; got " +
                    nb::cast<std::string>(nb::repr(value)));
}

// Where the value is an integer of any kind; NumPy's too.
bool integer_of(PyObject* value, std::int64_t& result, const char* who, const char* name) {
  if (PyLong_CheckExact(value)) {
    result = fitting(value, who, name);
  } else if (PyIndex_Check(value)) {
    const nb::object index = nb::steal(PyNumber_Index(value));
    if (!index.is_valid()) {
      PyErr_Clear();  // an array of several
      return false;
    }
    result = fitting(index.ptr(), who, name);
  } else {
    return false;
  }
  return true;
}

// Up to eight integers of a tuple or list, `unknown` where None stands; −1: it is something else.
int integers_of(nb::handle value, std::array<std::int64_t, kMaxRank>& values, bool unknown,
                const char* who, const char* name) {
  PyObject* const list = value.ptr();
  const bool tuple = PyTuple_Check(list);
  if (!tuple && !PyList_Check(list)) return -1;
  const Py_ssize_t count = tuple ? PyTuple_Size(list) : PyList_Size(list);
  if (count > kMaxRank) return -1;
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* const item = tuple ? PyTuple_GetItem(list, i) : PyList_GetItem(list, i);
    std::int64_t& result = values[static_cast<std::size_t>(i)];
    if (unknown && item == Py_None) {
      result = kUnknown;
    } else if (!integer_of(item, result, who, name)) {
      return -1;
    }
  }
  return static_cast<int>(count);
}

std::vector<std::int64_t> any_integers(nb::handle value, const char* who, const char* name,
                                       bool unknown) {
  std::array<std::int64_t, kMaxRank> values;
  if (const int count = integers_of(value, values, unknown, who, name); count >= 0)
    return {values.begin(), values.begin() + count};
  // Arrays, tensors, tf.TensorShape and other things that can be gone through.
  const nb::object list =
      nb::module_::import_("halfpixel._arrays").attr("integers")(value, who, name, unknown);
  std::vector<std::int64_t> result;
  for (nb::handle item : list) result.push_back(fitting(item.ptr(), who, name));
  return result;
}

}  // namespace

std::vector<std::int64_t> to_integers(nb::handle value, const char* who, const char* name) {
  return any_integers(value, who, name, false);
}

std::int64_t to_integer(nb::handle value, const char* who, const char* name) {
  std::int64_t result = 0;
  if (!integer_of(value.ptr(), result, who, name)) wrong(value, who, name, "an integer");
  return result;
}

int to_int(nb::handle value, const char* who, const char* name) {
  const std::int64_t number = to_integer(value, who, name);
  if (number < INT32_MIN || number > INT32_MAX) {
    throw value_fault("[" + std::string(who) + "] " + name + " must be a 32-bit integer; got " +
                      std::to_string(number));
  }
  return static_cast<int>(number);
}

Size to_size(nb::handle value, const char* who, const char* name) {
  std::int64_t one = 0;
  if (integer_of(value.ptr(), one, who, name)) return Size(one);
  std::array<std::int64_t, kMaxRank> values;
  const int count = integers_of(value, values, false, who, name);
  if (count >= 1 && count <= 3)
    return Size(std::span<const std::int64_t>(values.data(), static_cast<std::size_t>(count)));
  const std::vector<std::int64_t> list = to_integers(value, who, name);
  if (list.empty() || list.size() > 3) {
    throw value_fault("[" + std::string(who) + "] " + name +
                      " must have one to three integers; got " +
                      nb::cast<std::string>(nb::repr(value)));
  }
  return Size(std::span<const std::int64_t>(list));
}

Shape to_shape(nb::handle value, const char* who, const char* name) {
  std::array<std::int64_t, kMaxRank> values;
  if (const int count = integers_of(value, values, true, who, name); count >= 0)
    return Shape(std::span<const std::int64_t>(values.data(), static_cast<std::size_t>(count)));
  return Shape(std::span<const std::int64_t>(any_integers(value, who, name, true)));
}

DType to_dtype_argument(nb::handle value, const char* who, const char* name) {
  if (nb::isinstance<nb::str>(value)) return to_dtype(nb::cast<std::string>(value));
  return to_dtype(nb::cast<std::string>(
      nb::module_::import_("halfpixel._arrays").attr("dtype_name")(value, who, name)));
}

std::string_view to_text(nb::handle value, const char* who, const char* name) {
  Py_ssize_t size = 0;
  const char* const text =
      PyUnicode_Check(value.ptr()) ? PyUnicode_AsUTF8AndSize(value.ptr(), &size) : nullptr;
  if (text == nullptr) {
    PyErr_Clear();
    wrong(value, who, name, "a string");
  }
  return {text, static_cast<std::size_t>(size)};
}

std::vector<double> to_numbers(nb::handle value, const char* who, const char* name) {
  if (PyFloat_Check(value.ptr()) || PyIndex_Check(value.ptr())) {
    if (!PySequence_Check(value.ptr())) return {to_number(value, who, name)};
  }
  std::vector<double> numbers;
  const nb::object items = nb::steal(PyObject_GetIter(value.ptr()));
  if (!items.is_valid()) {
    PyErr_Clear();
    // NumPy's scalars, which are neither floats nor integers to Python.
    if (PyNumber_Check(value.ptr()) != 0) return {to_number(value, who, name)};
    wrong(value, who, name, "a number or several");
  }
  while (PyObject* const item = PyIter_Next(items.ptr()))
    numbers.push_back(to_number(nb::steal(item), who, name));
  if (PyErr_Occurred() != nullptr) nb::raise_python_error();
  return numbers;
}

double to_number(nb::handle value, const char* who, const char* name) {
  const double number = PyFloat_AsDouble(value.ptr());
  if (number == -1.0 && PyErr_Occurred() != nullptr) {
    PyErr_Clear();
    wrong(value, who, name, "a number");
  }
  return number;
}

bool to_flag(nb::handle value, const char* who, const char* name) {
  if (value.ptr() == Py_True) return true;
  if (value.ptr() == Py_False || value.is_none()) return false;
  const int truth = PyObject_IsTrue(value.ptr());
  if (truth < 0) {
    PyErr_Clear();
    wrong(value, who, name, "True or False");
  }
  return truth != 0;
}

nb::object from_shape(const Shape& shape) {
  PyObject* const extents = PyTuple_New(shape.rank());
  for (int axis = 0; axis < shape.rank(); ++axis) {
    PyTuple_SetItem(
        extents, axis,
        shape[axis] == kUnknown ? nb::none().release().ptr() : PyLong_FromLongLong(shape[axis]));
  }
  return nb::steal(extents);
}

nb::object from_window(const resample::Window& window) {
  nb::list ranges;
  for (int axis = 0; axis < window.rank(); ++axis)
    ranges.append(nb::make_tuple(window[axis].begin, window[axis].end));
  return nb::tuple(ranges);
}

}  // namespace halfpixel::python
