#include "config.hpp"

#include <string>

#include "errors.hpp"

namespace halfpixel::python {
namespace {

namespace nb = nanobind;
using Value = keras::Config::Value;

nb::object from_value(const Value& value) {
  if (const auto* flag = value.get_if<bool>()) return nb::bool_(*flag);
  if (const auto* integer = value.get_if<std::int64_t>()) return nb::int_(*integer);
  if (const auto* number = value.get_if<double>()) return nb::float_(*number);
  if (const auto* text = value.get_if<std::string>()) return nb::str(text->c_str(), text->size());
  if (const auto* config = value.get_if<keras::Config>()) return from_config(*config);
  if (const auto* values = value.get_if<keras::Config::List>()) {
    nb::list list;
    for (const Value& item : *values) list.append(from_value(item));
    return list;
  }
  return nb::none();
}

Value to_value(nb::handle value) {
  if (value.is_none()) return nullptr;
  if (nb::isinstance<nb::bool_>(value)) return nb::cast<bool>(value);
  if (nb::isinstance<nb::str>(value)) return nb::cast<std::string>(value);
  if (nb::isinstance<nb::float_>(value)) return nb::cast<double>(value);
  if (nb::isinstance<nb::dict>(value)) return to_config(value);
  if (nb::isinstance<nb::list>(value) || nb::isinstance<nb::tuple>(value)) {
    keras::Config::List list;
    for (nb::handle item : value) list.push_back(to_value(item));
    return list;
  }
  if (PyIndex_Check(value.ptr())) {
    const nb::object index = nb::steal(PyNumber_Index(value.ptr()));
    if (!index.is_valid()) nb::raise_python_error();
    return nb::cast<std::int64_t>(index);
  }
  throw type_fault("[from_config] a configuration must hold what JSON can; got " +
                   nb::cast<std::string>(nb::repr(value)));
}

}  // namespace

nb::object from_config(const keras::Config& config) {
  nb::dict dict;
  for (const auto& [key, value] : config.items()) dict[key.c_str()] = from_value(value);
  return dict;
}

keras::Config to_config(nb::handle dict) {
  if (!nb::isinstance<nb::dict>(dict)) {
    throw type_fault("[from_config] config must be a dict; got " +
                     nb::cast<std::string>(nb::repr(dict)));
  }
  keras::Config config;
  for (const auto& [key, value] : nb::borrow<nb::dict>(dict))
    config.set(nb::cast<std::string>(key), to_value(value));
  return config;
}

}  // namespace halfpixel::python
