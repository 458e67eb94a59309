// halfpixel._core: the component core, as functions that the package's Python files call.
// Signatures, defaults, types and documentation are theirs.
#include <nanobind/nanobind.h>

#include "bindings.hpp"

NB_MODULE(_core, m) {
  using namespace halfpixel::python;
  m.doc() = "halfpixel's core; call it through the package";
  bind_errors();
  bind_arrays(m);
  bind_plan(m);
  bind_tf_image(m);
  bind_tf_compat_v1(m);
  bind_layers(m);
  bind_files(m);
  bind_info(m);
  bind_torch(m);
  bind_pillow(m);
  bind_onnx(m);
  bind_jax(m);
  bind_opencv(m);
  bind_litert(m);
  bind_mlx(m);
  bind_paddle(m);
  bind_vips(m);
  bind_tfjs(m);
  bind_image_rs(m);
  bind_go(m);
  bind_identify(m);
  bind_arrow(m);
}
