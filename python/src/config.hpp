// Keras configurations as Python's dicts and back.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <halfpixel/keras/layer.hpp>

namespace halfpixel::python {

nanobind::object from_config(const keras::Config& config);
// A dict with string keys; throws type_fault for values that JSON has not.
keras::Config to_config(nanobind::handle dict);

}  // namespace halfpixel::python
