#include <halfpixel/keras/config.hpp>
#include <halfpixel/keras/resizing.hpp>
#include <halfpixel/keras/up_sampling.hpp>

#include "bindings.hpp"
#include "config.hpp"

namespace halfpixel::python {
namespace {

namespace layers = keras::layers;

// name, dtype, trainable: what every layer takes by keyword.
template <class Options>
Options base_of(nb::handle name, nb::handle dtype, nb::handle trainable, const char* who) {
  Options options;
  if (!name.is_none()) options.name = std::string(to_text(name, who, "name"));
  if (!dtype.is_none()) {
    if (nb::isinstance<nb::str>(dtype)) {
      options.dtype = keras::DTypePolicy(to_text(dtype, who, "dtype"));
    } else {
      options.dtype = keras::DTypePolicy(to_dtype_argument(dtype, who, "dtype"));
    }
  }
  options.trainable = to_flag(trainable, who, "trainable");
  return options;
}

std::optional<DataFormat> data_format_of(nb::handle value, const char* who) {
  if (value.is_none()) return std::nullopt;
  return to_data_format(to_text(value, who, "data_format"));
}

layers::UpSampling1D up_sampling_1d(nb::handle size, nb::handle name, nb::handle dtype,
                                    nb::handle trainable) {
  const char* const who = "UpSampling1D";
  auto options = base_of<layers::UpSampling1DOptions>(name, dtype, trainable, who);
  options.size = to_integer(size, who, "size");
  return layers::UpSampling1D(std::move(options));
}

layers::UpSampling2D up_sampling_2d(nb::handle size, nb::handle data_format,
                                    nb::handle interpolation, nb::handle name, nb::handle dtype,
                                    nb::handle trainable) {
  const char* const who = "UpSampling2D";
  auto options = base_of<layers::UpSampling2DOptions>(name, dtype, trainable, who);
  options.size = to_size(size, who, "size");
  options.data_format = data_format_of(data_format, who);
  options.interpolation = keras::to_interpolation(to_text(interpolation, who, "interpolation"));
  return layers::UpSampling2D(std::move(options));
}

layers::UpSampling3D up_sampling_3d(nb::handle size, nb::handle data_format, nb::handle name,
                                    nb::handle dtype, nb::handle trainable) {
  const char* const who = "UpSampling3D";
  auto options = base_of<layers::UpSampling3DOptions>(name, dtype, trainable, who);
  options.size = to_size(size, who, "size");
  options.data_format = data_format_of(data_format, who);
  return layers::UpSampling3D(std::move(options));
}

layers::Resizing resizing(nb::handle height, nb::handle width, nb::handle interpolation,
                          nb::handle crop, nb::handle pad, nb::handle fill_value,
                          nb::handle antialias, nb::handle data_format, nb::handle name,
                          nb::handle dtype, nb::handle trainable) {
  const char* const who = "Resizing";
  auto options = base_of<layers::ResizingOptions>(name, dtype, trainable, who);
  options.height = to_integer(height, who, "height");
  options.width = to_integer(width, who, "width");
  options.interpolation = keras::to_interpolation(to_text(interpolation, who, "interpolation"));
  options.crop_to_aspect_ratio = to_flag(crop, who, "crop_to_aspect_ratio");
  options.pad_to_aspect_ratio = to_flag(pad, who, "pad_to_aspect_ratio");
  options.fill_value = to_number(fill_value, who, "fill_value");
  options.antialias = to_flag(antialias, who, "antialias");
  options.data_format = data_format_of(data_format, who);
  return layers::Resizing(std::move(options));
}

nb::object from_size(const Size& size, int axes) {
  nb::list values;
  for (int axis = 0; axis < axes; ++axis) values.append(size[axis]);
  return nb::tuple(values);
}

template <class Class>
void bind_base(Class& type) {
  using Layer = typename Class::Type;
  type.def_prop_ro("name", [](const Layer& layer) { return nb::str(layer.name().c_str()); })
      .def_prop_ro(
          "class_name",
          [](const Layer& layer) { return nb::str(std::string(layer.class_name()).c_str()); })
      .def_prop_ro("dtype",
                   [](const Layer& layer) { return nb::str(layer.dtype_policy().name().c_str()); })
      .def_prop_ro(
          "compute_dtype",
          [](const Layer& layer) {
            return nb::str(std::string(name_of(layer.dtype_policy().compute_dtype())).c_str());
          })
      .def_prop_ro("trainable", [](const Layer& layer) { return layer.trainable(); })
      .def("get_config", [](const Layer& layer) { return from_config(layer.get_config()); })
      .def(
          "compute_output_shape",
          [](const Layer& layer, nb::handle shape) {
            return from_shape(
                layer.compute_output_shape(to_shape(shape, "compute_output_shape", "input_shape")));
          },
          nb::arg().none())
      .def(
          "plan",
          [](const Layer& layer, nb::handle shape, nb::handle dtype) {
            return layer.plan(to_shape(shape, "plan", "input_shape"),
                              to_dtype_argument(dtype, "plan", "dtype"));
          },
          nb::arg().none(), nb::arg().none());
}

nb::object call_up_sampling(const layers::UpSampling& layer, nb::handle x, nb::handle out) {
  const std::string who(layer.class_name());
  return apply(x, out, who.c_str(), "inputs",
               [&](const Shape& shape, DType dtype) { return layer.plan(shape, dtype); });
}

nb::object up_sampling_gradient(const layers::UpSampling& layer, nb::handle dy,
                                nb::handle input_shape) {
  const std::string who = std::string(layer.class_name()) + ".gradient";
  const Shape shape = to_shape(input_shape, who.c_str(), "input_shape");
  return compute(
      dy, nb::none(), who.c_str(), "dy",
      [&](const ConstTensorView& view) { return layer.gradient(view, shape); },
      [](const ConstTensorView&, const TensorView&) {});
}

nb::object call_resizing(const layers::Resizing& layer, nb::handle x, nb::handle out) {
  return compute(
      x, out, "Resizing", "inputs", [&](const ConstTensorView& view) { return layer(view); },
      [&](const ConstTensorView& view, const TensorView& into) { layer(view, into); });
}

}  // namespace

void bind_layers(nb::module_& m) {
  nb::class_<layers::UpSampling> base(m, "UpSampling");
  bind_base(base);
  base.def_prop_ro("data_format",
                   [](const layers::UpSampling& layer) {
                     return nb::str(std::string(name_of(layer.data_format())).c_str());
                   })
      .def_prop_ro("interpolation", [](const layers::UpSampling& layer) {
        return nb::str(std::string(keras::name_of(layer.interpolation())).c_str());
      });
  nb::class_<layers::UpSampling1D, layers::UpSampling>(m, "UpSampling1D")
      .def_prop_ro("size", [](const layers::UpSampling1D& layer) { return layer.size()[0]; });
  nb::class_<layers::UpSampling2D, layers::UpSampling>(m, "UpSampling2D")
      .def_prop_ro("size",
                   [](const layers::UpSampling2D& layer) { return from_size(layer.size(), 2); });
  nb::class_<layers::UpSampling3D, layers::UpSampling>(m, "UpSampling3D")
      .def_prop_ro("size",
                   [](const layers::UpSampling3D& layer) { return from_size(layer.size(), 3); });
  nb::class_<layers::Resizing> resizing_type(m, "Resizing");
  bind_base(resizing_type);

  def(m, "up_sampling_1d", up_sampling_1d);
  def(m, "up_sampling_2d", up_sampling_2d);
  def(m, "up_sampling_3d", up_sampling_3d);
  def(m, "resizing", resizing);
  def(m, "layer_from_config", [](nb::handle class_name, nb::handle dict) -> nb::object {
    const std::string_view name = to_text(class_name, "from_config", "class_name");
    const keras::Config config = to_config(dict);
    if (name == "UpSampling1D") return nb::cast(layers::UpSampling1D::from_config(config));
    if (name == "UpSampling2D") return nb::cast(layers::UpSampling2D::from_config(config));
    if (name == "UpSampling3D") return nb::cast(layers::UpSampling3D::from_config(config));
    return nb::cast(layers::Resizing::from_config(config));
  });
  def(m, "up_sampling_call", call_up_sampling);
  def(m, "up_sampling_gradient", up_sampling_gradient);
  def(m, "resizing_call", call_resizing);
  def(m, "resizing_window", [](const layers::Resizing& layer, nb::handle shape) {
    return from_window(layer.source_window(to_shape(shape, "Resizing", "input_shape")));
  });

  def(m, "image_data_format",
      [] { return nb::str(std::string(name_of(keras::config::image_data_format())).c_str()); });
  def(m, "set_image_data_format", [](nb::handle name) {
    keras::config::set_image_data_format(to_text(name, "set_image_data_format", "data_format"));
  });
  def(m, "floatx", [] { return nb::str(keras::config::floatx().c_str()); });
  def(m, "set_floatx",
      [](nb::handle name) { keras::config::set_floatx(to_text(name, "set_floatx", "value")); });
  def(m, "epsilon", [] { return keras::config::epsilon(); });
  def(m, "clear_session", [] { keras::utils::clear_session(); });
}

}  // namespace halfpixel::python
