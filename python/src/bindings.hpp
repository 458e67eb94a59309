// What each file of the core's binding adds to the module.
#pragma once

#include <algorithm>

#include "arguments.hpp"
#include "arrays.hpp"
#include "errors.hpp"

namespace halfpixel::python {

namespace detail {
template <class>
auto any_argument() {
  return nb::arg().none();  // what None means is for the function to say
}
}  // namespace detail

// A function whose arguments are positional.
template <class Result, class... Args>
void def(nb::module_& m, const char* name, Result (*function)(Args...)) {
  m.def(name, function, detail::any_argument<Args>()...);
}
template <class Lambda>
void def(nb::module_& m, const char* name, Lambda lambda) {
  def(m, name, +lambda);
}

void bind_plan(nb::module_& m);
void bind_tf_image(nb::module_& m);
void bind_tf_compat_v1(nb::module_& m);
void bind_layers(nb::module_& m);
void bind_files(nb::module_& m);
void bind_info(nb::module_& m);
void bind_torch(nb::module_& m);
void bind_pillow(nb::module_& m);
void bind_onnx(nb::module_& m);
void bind_jax(nb::module_& m);
void bind_opencv(nb::module_& m);
void bind_litert(nb::module_& m);
void bind_mlx(nb::module_& m);
void bind_paddle(nb::module_& m);
void bind_vips(nb::module_& m);
void bind_tfjs(nb::module_& m);
void bind_image_rs(nb::module_& m);
void bind_go(nb::module_& m);
void bind_identify(nb::module_& m);
void bind_arrow(nb::module_& m);

}  // namespace halfpixel::python
