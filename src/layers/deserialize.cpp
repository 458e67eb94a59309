#include <halfpixel/keras/layers/deserialize.hpp>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/config.hpp>

#include "core/checked.hpp"
#include "model/layer_impl.hpp"
#include "model/layer_rows.hpp"

namespace halfpixel::keras {
namespace {

// A file that says nothing means float32 and channels_last; a program means what is set.
void set_default(Config& config, const char* key, std::string_view value) {
  const Config::Value* const given = config.find(key);
  if (given == nullptr || given->is_none()) config.set(key, value);
}

}  // namespace

layers::GraphLayer layers::deserialize(const Config& config) {
  const auto* const class_name = config.find<std::string>("class_name");
  const auto* const own = config.find<Config>("config");
  if (class_name == nullptr || own == nullptr) {
    fail(ErrorCode::invalid_argument,
         "[deserialize] config must hold \"class_name\" and \"config\"; got ", config.json());
  }
  const LayerRow* const row = find_layer(*class_name);
  if (row == nullptr) {
    fail(ErrorCode::unsupported, "[deserialize] Unknown layer: '", *class_name,
         "'. class_name must be one of Keras' layers that the library has; got \"", *class_name,
         "\"");
  }
  Config completed = *own;
  set_default(completed, "dtype", config::floatx());
  set_default(completed, "data_format", name_of(config::image_data_format()));
  return Access::make<GraphLayer>(row->from_config(completed));
}

}  // namespace halfpixel::keras
