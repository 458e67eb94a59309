#include "config.hpp"

#include <string>

#include "arguments.hpp"
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

constexpr int kDeepest = 100;  // lists may hold themselves

keras::Config config_of(nb::handle dict, int depth);

std::string repr_of(nb::handle value) {
  return nb::cast<std::string>(nb::repr(value));
}

Value to_value(nb::handle value, const char* key, int depth) {
  if (depth > kDeepest) {
    throw value_fault("[from_config] " + std::string(key) + " must not be nested more than " +
                      std::to_string(kDeepest) + " deep; got more");
  }
  if (value.is_none()) return nullptr;
  if (nb::isinstance<nb::bool_>(value)) return nb::cast<bool>(value);
  if (nb::isinstance<nb::str>(value)) return std::string(to_text(value, "from_config", key));
  if (nb::isinstance<nb::float_>(value)) return nb::cast<double>(value);
  if (nb::isinstance<nb::dict>(value)) return config_of(value, depth + 1);
  if (nb::isinstance<nb::list>(value) || nb::isinstance<nb::tuple>(value)) {
    keras::Config::List list;
    for (nb::handle item : value) list.push_back(to_value(item, key, depth + 1));
    return list;
  }
  if (PyIndex_Check(value.ptr())) return to_integer(value, "from_config", key);
  throw type_fault("[from_config] " + std::string(key) + " must be what JSON can hold; got " +
                   repr_of(value));
}

keras::Config config_of(nb::handle dict, int depth) {
  if (!nb::isinstance<nb::dict>(dict))
    throw type_fault("[from_config] config must be a dict; got " + repr_of(dict));
  keras::Config config;
  for (const auto& [key, value] : nb::borrow<nb::dict>(dict)) {
    const std::string name(to_text(key, "from_config", "a key"));
    config.set(name, to_value(value, name.c_str(), depth));
  }
  return config;
}

}  // namespace

nb::object from_config(const keras::Config& config) {
  nb::dict dict;
  for (const auto& [key, value] : config.items()) dict[key.c_str()] = from_value(value);
  return dict;
}

keras::Config to_config(nb::handle dict) {
  return config_of(dict, 0);
}

}  // namespace halfpixel::python
