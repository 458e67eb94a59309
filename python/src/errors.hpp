// Exceptions of the library as Python's: halfpixel/_errors.py knows the classes.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <stdexcept>

namespace halfpixel::python {

// An argument of a wrong type: TypeError and hp.Error.
class type_fault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
// A wrong value that the library itself is not asked about: ValueError and hp.Error.
class value_fault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

void bind_errors();

}  // namespace halfpixel::python
