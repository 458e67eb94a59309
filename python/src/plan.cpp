#include "bindings.hpp"

namespace halfpixel::python {
namespace {

using resample::Plan;

// ((start, stop), …), one pair for each spatial axis; None for a whole axis of `whole`.
resample::Window to_window(nb::handle ranges, nb::handle whole, const char* who) {
  resample::Window window;
  const auto count = nb::len(ranges);
  if (count == 1) window = {{0, 0}};
  if (count == 2) window = {{0, 0}, {0, 0}};
  if (count == 3) window = {{0, 0}, {0, 0}, {0, 0}};
  for (int axis = 0; axis < static_cast<int>(count); ++axis) {
    const nb::object range = ranges[axis];
    if (range.is_none()) {
      window[axis] = {0, nb::cast<std::int64_t>(whole[axis])};
      continue;
    }
    const std::vector<std::int64_t> ends = to_integers(range, who, "window");
    if (ends.size() != 2) {
      throw value_fault("[" + std::string(who) + "] a window must be a pair (start, stop); got " +
                        nb::cast<std::string>(nb::repr(range)));
    }
    window[axis] = {ends[0], ends[1]};
  }
  return window;
}

nb::object run_plan(const Plan& plan, nb::handle x, nb::handle out) {
  const Borrowed src(x, Borrowed::Access::read, "Plan.run", "x");
  return run(plan, src.view(), out, "Plan.run");
}

nb::object run_window(const Plan& plan, nb::handle x, nb::handle ranges, nb::handle whole,
                      nb::handle axes, nb::handle out) {
  const char* const who = "Plan.run_window";
  const resample::Window window = to_window(ranges, whole, who);
  const Borrowed src(x, Borrowed::Access::read, who, "x");
  if (!out.is_none()) {
    const Borrowed dst(out, Borrowed::Access::write, who, "out");
    {
      const Released released(dst.view().size_bytes());
      plan.run_window(src.view(), dst.view(), window);
    }
    return nb::borrow(out);
  }
  Shape shape = plan.output_shape();
  for (int axis = 0; axis < window.rank(); ++axis)
    shape[nb::cast<int>(axes[axis])] =
        std::max<std::int64_t>(0, window[axis].end - window[axis].begin);
  Tensor result(shape, plan.output_dtype());
  {
    const Released released(result.size_bytes());
    plan.run_window(src.view(), result, window);
  }
  return to_numpy(std::move(result));
}

nb::object required_input(const Plan& plan, nb::handle ranges, nb::handle whole) {
  return from_window(plan.required_input(to_window(ranges, whole, "Plan.required_input")));
}

}  // namespace

void bind_plan(nb::module_& m) {
  nb::class_<Plan>(m, "Plan")
      .def_prop_ro("input_shape", [](const Plan& plan) { return from_shape(plan.input_shape()); })
      .def_prop_ro("output_shape", [](const Plan& plan) { return from_shape(plan.output_shape()); })
      .def_prop_ro("input_dtype", [](const Plan& plan) { return numpy_dtype(plan.input_dtype()); })
      .def_prop_ro("output_dtype",
                   [](const Plan& plan) { return numpy_dtype(plan.output_dtype()); })
      .def_prop_ro("spatial_axes",
                   [](const Plan& plan) {
                     nb::list axes;
                     for (int i = 0; i < plan.spatial_rank(); ++i)
                       axes.append(plan.spatial_axis(i));
                     return nb::tuple(axes);
                   })
      .def("describe", [](const Plan& plan) {
        const std::string text = plan.describe();
        return nb::str(text.c_str(), text.size());
      });
  // Memory that is used again, for results that are written part by part.
  def(m, "empty", [](nb::handle shape, nb::handle dtype) {
    return to_numpy(
        Tensor(to_shape(shape, "empty", "shape"), to_dtype_argument(dtype, "empty", "dtype")));
  });
  def(m, "plan_run", run_plan);
  def(m, "plan_run_window", run_window);
  def(m, "plan_required_input", required_input);
}

}  // namespace halfpixel::python
