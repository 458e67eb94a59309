#include <halfpixel/tf_bands.hpp>
#include <halfpixel/tf_function.hpp>

#include "bindings.hpp"
#include "model_bindings.hpp"

namespace halfpixel::python {
namespace {

using tf::ConcreteFunction;
using tf::ModelFunction;

tf::FunctionOptions options_of(nb::handle precision, nb::handle without) {
  tf::FunctionOptions options;
  options.precision = tf::to_precision(to_text(precision, "tf.function", "precision"));
  for (nb::handle name : without)
    options.without.emplace_back(to_text(name, "tf.function", "without"));
  return options;
}

nb::object function(const keras::Model& model, nb::handle precision, nb::handle without) {
  return nb::cast(tf::function(model, options_of(precision, without)));
}

nb::object banded(const keras::Model& model, nb::handle shape, nb::handle dtype, nb::handle bytes,
                  nb::handle precision, nb::handle without) {
  const char* const who = "tf.BandedFunction";
  tf::BandedOptions options{.function = options_of(precision, without)};
  const std::int64_t memory = to_integer(bytes, who, "memory_bytes");
  if (memory <= 0) {
    throw value_fault("[tf.BandedFunction] memory_bytes must be positive; got " +
                      std::to_string(memory));
  }
  options.memory_bytes = static_cast<std::size_t>(memory);
  const tf::TensorSpec input{to_shape(shape, who, "shape"), to_dtype_argument(dtype, who, "dtype")};
  const nb::gil_scoped_release released;
  tf::BandedFunction made(model, input, options);
  const nb::gil_scoped_acquire acquired;
  return nb::cast(std::move(made));
}

nb::object run_band(const tf::BandedFunction& function, nb::handle band, nb::handle x) {
  const std::int64_t index = to_integer(band, "run_band", "band");
  const Borrowed image(x, Borrowed::Access::read, "run_band", "x");
  Tensor result;
  {
    const nb::gil_scoped_release released;
    result = function.run_band(index, image.view());
  }
  return to_numpy(std::move(result));
}

void run_bands(const tf::BandedFunction& function, nb::handle x, nb::handle out) {
  const Borrowed image(x, Borrowed::Access::read, "BandedFunction", "x");
  const Borrowed result(out, Borrowed::Access::write, "BandedFunction", "out");
  const nb::gil_scoped_release released;
  function.run(image.view(), result.view());
}

ConcreteFunction concrete(const ModelFunction& function, nb::handle specs) {
  std::vector<tf::TensorSpec> signature;
  for (nb::handle spec : specs) {
    signature.push_back({to_shape(spec[0], "tf.function", "shape"),
                         to_dtype_argument(spec[1], "tf.function", "dtype")});
  }
  const nb::gil_scoped_release released;
  return function.get_concrete_function(signature);
}

nb::object call(const ConcreteFunction& function, nb::handle inputs) {
  const BorrowedList arrays(inputs, "tf.function");
  std::vector<Tensor> results;
  {
    const Released released(arrays.size_bytes());
    results = function.call(arrays.views());
  }
  return to_numpy_list(std::move(results));
}

// `outputs`: one array for each result, contiguous and of its dtype.
void run_into(const ConcreteFunction& function, nb::handle inputs, nb::handle outputs) {
  const BorrowedList arrays(inputs, "tf.function");
  std::deque<Borrowed> results;
  std::vector<TensorView> views;
  for (nb::handle output : outputs) {
    results.emplace_back(output, Borrowed::Access::write, "tf.function", "out");
    views.push_back(results.back().view());
  }
  const Released released(arrays.size_bytes());
  function.run(arrays.views(), views);
}

nb::object specs(const std::vector<tf::TensorSpec>& all) {
  nb::list list;
  for (const tf::TensorSpec& spec : all) list.append(from_spec(spec.shape, spec.dtype));
  return list;
}

nb::object passes(const ConcreteFunction& function) {
  nb::list rows;
  for (const tf::PassReport& report : function.passes()) {
    nb::dict row;
    row["pass"] = nb::str(report.pass.c_str());
    row["changes"] = report.changes;
    row["multiply_adds_before"] = report.multiply_adds_before;
    row["multiply_adds_after"] = report.multiply_adds_after;
    rows.append(row);
  }
  return rows;
}

nb::object profile(const ConcreteFunction& function, nb::handle inputs, nb::handle runs) {
  const BorrowedList arrays(inputs, "profile");
  const int count = to_int(runs, "profile", "runs");
  std::vector<tf::StepProfile> steps;
  {
    const nb::gil_scoped_release released;
    steps = function.profile(arrays.views(), count);
  }
  nb::list rows;
  for (const tf::StepProfile& step : steps) {
    nb::dict row;
    row["operation"] = nb::str(step.operation.c_str());
    row["name"] = nb::str(step.name.c_str());
    row["shape"] = from_shape(step.shape);
    row["seconds"] = step.seconds;
    row["multiply_adds"] = step.multiply_adds;
    row["gflops"] = step.gflops();
    rows.append(row);
  }
  return rows;
}

}  // namespace

void bind_functions(nb::module_& m) {
  nb::class_<ConcreteFunction>(m, "ConcreteFunction")
      .def("call", call)
      .def("run", run_into)
      .def("inputs", [](const ConcreteFunction& function) { return specs(function.inputs()); })
      .def("outputs", [](const ConcreteFunction& function) { return specs(function.outputs()); })
      .def("arena_bytes", [](const ConcreteFunction& function) { return function.arena_bytes(); })
      .def("unplanned_bytes",
           [](const ConcreteFunction& function) { return function.unplanned_bytes(); })
      .def("passes", passes)
      .def("profile", profile, nb::arg(), nb::arg().none())
      .def("describe", [](const ConcreteFunction& function) {
        const std::string text = function.describe();
        return nb::str(text.c_str(), text.size());
      });
  nb::class_<ModelFunction>(m, "ModelFunction")
      .def("concrete", concrete)
      .def("tracing_count", [](const ModelFunction& function) { return function.tracing_count(); });
  nb::class_<tf::BandedFunction>(m, "BandedFunction")
      .def("input",
           [](const tf::BandedFunction& f) { return from_spec(f.input().shape, f.input().dtype); })
      .def(
          "output",
          [](const tf::BandedFunction& f) { return from_spec(f.output().shape, f.output().dtype); })
      .def("bands", [](const tf::BandedFunction& f) { return f.bands(); })
      .def("band_height", [](const tf::BandedFunction& f) { return f.band_height(); })
      .def("arena_bytes", [](const tf::BandedFunction& f) { return f.arena_bytes(); })
      .def("rows",
           [](const tf::BandedFunction& f, nb::handle band) {
             const auto rows = f.rows(to_integer(band, "rows", "band"));
             return nb::make_tuple(rows.begin, rows.end);
           })
      .def("run_band", run_band)
      .def("run", run_bands);
  def(m, "function", function);
  def(m, "banded", banded);
  def(m, "passes", [] {
    nb::list rows;
    for (const tf::PassInfo& info : tf::passes())
      rows.append(nb::make_tuple(nb::str(info.name.c_str()), nb::str(info.what.c_str()),
                                 info.changes_rounding));
    return rows;
  });
}

}  // namespace halfpixel::python
