#include <halfpixel/tfjs.hpp>

#include "two_resizes.hpp"

namespace halfpixel::python {
namespace {

struct Tfjs {
  using Options = tfjs::ResizeOptions;
  static constexpr const char* kName = "tfjs";
  static constexpr const char* kNearest = "tfjs.resize_nearest_neighbor";
  static constexpr const char* kBilinear = "tfjs.resize_bilinear";
  static constexpr const char* kKind = "backend";

  static void set_kind(Options& options, std::string_view name) {
    options.backend = tfjs::to_backend(name);
  }
  static resample::Plan plan(bool nearest, const Shape& shape, DType dtype, const Size& size,
                             const Options& options) {
    return nearest ? tfjs::plan_resize_nearest_neighbor(shape, dtype, size, options)
                   : tfjs::plan_resize_bilinear(shape, dtype, size, options);
  }
};

}  // namespace

void bind_tfjs(nb::module_& m) {
  m.attr("dialect_tfjs") = true;
  def(m, "tfjs_resize", TwoResizes<Tfjs>::resize);
  def(m, "tfjs_plan_resize", TwoResizes<Tfjs>::plan_resize);
}

}  // namespace halfpixel::python
