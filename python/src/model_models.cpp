#include <exception>
#include <map>
#include <sstream>
#include <utility>

#include "bindings.hpp"
#include "config.hpp"
#include "model_bindings.hpp"

namespace halfpixel::python {

BorrowedList::BorrowedList(nb::handle arrays, const char* who) {
  for (nb::handle array : arrays) {
    arrays_.emplace_back(array, Borrowed::Access::read, who, "inputs");
    views_.push_back(arrays_.back().view());
  }
}

std::int64_t BorrowedList::size_bytes() const {
  std::int64_t bytes = 0;
  for (const ConstTensorView& view : views_) bytes += view.size_bytes();
  return bytes;
}

std::vector<Tensor> BorrowedList::tensors() const {
  std::vector<Tensor> tensors;
  for (const ConstTensorView& view : views_) tensors.emplace_back(view);
  return tensors;
}

nb::object to_numpy_list(std::vector<Tensor> tensors) {
  nb::list list;
  for (Tensor& tensor : tensors) list.append(to_numpy(std::move(tensor)));
  return list;
}

nb::object from_spec(const Shape& shape, DType dtype) {
  return nb::make_tuple(from_shape(shape), numpy_dtype(dtype));
}

namespace {

using keras::Model;
using keras::layers::GraphLayer;

nb::str text(const std::string& value) {
  return nb::str(value.c_str(), value.size());
}

nb::list texts(const std::vector<std::string>& values) {
  nb::list list;
  for (const std::string& value : values) list.append(text(value));
  return list;
}

// What a callable raised while the library was loading: the library would tell of it as a fault of
// the file.
thread_local std::exception_ptr raised;

template <class Work>
auto raising(Work&& work) {
  raised = nullptr;
  try {
    return work();
  } catch (...) {
    if (raised) std::rethrow_exception(std::exchange(raised, nullptr));
    throw;
  }
}

GraphLayer layer_of(nb::handle made, const keras::Config& config, const std::string& name) {
  if (nb::isinstance<nb::str>(made)) {
    const auto* const layer = config.find<std::string>("name");
    return keras::models::operation_layer(nb::cast<std::string>(made),
                                          layer != nullptr ? *layer : "");
  }
  GraphLayer* layer = nullptr;
  if (!nb::try_cast<GraphLayer*>(made, layer, false) || layer == nullptr) {
    throw type_fault("[load_model] custom_objects['" + name +
                     "'] must return the name of an operation (\"depth_to_space:2\") or a layer; "
                     "got " +
                     nb::cast<std::string>(nb::repr(made)));
  }
  return *layer;
}

// A Python callable that gets a configuration and returns an operation by name, or a layer.
keras::models::CustomFactory factory_of(nb::handle callable, const std::string& name) {
  if (nb::isinstance<nb::str>(callable))
    return keras::models::operation_factory(nb::cast<std::string>(callable));
  // The callable is kept by custom_objects for as long as the model is being loaded.
  return [callable, name](const keras::Config& config) -> GraphLayer {
    const nb::gil_scoped_acquire acquired;
    try {
      return layer_of(callable(from_config(config)), config, name);
    } catch (...) {
      raised = std::current_exception();
      throw;
    }
  };
}

keras::models::LoadOptions options_of(nb::handle custom_objects, nb::handle memory_bytes,
                                      nb::handle dialect, nb::handle backend, nb::handle warning) {
  keras::models::LoadOptions options;
  if (!custom_objects.is_none()) {
    for (const auto& [key, value] : nb::borrow<nb::dict>(custom_objects)) {
      const std::string name = nb::cast<std::string>(key);
      options.custom_objects[name] = factory_of(value, name);
    }
  }
  if (!memory_bytes.is_none())
    options.limits.memory_bytes = to_integer(memory_bytes, "load_model", "memory_bytes");
  const std::string_view which = to_text(dialect, "load_model", "dialect");
  if (which == "keras2_legacy") {
    options.dialect = keras::models::Dialect::keras2_legacy;
  } else if (which != "keras") {
    throw value_fault("[load_model] dialect must be \"keras\" or \"keras2_legacy\"; got \"" +
                      std::string(which) + "\"");
  }
  const std::string_view where = to_text(backend, "load_model", "backend");
  if (where == "torch") {
    options.backend = keras::models::Backend::torch;
  } else if (where == "jax") {
    options.backend = keras::models::Backend::jax;
  } else if (where != "tensorflow") {
    throw value_fault("[load_model] backend must be \"tensorflow\", \"torch\" or \"jax\"; got \"" +
                      std::string(where) + "\"");
  }
  if (!warning.is_none()) {
    options.warning = [warning](const std::string& line) {
      const nb::gil_scoped_acquire acquired;
      try {
        warning(text(line));
      } catch (...) {
        raised = std::current_exception();
        throw;
      }
    };
  }
  return options;
}

nb::object load(nb::handle path, nb::handle custom_objects, nb::handle memory_bytes,
                nb::handle dialect, nb::handle backend, nb::handle warning) {
  const std::string name(to_text(path, "load_model", "filepath"));
  const keras::models::LoadOptions options =
      options_of(custom_objects, memory_bytes, dialect, backend, warning);
  std::optional<Model> model;
  raising([&] {
    const nb::gil_scoped_release released;
    model.emplace(keras::models::load_model(name, options));
  });
  return nb::cast(*std::move(model));
}

nb::object from_json(nb::handle json, nb::handle custom_objects, nb::handle memory_bytes) {
  const std::string source(to_text(json, "model_from_json", "json_string"));
  const keras::models::LoadOptions options =
      options_of(custom_objects, memory_bytes, nb::str("keras"), nb::str("tensorflow"), nb::none());
  return nb::cast(raising([&] { return keras::models::model_from_json(source, options); }));
}

nb::object predict(const Model& model, nb::handle inputs, nb::handle batch_size) {
  const keras::PredictOptions options{.batch_size =
                                          to_integer(batch_size, "predict", "batch_size")};
  const BorrowedList arrays(inputs, "predict");
  std::vector<Tensor> results;
  {
    const nb::gil_scoped_release released;
    if (arrays.views().size() == 1 && model.outputs().size() == 1) {
      results.push_back(model.predict(arrays.views()[0], options));
    } else {
      results = model.predict(arrays.tensors(), options);
    }
  }
  return to_numpy_list(std::move(results));
}

nb::object call(const Model& model, nb::handle inputs) {
  const BorrowedList arrays(inputs, "Model");
  std::vector<Tensor> results;
  {
    const nb::gil_scoped_release released;
    if (arrays.views().size() == 1 && model.outputs().size() == 1) {
      results.push_back(model(arrays.views()[0]));
    } else {
      results = model.call(arrays.tensors());
    }
  }
  return to_numpy_list(std::move(results));
}

nb::object symbols(const std::vector<keras::KerasTensor>& tensors) {
  nb::list list;
  for (const keras::KerasTensor& tensor : tensors) list.append(nb::cast(tensor));
  return list;
}

nb::object infos(const Model& model) {
  nb::list rows;
  for (const keras::LayerInfo& info : model.layer_infos()) {
    nb::list shapes, connected;
    for (const Shape& shape : info.output_shapes) shapes.append(from_shape(shape));
    for (const keras::LayerConnection& from : info.connected_to) connected.append(text(from.layer));
    nb::dict row;
    row["name"] = text(info.name);
    row["class_name"] = text(info.class_name);
    row["output_shapes"] = shapes;
    row["parameters"] = info.parameters;
    row["connected_to"] = connected;
    row["is_operation"] = info.is_operation;
    row["built"] = info.built;
    rows.append(row);
  }
  return rows;
}

nb::object summary(const Model& model) {
  std::ostringstream out;
  model.summary(out);
  return text(out.str());
}

template <class Work>
auto path_call(Work&& work, const char* who) {
  return [work, who](nb::handle self, nb::handle path) {
    const std::string name(to_text(path, who, "filepath"));
    Model& model = *nb::inst_ptr<Model>(self);
    const nb::gil_scoped_release released;
    work(model, name);
  };
}

nb::object layer_call(const GraphLayer& layer, nb::handle inputs) {
  const BorrowedList arrays(inputs, "Layer");
  Tensor result;
  {
    const nb::gil_scoped_release released;
    result = arrays.views().size() == 1 ? layer(arrays.views()[0]) : layer(arrays.tensors());
  }
  return to_numpy(std::move(result));
}

}  // namespace

void bind_models(nb::module_& m) {
  nb::class_<GraphLayer>(m, "Layer")
      .def_prop_ro("name", [](const GraphLayer& layer) { return text(layer.name()); })
      .def_prop_ro("class_name", [](const GraphLayer& layer) { return text(layer.class_name()); })
      .def("get_config", [](const GraphLayer& layer) { return from_config(layer.get_config()); })
      .def(
          "compute_output_shape",
          [](const GraphLayer& layer, nb::handle shape) {
            return from_shape(
                layer.compute_output_shape(to_shape(shape, "compute_output_shape", "input_shape")));
          },
          nb::arg().none())
      .def("count_params", [](const GraphLayer& layer) { return layer.count_params(); })
      .def("build_shapes",
           [](const GraphLayer& layer) {
             nb::list shapes;
             for (const Shape& shape : layer.build_shapes()) shapes.append(from_shape(shape));
             return shapes;
           })
      .def("get_weights",
           [](const GraphLayer& layer) {
             nb::list weights;  // copies, as in Keras
             for (const Tensor& weight : layer.get_weights())
               weights.append(to_numpy(weight.clone()));
             return weights;
           })
      .def("set_weights",
           [](GraphLayer& layer, nb::handle weights) {
             layer.set_weights(BorrowedList(weights, "set_weights").tensors());
           })
      .def("call", layer_call)
      .def("same", [](const GraphLayer& a, const GraphLayer& b) { return a.name() == b.name(); });
  nb::class_<Model, GraphLayer>(m, "Model")
      .def("predict", predict)
      .def("run", call)
      .def("summary", summary)
      .def("infos", infos)
      .def("layers",
           [](const Model& model) {
             nb::list list;
             for (const GraphLayer& layer : model.layers()) list.append(nb::cast(layer));
             return list;
           })
      .def("layer_inputs",
           [](const Model& model, const std::string& name) {
             return symbols(model.layer_inputs(name));
           })
      .def("layer_outputs",
           [](const Model& model, const std::string& name) {
             return symbols(model.layer_outputs(name));
           })
      .def("inputs", [](const Model& model) { return symbols(model.inputs()); })
      .def("outputs", [](const Model& model) { return symbols(model.outputs()); })
      .def("input_names", [](const Model& model) { return texts(model.input_names()); })
      .def("output_names", [](const Model& model) { return texts(model.output_names()); })
      .def("input_keys", [](const Model& model) { return texts(model.input_keys()); })
      .def("output_keys", [](const Model& model) { return texts(model.output_keys()); })
      .def("to_json", [](const Model& model) { return text(model.to_json()); })
      .def("save",
           path_call([](Model& model, const std::string& path) { model.save(path); }, "save"))
      .def("save_weights",
           path_call([](Model& model, const std::string& path) { model.save_weights(path); },
                     "save_weights"))
      .def("load_weights",
           path_call([](Model& model, const std::string& path) { model.load_weights(path); },
                     "load_weights"));
  def(m, "load_model", load);
  def(m, "model_from_json", from_json);
  def(m, "operation_layer", [](nb::handle operation, nb::handle name) {
    return keras::models::operation_layer(
        std::string(to_text(operation, "operation_layer", "operation")),
        std::string(to_text(name, "operation_layer", "name")));
  });
}

}  // namespace halfpixel::python
