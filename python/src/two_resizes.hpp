// Programs with two functions, bilinear and nearest, that differ in one option: what Python sees of
// them.
#pragma once

#include "bindings.hpp"

namespace halfpixel::python {

// Program: what litert.cpp and tfjs.cpp say of theirs.
template <class Program>
struct TwoResizes {
  using Options = typename Program::Options;

  static const char* speaker(bool nearest) {
    return nearest ? Program::kNearest : Program::kBilinear;
  }

  static Options options_of(nb::handle align_corners, nb::handle half_pixel_centers,
                            nb::handle kind, const char* who) {
    Options options;
    options.align_corners = to_flag(align_corners, who, "align_corners");
    options.half_pixel_centers = to_flag(half_pixel_centers, who, "half_pixel_centers");
    Program::set_kind(options, to_text(kind, who, Program::kKind));
    return options;
  }

  static nb::object resize(nb::handle nearest, nb::handle images, nb::handle size,
                           nb::handle align_corners, nb::handle half_pixel_centers, nb::handle kind,
                           nb::handle out) {
    const bool copies = to_flag(nearest, Program::kName, "nearest");
    const char* const who = speaker(copies);
    const Options options = options_of(align_corners, half_pixel_centers, kind, who);
    const Size target = to_size(size, who, "size");
    return apply(images, out, who, "images", [&](const Shape& shape, DType dtype) {
      return Program::plan(copies, shape, dtype, target, options);
    });
  }

  static resample::Plan plan_resize(nb::handle nearest, nb::handle shape, nb::handle dtype,
                                    nb::handle size, nb::handle align_corners,
                                    nb::handle half_pixel_centers, nb::handle kind) {
    const bool copies = to_flag(nearest, Program::kName, "nearest");
    const char* const who = speaker(copies);
    return Program::plan(copies, to_shape(shape, who, "shape"),
                         to_dtype_argument(dtype, who, "dtype"), to_size(size, who, "size"),
                         options_of(align_corners, half_pixel_centers, kind, who));
  }
};

}  // namespace halfpixel::python
