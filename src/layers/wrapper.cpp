#include "layers/wrapper.hpp"

namespace halfpixel::keras {

void read_field(const ConfigReader& reader, std::string_view key, Wrapped& field) {
  const auto* const object = reader.find<Config>(key);
  const auto* const class_name = object ? object->find<std::string>("class_name") : nullptr;
  const auto* const config = object ? object->find<Config>("config") : nullptr;
  if (class_name == nullptr || config == nullptr) reader.refuse(key, "a layer");
  const LayerRow* const row =
      *class_name == "TimeDistributed" || *class_name == "SpectralNormalization"
          ? nullptr
          : find_layer(*class_name);
  if (row == nullptr)
    reader.refuse(key, "one of Keras' layers, neither a model nor another wrapper");
  field.layer = row->from_config(*config);
}

Config::Value field_value(const Wrapped& field) {
  const std::string& class_name = field.layer->class_name();
  const bool functional = class_name == "Functional";
  Config value = serialized(functional                   ? "keras.src.models.functional"
                            : class_name == "Sequential" ? "keras"
                                                         : "keras.layers",
                            class_name, field.layer->get_config());
  if (functional) value.set("registered_name", class_name);
  return value;
}

}  // namespace halfpixel::keras
