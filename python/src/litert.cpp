#include <halfpixel/litert.hpp>

#include "two_resizes.hpp"

namespace halfpixel::python {
namespace {

struct Litert {
  using Options = litert::ResizeOptions;
  static constexpr const char* kName = "litert";
  static constexpr const char* kNearest = "litert.resize_nearest_neighbor";
  static constexpr const char* kBilinear = "litert.resize_bilinear";
  static constexpr const char* kKind = "kernels";

  static void set_kind(Options& options, std::string_view name) {
    options.kernels = litert::to_kernels(name);
  }
  static resample::Plan plan(bool nearest, const Shape& shape, DType dtype, const Size& size,
                             const Options& options) {
    return nearest ? litert::plan_resize_nearest_neighbor(shape, dtype, size, options)
                   : litert::plan_resize_bilinear(shape, dtype, size, options);
  }
};

}  // namespace

void bind_litert(nb::module_& m) {
  m.attr("dialect_litert") = true;
  def(m, "litert_resize", TwoResizes<Litert>::resize);
  def(m, "litert_plan_resize", TwoResizes<Litert>::plan_resize);
}

}  // namespace halfpixel::python
