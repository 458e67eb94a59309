// Layers made one by one, and symbolic tensors: what models are built of.
#include <halfpixel/keras/layers/deserialize.hpp>
#include <halfpixel/keras/model.hpp>
#include <halfpixel/keras/ops.hpp>
#include <halfpixel/keras/resizing.hpp>
#include <halfpixel/keras/up_sampling.hpp>

#include "bindings.hpp"
#include "config.hpp"
#include "model_bindings.hpp"

namespace halfpixel::python {
namespace {

using keras::KerasTensor;
using keras::Model;
using keras::Sequential;
using keras::layers::GraphLayer;

// UpSampling and Resizing belong to the core's module.
GraphLayer as_layer(nb::handle value) {
  GraphLayer* layer = nullptr;
  if (nb::try_cast<GraphLayer*>(value, layer, false) && layer != nullptr) return *layer;
  keras::layers::UpSampling* sampling = nullptr;
  if (nb::try_cast<keras::layers::UpSampling*>(value, sampling, false) && sampling != nullptr)
    return keras::as_graph_layer(*sampling);
  keras::layers::Resizing* resizing = nullptr;
  if (nb::try_cast<keras::layers::Resizing*>(value, resizing, false) && resizing != nullptr)
    return keras::as_graph_layer(*resizing);
  throw type_fault("[keras] layer must be a layer; got " + nb::cast<std::string>(nb::repr(value)));
}

std::vector<KerasTensor> tensors_of(nb::handle list) {
  std::vector<KerasTensor> tensors;
  for (nb::handle item : list) tensors.push_back(nb::cast<KerasTensor>(item));
  return tensors;
}

keras::TensorList ports_of(nb::handle list, nb::handle keys, nb::handle single) {
  keras::TensorList ports(tensors_of(list));
  for (nb::handle key : keys) ports.keys.push_back(nb::cast<std::string>(key));
  ports.single = nb::cast<bool>(single);
  return ports;
}

KerasTensor input(nb::handle shape, nb::handle batch_size, nb::handle dtype, nb::handle name) {
  keras::InputOptions options{.shape = to_shape(shape, "Input", "shape")};
  if (!batch_size.is_none()) options.batch_size = to_integer(batch_size, "Input", "batch_size");
  options.dtype = to_dtype_argument(dtype, "Input", "dtype");
  if (!name.is_none()) options.name = std::string(to_text(name, "Input", "name"));
  return keras::Input(std::move(options));
}

keras::Model functional(nb::handle inputs, nb::handle input_keys, nb::handle input_single,
                        nb::handle outputs, nb::handle output_keys, nb::handle output_single,
                        nb::handle name) {
  return Model(ports_of(inputs, input_keys, input_single),
               ports_of(outputs, output_keys, output_single),
               {.name = name.is_none() ? "" : std::string(to_text(name, "Model", "name"))});
}

KerasTensor binary(nb::handle operation, nb::handle a, nb::handle b) {
  const std::string_view which = to_text(operation, "ops", "operation");
  const auto apply = [&](const auto& x, const auto& y) -> KerasTensor {
    switch (which.front()) {
      case '+':
        return x + y;
      case '-':
        return x - y;
      case '*':
        return x * y;
      default:
        return x / y;
    }
  };
  const bool left = nb::isinstance<KerasTensor>(a), right = nb::isinstance<KerasTensor>(b);
  if (left && right) return apply(nb::cast<KerasTensor>(a), nb::cast<KerasTensor>(b));
  if (left) return apply(nb::cast<KerasTensor>(a), to_number(b, "ops", "operand"));
  return apply(to_number(a, "ops", "operand"), nb::cast<KerasTensor>(b));
}

std::vector<int> axes_of(nb::handle axes, const char* who) {
  if (PyIndex_Check(axes.ptr())) return {to_int(axes, who, "axis")};
  std::vector<int> result;
  for (nb::handle axis : axes) result.push_back(to_int(axis, who, "axis"));
  return result;
}

std::optional<std::int64_t> bound(nb::handle value, const char* name) {
  if (value.is_none()) return std::nullopt;
  return to_integer(value, "ops.slice", name);
}

template <KerasTensor (*function)(const KerasTensor&)>
KerasTensor unary(const KerasTensor& x) {
  return function(x);
}
template <KerasTensor (*function)(const KerasTensor&, const KerasTensor&)>
KerasTensor of_two(const KerasTensor& x, const KerasTensor& y) {
  return function(x, y);
}
template <KerasTensor (*function)(const KerasTensor&, const std::vector<int>&, bool)>
KerasTensor reduced(const KerasTensor& x, nb::handle axis, nb::handle keepdims) {
  return function(x, axes_of(axis, "ops"), to_flag(keepdims, "ops", "keepdims"));
}

void bind_ops(nb::module_& m) {
  namespace ops = keras::ops;
  m.def("binary", binary);
  m.def("negative", [](const KerasTensor& x) { return -x; });
  m.def("relu", unary<ops::relu>);
  m.def("sigmoid", unary<ops::sigmoid>);
  m.def("tanh", unary<ops::tanh>);
  m.def("exp", unary<ops::exp>);
  m.def("sqrt", unary<ops::sqrt>);
  m.def("softmax", [](const KerasTensor& x, nb::handle axis) {
    return ops::softmax(x, to_int(axis, "ops.softmax", "axis"));
  });
  m.def("clip", [](const KerasTensor& x, nb::handle low, nb::handle high) {
    return ops::clip(x, to_number(low, "ops.clip", "x_min"), to_number(high, "ops.clip", "x_max"));
  });
  m.def("cast", [](const KerasTensor& x, nb::handle dtype) {
    return ops::cast(x, to_dtype_argument(dtype, "ops.cast", "dtype"));
  });
  def(m, "concatenate", [](nb::handle xs, nb::handle axis) {
    return ops::concatenate(tensors_of(xs), to_int(axis, "ops.concatenate", "axis"));
  });
  m.def("reshape", [](const KerasTensor& x, nb::handle shape) {
    return ops::reshape(x, to_shape(shape, "ops.reshape", "newshape"));
  });
  m.def("transpose", [](const KerasTensor& x, nb::handle axes) {
    return ops::transpose(x, axes_of(axes, "ops.transpose"));
  });
  m.def("matmul", of_two<ops::matmul>);
  m.def("maximum", of_two<ops::maximum>);
  m.def("minimum", of_two<ops::minimum>);
  m.def("mean", reduced<ops::mean>);
  m.def("sum", reduced<ops::sum>);
  m.def("max", reduced<ops::max>);
  m.def("depth_to_space", [](const KerasTensor& x, nb::handle block) {
    return ops::depth_to_space(x, to_int(block, "ops.depth_to_space", "block_size"));
  });
  m.def("pad", [](const KerasTensor& x, nb::handle sides, nb::handle mode, nb::handle value) {
    std::vector<std::pair<std::int64_t, std::int64_t>> widths;
    for (nb::handle side : sides) {
      const std::vector<std::int64_t> pair = to_integers(side, "ops.pad", "pad_width");
      if (pair.size() != 2)
        throw value_fault("[ops.pad] pad_width must be a pair (before, after) for each axis; got " +
                          nb::cast<std::string>(nb::repr(sides)));
      widths.emplace_back(pair[0], pair[1]);
    }
    return ops::pad(x, widths, to_text(mode, "ops.pad", "mode"),
                    to_number(value, "ops.pad", "constant_values"));
  });
  m.def(
      "slice",
      [](const KerasTensor& x, nb::handle axis, nb::handle begin, nb::handle end, nb::handle step) {
        return ops::slice(x, to_int(axis, "ops.slice", "axis"), bound(begin, "start"),
                          bound(end, "stop"), to_integer(step, "ops.slice", "step"));
      },
      nb::arg(), nb::arg(), nb::arg().none(), nb::arg().none(), nb::arg());
  m.def("take", [](const KerasTensor& x, nb::handle axis, nb::handle index) {
    return ops::take(x, to_int(axis, "ops.take", "axis"), to_integer(index, "ops.take", "index"));
  });
  m.def("resize", [](const KerasTensor& x, nb::handle size, nb::handle method, nb::handle keep,
                     nb::handle antialias) {
    tf::image::ResizeOptions options;
    options.method = tf::image::to_resize_method(to_text(method, "tf.image.resize", "method"));
    options.preserve_aspect_ratio = to_flag(keep, "tf.image.resize", "preserve_aspect_ratio");
    options.antialias = to_flag(antialias, "tf.image.resize", "antialias");
    return tf::image::resize(x, to_size(size, "tf.image.resize", "size"), options);
  });
}

}  // namespace

void bind_layers_of_models(nb::module_& m) {
  nb::class_<KerasTensor>(m, "KerasTensor")
      .def_prop_ro("name", [](const KerasTensor& x) { return x.name(); })
      .def_prop_ro("shape", [](const KerasTensor& x) { return from_shape(x.shape()); })
      .def_prop_ro("dtype", [](const KerasTensor& x) { return numpy_dtype(x.dtype()); });
  nb::class_<Sequential, Model>(m, "Sequential");
  def(m, "input", input);
  def(m, "functional", functional);
  def(m, "sequential", [](nb::handle name) {
    return Sequential(
        std::vector<keras::SequentialItem>{},
        {.name = name.is_none() ? "" : std::string(to_text(name, "Sequential", "name"))});
  });
  m.def("add_layer",
        [](const Model& model, nb::handle layer) { Sequential(model).add(as_layer(layer)); });
  m.def("add_input",
        [](const Model& model, const KerasTensor& input) { Sequential(model).add(input); });
  m.def("pop", [](const Model& model) { return Sequential(model).pop(); });
  def(m, "as_layer", as_layer);
  def(m, "deserialize", [](nb::handle class_name, nb::handle config) {
    keras::Config whole;
    whole.set("class_name", std::string(to_text(class_name, "deserialize", "class_name")));
    whole.set("config", to_config(config));
    return keras::layers::deserialize(whole);
  });
  m.def("record", [](nb::handle layer, nb::handle inputs) {
    const std::vector<KerasTensor> tensors = tensors_of(inputs);
    const GraphLayer callee = as_layer(layer);
    return tensors.size() == 1 ? callee(tensors[0]) : callee(tensors);
  });
  bind_ops(m);
}

}  // namespace halfpixel::python
