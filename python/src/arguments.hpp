// What Python's callers write for sizes, shapes, dtypes and windows.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <string>
#include <string_view>
#include <vector>

#include <halfpixel/dtype.hpp>
#include <halfpixel/resample.hpp>
#include <halfpixel/shape.hpp>

namespace halfpixel::python {

namespace nb = nanobind;

// Throw type_fault with `who` and `name` in the message for what is no such thing.
std::vector<std::int64_t> to_integers(nb::handle value, const char* who, const char* name);
std::int64_t to_integer(nb::handle value, const char* who, const char* name);
int to_int(nb::handle value, const char* who, const char* name);
Size to_size(nb::handle value, const char* who, const char* name);    // 2, (2, 3), an array
Shape to_shape(nb::handle value, const char* who, const char* name);  // None: not known
DType to_dtype_argument(nb::handle value, const char* who,
                        const char* name);  // whatever NumPy takes
std::string_view to_text(nb::handle value, const char* who, const char* name);
std::vector<double> to_numbers(nb::handle value, const char* who,
                               const char* name);  // one or several
double to_number(nb::handle value, const char* who, const char* name);
bool to_flag(nb::handle value, const char* who, const char* name);

nb::object from_shape(const Shape& shape);               // a tuple, None where not known
nb::object from_window(const resample::Window& window);  // ((start, stop), …)

}  // namespace halfpixel::python
